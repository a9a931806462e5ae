import { useEffect, useId, useRef } from "react";
import { Button } from "../views/Button";
import { useLanguage, useWords } from "../views/language";
import { kit } from "../words/kit";
import { type Complaint, explain } from "../words/problems";
import { Card } from "./Card";
import { FieldView } from "./Field";
import { Waiting } from "./Found";
import { type Field, type Group, shown } from "./field";
import { differences, faultsAt, type Setting, type Values } from "./setting";
import { Table } from "./Table";
import type { Editing } from "./use-setting";

interface Props<T extends Values> {
  editing: Pick<Editing<T>, "setting" | "dirty" | "edit" | "save" | "discard" | "choose"> & {
    read?: () => Promise<void>;
  };
  groups: readonly Group[];
  /** Of the fields: <testid>-<name>. */
  testid: string;
  /** It is not there yet: Save makes it. */
  making?: boolean;
}

/** What of a form was refused: an input, or the first thing in a list that can be pressed. */
const faulty = '[aria-invalid="true"], fieldset:has(> .error:not(:empty)) :is(input, select, button)';

/** A setting as a form. What was refused is said at its field, and the focus goes there. */
export function Form<T extends Values>({ editing, groups, testid, making = false }: Props<T>) {
  const { setting } = editing;
  const form = useRef<HTMLFormElement>(null);
  const refused = setting.faults;
  useEffect(() => {
    if (Object.keys(refused).length > 0) form.current?.querySelector<HTMLElement>(faulty)?.focus();
  }, [refused]);
  if (setting.draft === null) return <Waiting setting={setting} read={editing.read} />;
  const { draft } = setting;
  const fields = groups.flatMap((g) => g.fields);
  const busy = setting.phase === "saving";
  const stray = strayFault(setting, fields);
  return (
    <form
      ref={form}
      className="setting-form"
      data-testid={testid}
      data-state={busy ? "saving" : editing.dirty ? "dirty" : setting.saved ? "saved" : "clean"}
      onSubmit={(e) => {
        e.preventDefault();
        void editing.save();
      }}
    >
      {setting.theirs !== null && <Conflict setting={setting} fields={fields} choose={editing.choose} />}
      {groups.map((g) => (
        <Card key={g.title} title={g.title} intro={g.intro}>
          {g.fields.map((f) => (
            <FieldView
              key={f.name}
              field={f}
              value={draft[f.name]}
              change={(v) => editing.edit({ [f.name]: v } as Partial<T>)}
              faults={faultsAt(setting.faults, f.name)}
              testid={`${testid}-${f.name}`}
              disabled={!making && f.fixed === true}
            />
          ))}
        </Card>
      ))}
      <Ending editing={editing} testid={testid} making={making} fault={stray} />
    </form>
  );
}

/** What was refused and belongs to no field that is shown. */
function strayFault<T extends Values>({ fault, faults }: Setting<T>, fields: readonly Field[]): Complaint | null {
  if (fault !== null) return fault;
  const stray = Object.entries(faults).find(([at]) => !fields.some((f) => f.name === at.split("/")[1]));
  return stray?.[1] ?? null;
}

function Ending<T extends Values>({
  editing,
  testid,
  making,
  fault,
}: Pick<Props<T>, "editing" | "testid"> & { making: boolean; fault: Complaint | null }) {
  const language = useLanguage();
  const w = useWords(kit);
  const { setting, dirty } = editing;
  const busy = setting.phase === "saving";
  const chooses = setting.theirs !== null;
  return (
    <div className="ending">
      <p className="error" role="alert" data-testid={`${testid}-refused`}>
        {fault !== null && explain(language, fault)}
      </p>
      <div className="buttons">
        <Button testid={`${testid}-save`} look="primary" submit pending={busy} disabled={chooses || !(dirty || making)}>
          {busy ? (making ? w.creating : w.saving) : making ? w.create : w.save}
        </Button>
        {!making && dirty && !chooses && (
          <Button testid={`${testid}-discard`} look="quiet" disabled={busy} onPress={editing.discard}>
            {w.discard}
          </Button>
        )}
        <p className="faint" role="status" data-testid={`${testid}-told`}>
          {busy ? "" : dirty ? w.unsaved : setting.saved ? w.saved : ""}
        </p>
      </div>
    </div>
  );
}

/** What somebody else changed meanwhile, and the choice that it needs. */
function Conflict<T extends Values>({
  setting,
  fields,
  choose,
}: {
  setting: Setting<T>;
  fields: readonly Field[];
  choose: (whose: "mine" | "theirs") => void;
}) {
  const w = useWords(kit);
  const id = useId();
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  const of = (name: string) => fields.find((f) => f.name === name);
  return (
    <section ref={section} className="card conflict" aria-labelledby={id} tabIndex={-1}>
      <h2 id={id}>{w.conflict.title}</h2>
      <p>{w.conflict.explained}</p>
      <Table
        caption={w.conflict.title}
        testid="conflict"
        rows={differences(setting)}
        id={(d) => d.name}
        columns={[
          { title: w.conflict.what, cell: (d) => of(d.name)?.label ?? d.name },
          { title: w.conflict.was, cell: (d) => shown(w, of(d.name), d.was) },
          { title: w.conflict.now, cell: (d) => shown(w, of(d.name), d.now) },
          {
            title: w.conflict.mine,
            cell: (d) => (d.mine === undefined ? w.conflict.unchanged : shown(w, of(d.name), d.mine)),
          },
        ]}
      />
      <div className="buttons">
        <Button testid="conflict-mine" onPress={() => choose("mine")}>
          {w.conflict.keepMine}
        </Button>
        <Button testid="conflict-theirs" onPress={() => choose("theirs")}>
          {w.conflict.takeTheirs}
        </Button>
      </div>
    </section>
  );
}
