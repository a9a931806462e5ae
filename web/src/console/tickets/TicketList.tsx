import type { Identity } from "../../api/session";
import { useLanguage, useWords } from "../../views/language";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { customer as customerWords } from "../../words/customer";
import { dayAndTime, plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
import { type Choice, peopleChoices, ServiceName, serviceChoices, useDirectory } from "../directory";
import { FilterForm } from "../FilterForm";
import { Link } from "../Link";
import type { Names } from "../loaded";
import type { Console } from "../model";
import { Rows } from "../Rows";
import { listTickets, type Ticket, type TicketStatus } from "../records";
import { type Filter, href } from "../route";
import { usePages } from "../usePages";
import { ViewTitle } from "../ViewTitle";
import { Who } from "../Who";

interface Props {
  filter: Filter<"tickets">;
  console: Console;
  identity: Identity;
}

const ordered: readonly TicketStatus[] = ["open", "pending", "solved", "closed"];

export function TicketList({ filter, console: model, identity }: Props) {
  const w = useWords(consoleWords);
  const t = useWords(ticketWords);
  const c = useWords(common);
  const names = useWords(customerWords);
  const pages = usePages(href({ at: "tickets", filter }), (after) => listTickets(model.api, filter, after));
  const known = useDirectory();
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
            options: ordered.map((s) => ({ value: s, text: names.statuses[s] })),
          },
          {
            name: "assignee",
            label: t.fields.assignee,
            kind: "select",
            options: assignees(peopleChoices(known, filter.service, filter.assignee), identity.id, w.mine),
          },
          { name: "service", label: c.service, kind: "select", options: serviceChoices(known, filter.service) },
          { name: "tag", label: t.tag, kind: "text" },
          { name: "from", label: w.from, kind: "date" },
          { name: "until", label: w.until, kind: "date" },
        ]}
      />
      <Rows
        pages={pages}
        none={t.noTickets}
        testid="tickets"
        row={(item, of) => <TicketRow ticket={item} names={of} />}
      />
    </>
  );
}

/** Mine first. */
function assignees(people: readonly Choice[], me: string, mine: string): Choice[] {
  return [{ value: me, text: mine }, ...people.filter((p) => p.value !== me)];
}

export function TicketRow({ ticket, names }: { ticket: Ticket; names: Names }) {
  const language = useLanguage();
  const { statuses } = useWords(customerWords);
  const t = useWords(ticketWords);
  const { caller, number, subject, status, service, assignee, opened, tags } = ticket;
  return (
    <div className="row" data-testid={`ticket-${number}`}>
      <span className="row-head">
        <Link to={{ at: "ticket", ticket: number }}>{plain(number)}</Link>
        <bdi className="name">{plain(subject) || t.noSubject}</bdi>
        <span className={`tag ${status}`}>{statuses[status]}</span>
      </span>
      <span className="row-facts">
        <time dateTime={opened}>{dayAndTime(language, opened)}</time>
        <bdi>{plain(caller.name ?? "") || plain(caller.number) || t.unknownCaller}</bdi>
        <ServiceName id={service} />
        {assignee && <Who id={assignee} names={names} />}
        {tags.map((tag) => (
          <bdi key={tag}>#{plain(tag)}</bdi>
        ))}
      </span>
    </div>
  );
}
