import { useId } from "react";
import { useLanguage, useWords } from "../../views/language";
import { calls as callsWords, whyName } from "../../words/calls";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { dayAndTime, duration, plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
import { CustomerLink } from "../CustomerLink";
import { ServiceName } from "../directory";
import { Fact } from "../Fact";
import { Link } from "../Link";
import type { Names } from "../loaded";
import { Shown } from "../State";
import type { PartProps } from "../sections";
import { useLoaded } from "../useLoaded";
import { ViewTitle } from "../ViewTitle";
import { Who } from "../Who";
import { type CallFile, type CallPart, getCall } from "./records";
import { TimelineView } from "./TimelineView";

type Props = Pick<PartProps, "console"> & { id: string };

/** One call: how long its parts took, who took part, and what happened when and why. */
export function CallPage({ id, console: model }: Props) {
  const k = useWords(callsWords);
  const { state, again } = useLoaded(id, () => getCall(model.api, id));
  return (
    <>
      <ViewTitle>{k.title}</ViewTitle>
      <Shown state={state} again={again}>
        {({ file, timeline }) => (
          <>
            <Facts file={file} />
            <Parts parts={file.parts} names={file.names} />
            {timeline === null ? <p className="note">{k.blanked}</p> : <TimelineView timeline={timeline} />}
          </>
        )}
      </Shown>
    </>
  );
}

function Facts({ file: { call, ticket_id, customer_id } }: { file: CallFile }) {
  const language = useLanguage();
  const c = useWords(common);
  const k = useWords(callsWords);
  const t = useWords(ticketWords);
  const { sections } = useWords(consoleWords);
  const { caller, service, queue, direction, entered, end, times, ticket } = call;
  const who = plain(caller.name ?? "") || plain(caller.number) || t.unknownCaller;
  return (
    <dl className="facts" data-testid="call-facts">
      <Fact name={t.caller}>
        <CustomerLink id={customer_id}>
          <bdi>{who}</bdi>
        </CustomerLink>
      </Fact>
      {ticket_id && (
        <Fact name={c.ticket}>
          <Link testid="call-to-ticket" to={{ at: "ticket", ticket: ticket ?? ticket_id }}>
            {plain(ticket ?? sections.tickets)}
          </Link>
        </Fact>
      )}
      <Fact name={c.service}>
        <ServiceName id={service} />
      </Fact>
      {queue && (
        <Fact name={c.queue}>
          <bdi>{plain(queue)}</bdi>
        </Fact>
      )}
      <Fact name={t.direction}>{t.directions[direction]}</Fact>
      <Fact name={k.came}>
        <time dateTime={entered}>{dayAndTime(language, entered)}</time>
      </Fact>
      <Fact name={k.class}>{end === undefined ? k.running : `${k.classes[end.class]} (${whyName(k, end.slug)})`}</Fact>
      {times !== undefined &&
        (["queue_ms", "ring_ms", "talk_ms", "hold_ms"] as const).map((name) => (
          <Fact key={name} name={k.times[name]}>
            {duration(times[name])}
          </Fact>
        ))}
    </dl>
  );
}

function Parts({ parts, names }: { parts: readonly CallPart[]; names: Names }) {
  const id = useId();
  const k = useWords(callsWords);
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{k.parts}</h2>
      {parts.length === 0 && <p className="note">{k.noParts}</p>}
      <ul className="notes">
        {parts.map((part) => (
          <li key={`${part.agent} ${part.from}`} className="row-facts">
            <span className="name">
              <Who id={part.agent} names={names} />
            </span>
            <Took name={k.times.ring_ms} ms={part.ring_ms} />
            <Took name={k.times.talk_ms} ms={part.talk_ms} />
            <Took name={k.times.hold_ms} ms={part.hold_ms} />
            <Took name={k.consult} ms={part.consult_ms} />
            <Took name={k.wrapUp} ms={part.wrap_up_ms} />
            {part.misses > 0 && (
              <span>
                {k.misses} {part.misses}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What took no time is not said. */
function Took({ name, ms }: { name: string; ms: number }) {
  return ms > 0 ? (
    <span>
      {name} {duration(ms)}
    </span>
  ) : null;
}
