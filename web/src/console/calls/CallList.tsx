import { useLanguage, useWords } from "../../views/language";
import { calls as callsWords, whyName } from "../../words/calls";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { dayAndTime, duration, plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
import { FilterForm } from "../FilterForm";
import { Link } from "../Link";
import { Rows } from "../Rows";
import { type Filter, href } from "../route";
import type { PartProps } from "../sections";
import { usePages } from "../usePages";
import { ViewTitle } from "../ViewTitle";
import { Export } from "./Export";
import { type CallRecord, listCalls } from "./records";

type Props = Pick<PartProps, "console" | "identity"> & { filter: Filter<"calls"> };

const known = <K extends string>(names: Record<K, string>) =>
  Object.entries<string>(names).map(([value, text]) => ({ value, text }));

/** The history of calls, the newest first. */
export function CallList({ filter, console: model, identity }: Props) {
  const w = useWords(consoleWords);
  const c = useWords(common);
  const k = useWords(callsWords);
  const { direction, directions } = useWords(ticketWords);
  const pages = usePages(href({ at: "calls", filter }), (after) => listCalls(model.api, filter, after));
  const seen = pages.state.value?.items ?? [];
  const several = (of: (call: CallRecord) => string | undefined) =>
    [...new Set(seen.map((i) => of(i) ?? ""))].filter((v) => v !== "").sort();
  return (
    <>
      <ViewTitle>{w.sections.calls}</ViewTitle>
      <FilterForm
        filter={filter}
        show={(chosen) => model.navigation.go({ at: "calls", filter: chosen })}
        fields={[
          { name: "number", label: k.number, kind: "text" },
          { name: "service", label: c.service, kind: "text", suggestions: several((i) => i.service) },
          { name: "queue", label: c.queue, kind: "text", suggestions: several((i) => i.queue) },
          { name: "agent", label: k.agent, kind: "text", suggestions: several((i) => i.agent) },
          { name: "direction", label: direction, kind: "select", options: known(directions) },
          { name: "class", label: k.class, kind: "select", options: known(k.classes) },
          { name: "slug", label: k.slug, kind: "text", suggestions: several((i) => i.end?.slug) },
          { name: "from", label: w.from, kind: "date" },
          { name: "until", label: w.until, kind: "date" },
        ]}
      />
      {identity.roles.some((r) => r !== "agent") && <Export api={model.api} filter={filter} />}
      <Rows pages={pages} none={k.none} testid="calls" row={(item) => <CallRow call={item} />} />
    </>
  );
}

export function CallRow({ call }: { call: CallRecord }) {
  const language = useLanguage();
  const k = useWords(callsWords);
  const t = useWords(ticketWords);
  const { id, caller, direction, entered, service, queue, end, times, ticket } = call;
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
        <bdi>{plain(service)}</bdi>
        {queue && <bdi>{plain(queue)}</bdi>}
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
