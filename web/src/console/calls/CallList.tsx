import { useLanguage, useWords } from "../../views/language";
import { calls as callsWords, whyName } from "../../words/calls";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { dayAndTime, duration, plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
import { peopleChoices, queueChoices, ServiceName, serviceChoices, useDirectory } from "../directory";
import { FilterForm } from "../FilterForm";
import { Link } from "../Link";
import type { Names } from "../loaded";
import { Rows } from "../Rows";
import { type Filter, href } from "../route";
import type { PartProps } from "../sections";
import { usePages } from "../usePages";
import { ViewTitle } from "../ViewTitle";
import { Who } from "../Who";
import { Export } from "./Export";
import { type CallRecord, listCalls } from "./records";

type Props = Pick<PartProps, "console" | "identity"> & { filter: Filter<"calls"> };

const optionsOf = <K extends string>(names: Record<K, string>) =>
  Object.entries<string>(names).map(([value, text]) => ({ value, text }));

/** The history of calls, the newest first. */
export function CallList({ filter, console: model, identity }: Props) {
  const w = useWords(consoleWords);
  const c = useWords(common);
  const k = useWords(callsWords);
  const { direction, directions } = useWords(ticketWords);
  const pages = usePages(href({ at: "calls", filter }), (after) => listCalls(model.api, filter, after));
  const known = useDirectory();
  const slugs = [...new Set((pages.state.value?.items ?? []).map((i) => i.end?.slug ?? ""))].filter((v) => v !== "");
  return (
    <>
      <ViewTitle>{w.sections.calls}</ViewTitle>
      <FilterForm
        filter={filter}
        show={(chosen) => model.navigation.go({ at: "calls", filter: chosen })}
        fields={[
          { name: "number", label: k.number, kind: "text" },
          { name: "service", label: c.service, kind: "select", options: serviceChoices(known, filter.service) },
          { name: "queue", label: c.queue, kind: "select", options: queueChoices(known, filter.service, filter.queue) },
          {
            name: "agent",
            label: k.agent,
            kind: "select",
            options: peopleChoices(known, filter.service, filter.agent),
          },
          { name: "direction", label: direction, kind: "select", options: optionsOf(directions) },
          { name: "class", label: k.class, kind: "select", options: optionsOf(k.classes) },
          { name: "slug", label: k.slug, kind: "text", suggestions: slugs.sort() },
          { name: "from", label: w.from, kind: "date" },
          { name: "until", label: w.until, kind: "date" },
        ]}
      />
      {identity.roles.some((r) => r !== "agent") && <Export api={model.api} filter={filter} />}
      <Rows pages={pages} none={k.none} testid="calls" row={(item, names) => <CallRow call={item} names={names} />} />
    </>
  );
}

export function CallRow({ call, names }: { call: CallRecord; names: Names }) {
  const language = useLanguage();
  const k = useWords(callsWords);
  const t = useWords(ticketWords);
  const { id, caller, direction, entered, service, queue, agent, end, times, ticket } = call;
  return (
    <div className="row" data-testid={`call-row-${id}`}>
      <span className="row-head">
        <Link to={{ at: "call", call: id }}>
          <time dateTime={entered}>{dayAndTime(language, entered)}</time>
        </Link>
        <bdi className="name">{plain(caller.name ?? "") || plain(caller.number) || t.unknownCaller}</bdi>
        <span className={end?.class === "completed" || end === undefined ? "tag" : "tag warn"}>
          {end === undefined ? k.running : k.classes[end.class]}
        </span>
      </span>
      <span className="row-facts">
        <span>{t.directions[direction]}</span>
        <ServiceName id={service} />
        {queue && <bdi>{plain(queue)}</bdi>}
        {agent && <Who id={agent} names={names} />}
        {end !== undefined && end.class !== "completed" && <span>{whyName(k, end.slug)}</span>}
        {times !== undefined && (
          <span>
            {k.times.talk_ms} {duration(times.talk_ms)}
          </span>
        )}
        {ticket && <Link to={{ at: "ticket", ticket }}>{plain(ticket)}</Link>}
      </span>
    </div>
  );
}
