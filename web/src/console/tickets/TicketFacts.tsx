import { useLanguage, useWords } from "../../views/language";
import { common } from "../../words/common";
import { dayAndTime, plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
import { CustomerLink } from "../CustomerLink";
import { ServiceName } from "../directory";
import { Fact } from "../Fact";
import { Link } from "../Link";
import type { Ticket } from "../records";

/** Whose ticket it is, and of which call. */
export function TicketFacts({ ticket }: { ticket: Ticket }) {
  const language = useLanguage();
  const c = useWords(common);
  const t = useWords(ticketWords);
  const { caller, service, queue, direction, opened } = ticket;
  const name = plain(caller.name ?? "");
  const number = plain(caller.number);
  return (
    <dl className="facts" data-testid="ticket-facts">
      <Fact name={t.caller} testid="ticket-caller">
        <CustomerLink id={ticket.customer}>
          <bdi>{name || number || t.unknownCaller}</bdi>
        </CustomerLink>
        {name !== "" && number !== "" && <bdi className="faint"> {number}</bdi>}
      </Fact>
      <Fact name={c.service}>
        <ServiceName id={service} />
      </Fact>
      {queue && (
        <Fact name={c.queue}>
          <bdi>{plain(queue)}</bdi>
        </Fact>
      )}
      <Fact name={t.direction}>{t.directions[direction]}</Fact>
      <Fact name={t.call}>
        <Link testid="ticket-to-call" to={{ at: "call", call: ticket.call }}>
          {t.toCall}
        </Link>
      </Fact>
      <Fact name={t.opened}>
        <time dateTime={opened}>{dayAndTime(language, opened)}</time>
      </Fact>
    </dl>
  );
}
