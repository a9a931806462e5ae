import { useId } from "react";
import type { Identity } from "../../api/session";
import { useLanguage, useWords } from "../../views/language";
import { calls as callsWords, stepName, whyName } from "../../words/calls";
import { duration, plain, timeOfDay } from "../../words/format";
import { Who } from "../Who";
import type { Step, Timeline } from "./records";

/** What happened in a call, step by step: who was considered and why not, who did what, how it ended. */
export function TimelineView({ timeline, identity }: { timeline: Timeline; identity: Identity }) {
  const id = useId();
  const k = useWords(callsWords);
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{k.timeline}</h2>
      {timeline.diverged && <p className="note warn">{k.diverged}</p>}
      <ol className="notes" data-testid="timeline" data-count={timeline.steps.length}>
        {timeline.steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
          <li key={i} data-testid={`step-${step.what}`}>
            <StepLine step={step} identity={identity} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function StepLine({ step, identity }: { step: Step; identity: Identity }) {
  const language = useLanguage();
  const k = useWords(callsWords);
  const { at, after_ms, what, by, agent, queue, number, why, text, considered = [] } = step;
  const cls = step.class;
  const outcome = Object.entries<string>(k.classes).find(([name]) => name === cls)?.[1];
  return (
    <>
      <p className="row-head">
        <time className="faint" dateTime={at} title={timeOfDay(language, at)}>
          +{duration(after_ms)}
        </time>
        <span className="name">{stepName(k, what)}</span>
        {by && <Who id={by} identity={identity} />}
        {agent && agent !== by && (
          <>
            {by && <span aria-hidden="true">→</span>}
            <Who id={agent} identity={identity} />
          </>
        )}
        {queue && <bdi>{plain(queue)}</bdi>}
        {number && <bdi>{plain(number)}</bdi>}
        {outcome !== undefined && <span>{outcome}</span>}
        {why && <span className="faint">{whyName(k, why)}</span>}
      </p>
      {text && (
        <p className="text" dir="auto">
          {plain(text)}
        </p>
      )}
      {considered.length > 0 && (
        <details data-testid="considered">
          <summary>{k.considered}</summary>
          <ul className="considered">
            {considered.map((c) => (
              <li key={`${c.agent} ${c.why ?? ""}`}>
                <Who id={c.agent} identity={identity} />: {c.why ? whyName(k, c.why) : k.taken}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
