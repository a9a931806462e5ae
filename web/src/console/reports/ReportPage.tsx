import type { Api } from "../../api/client";
import { useLanguage, useWords } from "../../views/language";
import { calls } from "../../words/calls";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { number } from "../../words/format";
import { reports } from "../../words/reports";
import { ticket } from "../../words/ticket";
import { peopleChoices, queueChoices, serviceChoices, useDirectory } from "../directory";
import { FileButton } from "../FileButton";
import { FilterForm } from "../FilterForm";
import type { Filter } from "../route";
import { Shown } from "../State";
import type { PartProps } from "../sections";
import { useLoaded } from "../useLoaded";
import { ViewTitle } from "../ViewTitle";
import { Chart } from "./Chart";
import { type Asked, askedOf, barsOf, periods, type Report, reportPath, SHOWN } from "./report";
import { Sums } from "./Sums";

type Props = Pick<PartProps, "console"> & { filter: Filter<"reports"> };

const options = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, text]) => ({ value, text }));

/** What was, added up: a table, its picture, and a file of it. */
export function ReportPage({ filter, console: model }: Props) {
  const { sections, from, until } = useWords(consoleWords);
  const w = useWords(reports);
  const c = useWords(common);
  const t = useWords(ticket);
  const { agent } = useWords(calls);
  const known = useDirectory();
  const of = known.services.filter((s) => filter.service === undefined || s.id === filter.service);
  const zones = new Set(of.map((s) => s.time_zone));
  const zone = zones.size === 1 ? [...zones][0] : undefined;
  const asked = askedOf(filter, zone, new Date());
  const path = reportPath(filter, asked);
  const { state, again } = useLoaded(path, () => read(model.api, asked, path));
  const always = { kind: "select", always: true } as const;
  const service = {
    name: "service",
    label: c.service,
    kind: "select",
    options: serviceChoices(known, filter.service),
  } as const;
  return (
    <>
      <ViewTitle>{sections.reports}</ViewTitle>
      <FilterForm
        key={`${asked.of} ${asked.until}`}
        filter={{ ...filter, ...asked }}
        show={(chosen) => model.navigation.go({ at: "reports", filter: chosen })}
        fields={[
          { name: "of", label: w.of, ...always, options: options(w.ofs) },
          { name: "from", label: from, kind: "date" },
          { name: "until", label: until, kind: "date" },
          {
            name: "period",
            label: w.period,
            ...always,
            options: periods
              .filter((p) => asked.of === "calls" || p !== "hour")
              .map((p) => ({ value: p, text: w.periods[p] })),
          },
          service,
          ...(asked.of === "agents"
            ? [
                {
                  name: "agent",
                  label: agent,
                  kind: "select",
                  options: peopleChoices(known, filter.service, filter.agent),
                } as const,
              ]
            : ([
                {
                  name: "queue",
                  label: c.queue,
                  kind: "select",
                  options: queueChoices(known, filter.service, filter.queue),
                },
                { name: "direction", label: t.direction, kind: "select", options: options(t.directions) },
                { name: "split", label: w.split, kind: "select", options: options(w.splits) },
              ] as const)),
        ]}
      />
      <p className="faint">{zone === undefined ? w.zones : w.zone(zone)}</p>
      <Shown state={state} again={again}>
        {(report) => (
          <Result
            report={report}
            asked={asked}
            inbound={filter.direction === "inbound"}
            split={filter.split}
            file={
              <FileButton
                testid="report-csv"
                name={`${asked.of}.csv`}
                make={() => model.api.download(reportPath(filter, asked, "csv"))}
              >
                {w.csv}
              </FileButton>
            }
          />
        )}
      </Shown>
    </>
  );
}

async function read(api: Api, { of }: Asked, path: string): Promise<Report> {
  const answer = await api.send<Omit<Report, "of">>({ method: "GET", path });
  return { ...answer, of } as Report;
}

function Result(props: {
  report: Report;
  asked: Asked;
  inbound: boolean;
  split: string | undefined;
  file: React.ReactNode;
}) {
  const { report, asked, inbound, split, file } = props;
  const language = useLanguage();
  const w = useWords(reports);
  const all = report.lines.length;
  if (all === 0)
    return (
      <p className="note" data-testid="report-none">
        {w.none}
      </p>
    );
  return (
    <>
      <Chart bars={barsOf(report)} by={asked.period} label={report.of === "calls" ? w.chartCalls : w.chartAgents} />
      {all > SHOWN && <p className="note">{w.long(number(language, SHOWN), number(language, all))}</p>}
      {report.of === "calls" && !inbound && <p className="faint">{w.noLevel}</p>}
      <Sums report={report} by={asked.period} inbound={inbound} split={split} />
      {file}
    </>
  );
}
