// Many people from a CSV file: checked first, row by row, then made, all or nobody.
import { useState } from "react";
import { Problem, type WrongRow } from "../../api/problem";
import { at, type Schemas, useApi } from "../../kit/api";
import { Head, Up } from "../../kit/Head";
import { Table } from "../../kit/Table";
import { useAct } from "../../kit/use-list";
import { Button } from "../../views/Button";
import { useLanguage, useWords } from "../../views/language";
import { number, plain } from "../../words/format";
import { explain } from "../../words/problems";
import { people } from "../words/people";
import type { Person } from "./people-api";

type Report = Schemas["ImportReport"];

export function Import() {
  const w = useWords(people);
  const language = useLanguage();
  const api = useApi();
  const asking = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const send = (dry: boolean) =>
    asking.act(async () => {
      if (file === null) return;
      try {
        const body = new Blob([file], { type: "text/csv" });
        setReport(await api.upload<Report>(`${at("people", "import")}?dry_run=${dry}`, body, () => {}));
      } catch (e) {
        // Somebody else changed something since the file was checked.
        if (e instanceof Problem && e.rows.length > 0) {
          setReport({ dry_run: true, rows: report?.rows ?? 0, wrong: [...e.rows], people: [] });
        } else throw e;
      }
    });
  const ready = report?.dry_run === true && report.wrong.length === 0 && report.rows > 0;
  return (
    <>
      <Up to="/admin/people" title={w.title} />
      <Head title={w.import} />
      <section className="card" aria-label={w.import}>
        <p className="note">{w.importIntro}</p>
        <form
          className="entry"
          onSubmit={(e) => {
            e.preventDefault();
            void send(true);
          }}
        >
          <label>
            {w.file}
            <input
              type="file"
              accept=".csv,text/csv"
              data-testid="import-file"
              onChange={(e) => {
                setFile(e.target.files?.[0] ?? null);
                setReport(null);
              }}
            />
          </label>
          <p className="faint">{w.checkFirst}</p>
          <div className="buttons">
            <Button
              testid="import-check"
              submit
              look={ready ? "plain" : "primary"}
              pending={asking.busy}
              disabled={file === null}
            >
              {w.check}
            </Button>
            {ready && (
              <Button testid="import-make" look="primary" pending={asking.busy} onPress={() => void send(false)}>
                {w.makeAll(number(language, report.rows))}
              </Button>
            )}
          </div>
        </form>
        <p className="error" role="alert" data-testid="import-refused">
          {asking.fault !== null && explain(language, asking.fault)}
        </p>
        {report !== null && <Outcome report={report} />}
      </section>
    </>
  );
}

function Outcome({ report }: { report: Report }) {
  const w = useWords(people);
  const language = useLanguage();
  const wrong = report.wrong.length;
  const told = report.dry_run
    ? `${w.rows(number(language, report.rows))} ${wrong === 0 ? w.right : w.wrong(number(language, wrong))}`
    : w.imported(number(language, report.people.length));
  return (
    <>
      <p
        role="status"
        data-testid="import-told"
        data-state={report.dry_run ? (wrong === 0 ? "right" : "wrong") : "made"}
      >
        {told}
      </p>
      {wrong > 0 && (
        <Table<WrongRow>
          caption={w.why}
          testid="import-wrong"
          rows={report.wrong}
          id={(r) => `${r.row}-${r.field ?? ""}`}
          columns={[
            { title: w.row, cell: (r) => number(language, r.row) },
            { title: w.field, cell: (r) => plain((r.field ?? "").replace(/^\//, "")) },
            { title: w.why, cell: (r) => explain(language, r) },
          ]}
        />
      )}
      {wrong === 0 && report.people.length > 0 && (
        <Table<Person>
          caption={report.dry_run ? w.wouldMake : w.made}
          testid="import-people"
          rows={report.people}
          id={(p) => p.login}
          columns={[
            { title: w.login, cell: (p) => <bdi>{plain(p.login)}</bdi> },
            { title: w.name, cell: (p) => <bdi>{plain(p.name)}</bdi> },
            { title: w.ctiId, cell: (p) => <bdi>{plain(p.cti_id)}</bdi> },
            { title: w.ctiNumber, cell: (p) => p.cti_number },
          ]}
        />
      )}
    </>
  );
}
