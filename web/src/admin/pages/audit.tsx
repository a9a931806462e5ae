// Who did what, newest first, page by page.
import { useEffect, useState } from "react";
import { useDirectory } from "../../console/directory";
import type { Names } from "../../console/loaded";
import { Who } from "../../console/Who";
import { at, type Schemas, useApi } from "../../kit/api";
import { difference } from "../../kit/diff";
import { Head } from "../../kit/Head";
import { Table } from "../../kit/Table";
import { useAct } from "../../kit/use-list";
import { Button } from "../../views/Button";
import { useLanguage, useWords } from "../../views/language";
import { lookUp } from "../../words/area";
import { dayAndTime, plain } from "../../words/format";
import { kit } from "../../words/kit";
import { explain } from "../../words/problems";
import { acts } from "../words/acts";
import { audit } from "../words/system";

type Act = Schemas["Act"];
const PAGE = 50;
/** What the name of an attempt that was refused begins with. */
const refusal = /^refused_/;

export function Audit() {
  const w = useWords(audit);
  const k = useWords(kit);
  const language = useLanguage();
  const api = useApi();
  const reading = useAct();
  const { act } = reading;
  const { people } = useDirectory();
  const [wanted, setWanted] = useState({ who: "", target: "" });
  const [asked, setAsked] = useState(wanted);
  const [found, setFound] = useState<{ list: Act[]; names: Names; end: boolean } | null>(null);
  useEffect(() => {
    let over = false;
    void act(async () => {
      const { acts: list, names } = await page(api, asked, "");
      if (!over) setFound({ list, names, end: list.length < PAGE });
    });
    return () => {
      over = true;
    };
  }, [api, asked, act]);
  const more = () =>
    act(async () => {
      const next = await page(api, asked, found?.list.at(-1)?.id ?? "");
      setFound((a) => ({
        list: [...(a?.list ?? []), ...next.acts],
        names: { ...a?.names, ...next.names },
        end: next.acts.length < PAGE,
      }));
    });
  return (
    <>
      <Head title={w.title} />
      <p className="note">{w.intro}</p>
      <form
        className="filters"
        onSubmit={(e) => {
          e.preventDefault();
          setAsked({ who: wanted.who.trim(), target: wanted.target.trim() });
        }}
      >
        <label>
          {w.who}
          <input
            data-testid="audit-who"
            list="audit-people"
            maxLength={64}
            value={wanted.who}
            onChange={(e) => setWanted({ ...wanted, who: e.target.value })}
          />
        </label>
        <datalist id="audit-people">
          {people.map((p) => (
            <option key={p.id} value={p.id}>
              {plain(p.name)}
            </option>
          ))}
        </datalist>
        <label>
          {w.target}
          <input
            data-testid="audit-target"
            maxLength={128}
            value={wanted.target}
            onChange={(e) => setWanted({ ...wanted, target: e.target.value })}
          />
        </label>
        <Button testid="audit-search" submit pending={reading.busy}>
          {k.search}
        </Button>
      </form>
      <p className="error" role="alert">
        {reading.fault !== null && explain(language, reading.fault)}
      </p>
      {found !== null && (
        <>
          <Table<Act>
            caption={w.title}
            testid="audit"
            rows={found.list}
            id={(a) => a.id}
            columns={[
              { title: w.at, cell: (a) => dayAndTime(language, a.at) },
              { title: w.by, cell: (a) => <Who id={a.who} names={found.names} /> },
              { title: w.act, cell: (a) => <What act={a} /> },
              { title: w.to, cell: (a) => <Who id={a.target} names={found.names} /> },
              { title: w.changes, cell: (a) => <Changes act={a} /> },
            ]}
          />
          {found.end ? (
            <p className="faint">{w.end}</p>
          ) : (
            <Button testid="audit-more" pending={reading.busy} onPress={() => void more()}>
              {k.more}
            </Button>
          )}
        </>
      )}
    </>
  );
}

async function page(api: ReturnType<typeof useApi>, asked: { who: string; target: string }, before: string) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries({ ...asked, before })) if (value !== "") query.set(name, value);
  return api.send<Schemas["AuditTrail"]>({ method: "GET", path: `${at("audit")}?${query}` });
}

/** In words; an act that is not known here by the controller's name. */
function What({ act }: { act: Act }) {
  const w = useWords(audit);
  const words = lookUp(useWords(acts), act.what.replace(refusal, ""));
  return (
    <>
      <span className="act" data-code={act.what}>
        {words ?? <code>{plain(act.what.replace(refusal, ""))}</code>}
      </span>
      {refusal.test(act.what) && <span className="lamp bad">{w.refused}</span>}
    </>
  );
}

function Changes({ act }: { act: Act }) {
  const w = useWords(audit);
  const lines = difference(act.before, act.after);
  if (lines.length === 0) return <span className="faint">{w.none}</span>;
  return (
    <details data-testid={`audit-changes-${act.id}`}>
      <summary>
        {w.show} <span className="unseen">{plain(act.target)}</span>
      </summary>
      <dl className="listed">
        {lines.map((l) => (
          <div key={l.field}>
            <dt>{plain(l.field)}</dt>
            <dd>
              <del>
                <bdi>{plain(l.before)}</bdi>
              </del>{" "}
              <ins>
                <bdi>{plain(l.after)}</bdi>
              </ins>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
