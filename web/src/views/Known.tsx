import type { Caller } from "../api/client";
import { earlierTickets, plain, ticketLine } from "../words";

/** What the records know of the customer (S13). Names and subjects are typed by people: text, kept apart from the text around it. Shown is the name that stands there already. */
export function Known({ caller: { customer, tickets, latest }, shown }: { caller: Caller; shown: string }) {
  const name = plain(customer?.name ?? "");
  return (
    <div data-testid="known-caller">
      {name !== "" && name !== shown && (
        <p data-testid="customer-name">
          Customer: <bdi>{name}</bdi>
        </p>
      )}
      <p className="faint" data-testid="earlier-tickets" data-count={tickets}>
        {earlierTickets(tickets)}
      </p>
      {latest.length > 0 && (
        <ul className="earlier">
          {latest.map((t) => (
            <li key={t.id} data-testid={`earlier-${t.number}`}>
              <bdi>{ticketLine(t)}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
