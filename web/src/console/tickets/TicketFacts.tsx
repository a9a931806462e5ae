import type { ReactNode } from "react";
import { useLanguage, useWords } from "../../views/language";
import { common } from "../../words/common";
import { dayAndTime, plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
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
        <bdi>{name || number || t.unknownCaller}</bdi>
        {name !== "" && number !== "" && <bdi className="faint"> {number}</bdi>}
      </Fact>
      <Fact name={c.service}>
        <bdi>{plain(service)}</bdi>
      </Fact>
      {queue && (
        <Fact name={c.queue}>
          <bdi>{plain(queue)}</bdi>
        </Fact>
      )}
      <Fact name={t.direction}>{t.directions[direction]}</Fact>
      <Fact name={t.opened}>
        <time dateTime={opened}>{dayAndTime(language, opened)}</time>
      </Fact>
    </dl>
  );
}

export function Fact({ name, testid, children }: { name: string; testid?: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  );
}
