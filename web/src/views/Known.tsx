import type { Caller } from "../api/client";
import { Link } from "../console/Link";
import { pageOf } from "../state/pop";
import { customer as customerWords, earlierTickets, ticketName, ticketNote } from "../words/customer";
import { plain } from "../words/format";
import { Sentence, useLanguage, useWords } from "./language";

/** What the records know of the customer (S13). Names and subjects are typed by people: text, kept apart from the text around it. Shown is the name that stands there already. */
export function Known({ caller: { customer, tickets, latest, screen_pop }, shown }: { caller: Caller; shown: string }) {
  const language = useLanguage();
  const w = useWords(customerWords);
  const pop = pageOf(screen_pop);
  const name = plain(customer?.name ?? "");
  return (
    <div className="known" data-testid="known-caller">
      {name !== "" && name !== shown && (
        <p data-testid="customer-name">
          <Sentence text={w.customer} slots={{ name: <bdi>{name}</bdi> }} />
        </p>
      )}
      {pop !== null && (
        <p>
          <a data-testid="screen-pop" href={pop} target="_blank" rel="noopener noreferrer">
            {w.pop}
          </a>
        </p>
      )}
      <p className="faint" data-testid="earlier-tickets" data-count={tickets}>
        {earlierTickets(w, tickets)}
      </p>
      {latest.length > 0 && (
        <ul className="earlier">
          {latest.map((t) => (
            <li key={t.id} data-testid={`earlier-${t.number}`}>
              <Link to={{ at: "ticket", ticket: t.number }}>
                <bdi>{ticketName(t)}</bdi>
              </Link>{" "}
              <span className="faint">{ticketNote(language, t)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
