import { useId } from "react";
import { useLanguage, useWords } from "../../views/language";
import { calls as callsWords, stepName, whyName } from "../../words/calls";
import { duration, plain, timeOfDay } from "../../words/format";
import type { Names } from "../loaded";
import { Who } from "../Who";
import type { Step, Timeline } from "./records";

/** What happened in a call, step by step: who was considered and why not, who did what, how it ended. */
export function TimelineView({ timeline }: { timeline: Timeline }) {
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
            <StepLine step={step} names={timeline.names} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function StepLine({ step, names }: { step: Step; names: Names }) {
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
        {by && <Who id={by} names={names} />}
        {agent && agent !== by && (
          <>
            {by && <span aria-hidden="true">→</span>}
            <Who id={agent} names={names} />
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
                <Who id={c.agent} names={names} />: {c.why ? whyName(k, c.why) : k.taken}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
