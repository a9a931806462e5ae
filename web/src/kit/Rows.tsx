import { useEffect, useId, useRef } from "react";
import { Button } from "../views/Button";
import { useWords } from "../views/language";
import { kit } from "../words/kit";
import { About, describedBy, FieldView, Input, type InputProps, useComplaint } from "./Field";
import { type Field, moved } from "./field";
import { faultsAt, type Values } from "./setting";

/** Things in order, each with its fields: added at the end, moved, removed. */
export function Rows(props: InputProps<Field & { kind: "rows" }>) {
  const { field, value, change, faults, testid, disabled } = props;
  const id = useId();
  const w = useWords(kit);
  const rows = Array.isArray(value) ? (value as unknown[]) : [];
  const add = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const count = useRef(rows.length);
  // A new line is begun at once; when a line is gone that had the focus, it goes on from the button.
  useEffect(() => {
    if (rows.length > count.current)
      list.current?.lastElementChild?.querySelector<HTMLElement>("input, select")?.focus();
    else if (rows.length < count.current && document.activeElement === document.body) add.current?.focus();
    count.current = rows.length;
  }, [rows.length]);
  const own = Object.fromEntries(Object.entries(faults).filter(([at]) => !/^\/\d+/.test(at)));
  return (
    <fieldset className="setting lines" aria-describedby={describedBy(id, field, own)} data-testid={testid}>
      <legend>{field.label}</legend>
      {rows.length === 0 && <p className="faint">{w.nothing}</p>}
      <ol ref={list}>
        {rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is what stands at its place
          <li key={i} data-testid={`${testid}-${i}`}>
            <Columns
              {...props}
              value={row}
              testid={`${testid}-${i}`}
              faults={faultsAt(faults, String(i))}
              change={(v) => change(rows.with(i, v))}
            />
            <span className="row-buttons">
              <Button
                testid={`${testid}-${i}-up`}
                look="quiet"
                label={w.up(w.row(String(i + 1)))}
                disabled={i === 0 || disabled === true}
                onPress={() => change(moved(rows, i, -1))}
              >
                <span aria-hidden="true">↑</span>
              </Button>
              <Button
                testid={`${testid}-${i}-down`}
                look="quiet"
                label={w.down(w.row(String(i + 1)))}
                disabled={i === rows.length - 1 || disabled === true}
                onPress={() => change(moved(rows, i, 1))}
              >
                <span aria-hidden="true">↓</span>
              </Button>
              <Button
                testid={`${testid}-${i}-remove`}
                look="quiet"
                label={w.removeRow(w.row(String(i + 1)))}
                disabled={disabled === true}
                onPress={() => change(rows.filter((_, at) => at !== i))}
              >
                {w.remove}
              </Button>
            </span>
          </li>
        ))}
      </ol>
      <About field={field} value={value} faults={own} testid={testid} id={id} />
      <Button
        ref={add}
        testid={`${testid}-add`}
        disabled={disabled === true}
        onPress={() => change([...rows, field.fresh])}
      >
        {field.add}
      </Button>
    </fieldset>
  );
}

/** The fields of one line; what was refused of it stands below them. */
function Columns({ field, value, change, faults, testid, disabled }: InputProps<Field & { kind: "rows" }>) {
  const say = useComplaint();
  const texts = typeof value !== "object" || value === null;
  const of = (name: string) => (texts ? value : (value as Values)[name]);
  const complaints = field.columns
    .map((c) => say(c, texts ? faults : faultsAt(faults, c.name), of(c.name)))
    .concat(texts || faults[""] === undefined ? [] : [say(field, { "": faults[""] }, value)])
    .filter((t) => t !== "");
  return (
    <>
      {field.columns.map((c) => {
        const part = {
          field: c,
          value: of(c.name),
          change: (v: unknown) => change(texts ? v : { ...(value as Values), [c.name]: v }),
          faults: texts ? faults : faultsAt(faults, c.name),
          testid: `${testid}-${c.name}`,
          ...(disabled === undefined ? {} : { disabled }),
        };
        if (c.kind === "rows" || c.kind === "picks") return <FieldView key={c.name} {...part} />;
        return (
          // biome-ignore lint/a11y/noLabelWithoutControl: the input is within
          <label key={c.name} className={c.kind === "switch" ? "check" : "cell"}>
            {c.kind === "switch" ? (
              <>
                <Input {...part} /> {c.label}
              </>
            ) : (
              <>
                {c.label}
                <Input {...part} />
              </>
            )}
          </label>
        );
      })}
      {complaints.length > 0 && (
        <p className="error" role="alert" data-testid={`${testid}-fault`}>
          {complaints.join(" ")}
        </p>
      )}
    </>
  );
}
