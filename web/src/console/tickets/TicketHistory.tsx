import { useId } from "react";
import { Sentence, useLanguage, useWords } from "../../views/language";
import { lookUp } from "../../words/area";
import { customer as customerWords } from "../../words/customer";
import { dayAndTime, plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
import type { Names } from "../loaded";
import type { TicketFile } from "../records";
import { nameOf, Who } from "../Who";

type Change = TicketFile["history"][number];

/** Who changed what, the newest first. */
export function TicketHistory({ file: { history, names } }: { file: TicketFile }) {
  const id = useId();
  const language = useLanguage();
  const t = useWords(ticketWords);
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{t.history}</h2>
      <ol className="notes" data-testid="ticket-history" data-count={history.length} reversed>
        {history.toReversed().map((change) => (
          <li key={`${change.at} ${change.what}`}>
            <p className="faint">
              <Who id={change.who} names={names} /> ·{" "}
              <time dateTime={change.at}>{dayAndTime(language, change.at)}</time>
            </p>
            <p>
              <Told change={change} names={names} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Told({ change: { what, before, after }, names }: { change: Change; names: Names }) {
  const t = useWords(ticketWords);
  const { statuses } = useWords(customerWords);
  if (what === "opened" || what === "note") return t.happened[what];
  const name = lookUp<string>(t.fields, what) ?? plain(what);
  const value = (v: string) => {
    if (what === "assignee") return v === "" ? t.nobody : nameOf(names, v);
    return (what === "status" ? lookUp<string>(statuses, v) : undefined) ?? (plain(v) || t.none);
  };
  return (
    <Sentence
      text={t.changed(name)}
      slots={{
        before: <bdi className="faint">{value(before ?? "")}</bdi>,
        after: <bdi className="name">{value(after ?? "")}</bdi>,
      }}
    />
  );
}
