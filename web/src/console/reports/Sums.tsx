import { type Column, Table } from "../../kit/Table";
import { useLanguage, useWords } from "../../views/language";
import type { Language, Words } from "../../words/area";
import { common } from "../../words/common";
import { duration, number, plain } from "../../words/format";
import { periodName, reports } from "../../words/reports";
import { ServiceName } from "../directory";
import { Who } from "../Who";
import { type AgentLine, type CallLine, levelOf, type Period, type Report, SHOWN, share, totalOf } from "./report";

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
    return <Lines lines={report.lines} by={by} subject={subject} columns={agentColumns(language, w)} />;
  }
  const subject =
    split === undefined
      ? undefined
      : {
          title: split === "service" ? service : queue,
          cell: (l: CallLine) =>
            split === "service" ? <ServiceName id={l.of ?? ""} /> : <bdi>{plain(l.of ?? "") || "–"}</bdi>,
        };
  return <Lines lines={report.lines} by={by} subject={subject} columns={callColumns(language, w, inbound)} />;
}

function Lines<T extends CallLine | AgentLine>({
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
  const when: Column<T> = { title: w.when, cell: (l) => periodName(language, l.period, by) };
  const sides = subject === undefined ? [] : [subject];
  const sum = totalOf(lines);
  return (
    <Table
      figures
      caption={w.table}
      testid="report"
      columns={[when, ...sides, ...columns]}
      rows={lines.slice(0, SHOWN)}
      id={(l) => `${l.period} ${"agent" in l ? l.agent : (l.of ?? "")}`}
      total={sum === null ? undefined : [w.total, ...sides.map(() => null), ...columns.map((c) => c.cell(sum))]}
    />
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
