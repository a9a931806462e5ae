import type { Identity } from "../../api/session";
import { useLanguage, useWords } from "../../views/language";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { customer as customerWords } from "../../words/customer";
import { dayAndTime, plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
import { FilterForm } from "../FilterForm";
import { Link } from "../Link";
import type { Console } from "../model";
import { Rows } from "../Rows";
import { listTickets, type Ticket, type TicketStatus } from "../records";
import { type Filter, href } from "../route";
import { usePages } from "../usePages";
import { ViewTitle } from "../ViewTitle";

interface Props {
  filter: Filter<"tickets">;
  console: Console;
  identity: Identity;
}

const statuses: readonly TicketStatus[] = ["open", "pending", "solved", "closed"];

export function TicketList({ filter, console: model, identity }: Props) {
  const w = useWords(consoleWords);
  const t = useWords(ticketWords);
  const c = useWords(common);
  const names = useWords(customerWords);
  const pages = usePages(href({ at: "tickets", filter }), (after) => listTickets(model.api, filter, after));
  const services = [...new Set(pages.state.value?.items.map((i) => i.service))].sort();
  return (
    <>
      <ViewTitle>{w.sections.tickets}</ViewTitle>
      <FilterForm
        filter={filter}
        show={(chosen) => model.navigation.go({ at: "tickets", filter: chosen })}
        fields={[
          { name: "text", label: t.text, kind: "text" },
          {
            name: "status",
            label: t.fields.status,
            kind: "select",
            options: statuses.map((s) => ({ value: s, text: names.statuses[s] })),
          },
          {
            name: "assignee",
            label: t.fields.assignee,
            kind: "select",
            options: assignees(filter.assignee, identity.id, w.mine),
          },
          { name: "service", label: c.service, kind: "text", suggestions: services },
          { name: "tag", label: t.tag, kind: "text" },
          { name: "from", label: w.from, kind: "date" },
          { name: "until", label: w.until, kind: "date" },
        ]}
      />
      <Rows pages={pages} none={t.noTickets} testid="tickets" row={(item) => <TicketRow ticket={item} />} />
    </>
  );
}

/** Mine, and whoever stands in the address already. */
function assignees(chosen: string | undefined, me: string, mine: string) {
  const options = [{ value: me, text: mine }];
  if (chosen !== undefined && chosen !== me) options.push({ value: chosen, text: plain(chosen) });
  return options;
}

export function TicketRow({ ticket }: { ticket: Ticket }) {
  const language = useLanguage();
  const { statuses: names } = useWords(customerWords);
  const t = useWords(ticketWords);
  const { caller, number, subject, status, service, opened, tags } = ticket;
  return (
    <div className="row" data-testid={`ticket-${number}`}>
      <span className="row-head">
        <Link to={{ at: "ticket", ticket: number }}>{plain(number)}</Link>
        <bdi className="name">{plain(subject) || t.noSubject}</bdi>
        <span className={`tag ${status}`}>{names[status]}</span>
      </span>
      <span className="row-facts">
        <time dateTime={opened}>{dayAndTime(language, opened)}</time>
        <bdi>{plain(caller.name ?? "") || plain(caller.number) || t.unknownCaller}</bdi>
        <bdi>{plain(service)}</bdi>
        {tags.map((tag) => (
          <bdi key={tag}>#{plain(tag)}</bdi>
        ))}
      </span>
    </div>
  );
}
