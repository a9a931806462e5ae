import type { ReactNode } from "react";
import { useLanguage, useWords } from "../../views/language";
import type { Language, Words } from "../../words/area";
import { common } from "../../words/common";
import { duration, number, plain } from "../../words/format";
import { periodName, reports } from "../../words/reports";
import { ServiceName } from "../directory";
import { Who } from "../Who";
import { type AgentLine, type CallLine, levelOf, type Period, type Report, SHOWN, share, totalOf } from "./report";

interface Column<T> {
  title: string;
  cell: (line: T) => ReactNode;
}

interface Props {
  report: Report;
  by: Period;
  inbound: boolean;
  split: string | undefined;
}

/** The lines with their total. */
export function Sums({ report, by, inbound, split }: Props) {
  const language = useLanguage();
  const w = useWords(reports);
  const { service, queue } = useWords(common);
  if (report.of === "agents") {
    const subject = { title: w.agent, cell: (l: AgentLine) => <Who id={l.agent} names={report.names} /> };
    return <Table lines={report.lines} by={by} subject={subject} columns={agentColumns(language, w)} />;
  }
  const subject =
    split === undefined
      ? undefined
      : {
          title: split === "service" ? service : queue,
          cell: (l: CallLine) =>
            split === "service" ? <ServiceName id={l.of ?? ""} /> : <bdi>{plain(l.of ?? "") || "–"}</bdi>,
        };
  return <Table lines={report.lines} by={by} subject={subject} columns={callColumns(language, w, inbound)} />;
}

function Table<T extends CallLine | AgentLine>({
  lines,
  by,
  subject,
  columns,
}: {
  lines: readonly T[];
  by: Period;
  subject: Column<T> | undefined;
  columns: readonly Column<T>[];
}) {
  const language = useLanguage();
  const w = useWords(reports);
  const total = totalOf(lines);
  const all = subject === undefined ? columns : [subject, ...columns];
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields are in it, and a landmark would be one too many
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div className="report" role="group" aria-label={w.table} tabIndex={0}>
      <table data-testid="report" data-count={lines.length}>
        <thead>
          <tr>
            <th scope="col">{w.when}</th>
            {all.map((c) => (
              <th key={c.title} scope="col">
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, SHOWN).map((l) => (
            <tr key={`${l.period} ${"agent" in l ? l.agent : (l.of ?? "")}`}>
              <th scope="row">{periodName(language, l.period, by)}</th>
              {all.map((c) => (
                <td key={c.title}>{c.cell(l)}</td>
              ))}
            </tr>
          ))}
        </tbody>
        {total !== null && (
          <tfoot>
            <tr data-testid="report-total">
              <th scope="row">{w.total}</th>
              {subject !== undefined && <td />}
              {columns.map((c) => (
                <td key={c.title}>{c.cell(total)}</td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

const average = (ms: number, n: number): string => {
  const each = share(ms, n);
  return each === null ? "–" : duration(Math.round(each / 1000) * 1000);
};

function callColumns(language: Language, w: Words<typeof reports>, inbound: boolean): Column<CallLine>[] {
  const count = (name: "calls" | "completed" | "abandoned" | "overflow" | "refused" | "unanswered") => ({
    title: w[name],
    cell: (l: CallLine) => number(language, l[name]),
  });
  const level = (l: CallLine) => {
    const part = levelOf(l);
    return part === null ? "–" : number(language, part, { style: "percent" });
  };
  return [
    count("calls"),
    count("completed"),
    count("abandoned"),
    count("overflow"),
    count("refused"),
    count("unanswered"),
    ...(inbound ? [{ title: w.level, cell: level }] : []),
    { title: w.wait, cell: (l) => average(l.waited_ms, l.completed) },
    { title: w.longest, cell: (l) => duration(l.longest_wait_ms) },
    { title: w.talk, cell: (l) => average(l.talk_ms, l.completed) },
  ];
}

function agentColumns(language: Language, w: Words<typeof reports>): Column<AgentLine>[] {
  return [
    { title: w.offers, cell: (l) => number(language, l.offers) },
    { title: w.misses, cell: (l) => number(language, l.misses) },
    { title: w.taken, cell: (l) => number(language, l.taken) },
    { title: w.talkTime, cell: (l) => duration(l.talk_ms) },
    { title: w.holdTime, cell: (l) => duration(l.hold_ms) },
    { title: w.consultTime, cell: (l) => duration(l.consult_ms) },
    { title: w.wrapUp, cell: (l) => duration(l.wrap_up_ms) },
  ];
}
