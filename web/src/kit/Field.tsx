// One field of a form: its label, what it does, what was refused of it, and what it is filled in with.
import { useId } from "react";
import { useLanguage, useWords } from "../views/language";
import { number as written } from "../words/format";
import { kit } from "../words/kit";
import { type Complaint, explain } from "../words/problems";
import { type Field, instantOf, linesOf, localOf, numberOf, optionsWith, textsOf } from "./field";
import { Picks } from "./Picks";
import { Rows } from "./Rows";

export interface InputProps<F extends Field = Field> {
  field: F;
  value: unknown;
  change: (value: unknown) => void;
  /** What was refused of it, by the rest of the path. */
  faults: Readonly<Record<string, Complaint>>;
  /** Where it is in the form: its test id. */
  testid: string;
  disabled?: boolean;
}

export function FieldView(props: InputProps) {
  const { field } = props;
  switch (field.kind) {
    case "switch":
      return <Switch {...props} />;
    case "picks":
      return <Picks {...props} field={field} />;
    case "rows":
      return <Rows {...props} field={field} />;
    default:
      return <Line {...props} />;
  }
}

/** What is filled in beside or under its label. */
function Line(props: InputProps) {
  const { field } = props;
  const id = useId();
  return (
    <div className={field.kind === "lines" || field.kind === "prose" ? "setting tall" : "setting"}>
      <label htmlFor={id}>{field.label}</label>
      <Input {...props} id={id} />
      <About {...props} id={id} />
    </div>
  );
}

/** The hint and the complaint of a field; the input with that id is described by them. */
export function About({
  field,
  value,
  faults,
  testid,
  id,
}: Pick<InputProps, "field" | "value" | "faults" | "testid"> & { id: string }) {
  const w = useWords(kit);
  const say = useComplaint();
  const perLine = field.kind === "lines" ? w.perLine : "";
  const hint = [field.hint ?? "", perLine].filter((t) => t !== "").join(" ");
  return (
    <>
      {hint !== "" && (
        <p id={`${id}-hint`} className="faint">
          {hint}
        </p>
      )}
      <p id={`${id}-fault`} className="error" data-testid={`${testid}-fault`}>
        {say(field, faults, value)}
      </p>
    </>
  );
}

/** Puts what was refused of a field in words; "": nothing. */
export function useComplaint(): (field: Field, faults: Readonly<Record<string, Complaint>>, value: unknown) => string {
  const language = useLanguage();
  const w = useWords(kit);
  return (field, faults, value) =>
    Object.entries(faults)
      .map(([at, complaint]) => {
        const line = field.kind === "lines" ? /^\/(\d+)/.exec(at)?.[1] : undefined;
        const where = line === undefined ? "" : `${w.row(String(Number(line) + 1))}: `;
        if (field.kind === "choice" && value === "") return w.required;
        if (complaint.code !== "bad_request") return where + explain(language, complaint);
        if (value === "" || value === null || (Array.isArray(value) && value.length === 0)) return w.required;
        if (field.kind === "number") return w.range(written(language, field.min), written(language, field.max));
        return where + w.notAllowed;
      })
      .join(" ");
}

export function describedBy(id: string, field: Field, faults: Readonly<Record<string, Complaint>>): string | undefined {
  const parts = [];
  if (field.hint !== undefined || field.kind === "lines") parts.push(`${id}-hint`);
  if (Object.keys(faults).length > 0) parts.push(`${id}-fault`);
  return parts.length === 0 ? undefined : parts.join(" ");
}

/** The bare input. label: where no label stands beside it. */
export function Input({
  field,
  value,
  change,
  faults,
  testid,
  disabled,
  id,
  label,
}: InputProps & { id?: string; label?: string }) {
  const same = {
    id,
    "data-testid": testid,
    "aria-label": label,
    "aria-invalid": Object.keys(faults).length > 0 || undefined,
    "aria-describedby": id === undefined ? undefined : describedBy(id, field, faults),
    disabled,
  };
  switch (field.kind) {
    case "choice":
      return <Choice {...same} field={field} value={String(value ?? "")} change={change} />;
    case "number":
      return (
        <span className="measured">
          <input
            {...same}
            type="text"
            inputMode="numeric"
            autoComplete="off"
            maxLength={9}
            value={String(value ?? "")}
            onChange={(e) => change(numberOf(e.target.value))}
          />
          {field.unit}
        </span>
      );
    case "prose":
      return (
        <textarea
          {...same}
          rows={5}
          maxLength={field.max}
          value={String(value ?? "")}
          onChange={(e) => change(e.target.value)}
        />
      );
    case "lines":
      return <Lines {...same} value={textsOf(value)} change={change} />;
    case "text":
      return (
        <>
          <input
            {...same}
            type={field.secret ? "password" : "text"}
            autoComplete={field.secret ? "new-password" : "off"}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={field.max}
            list={field.suggestions === undefined ? undefined : `${testid}-suggestions`}
            value={String(value ?? "")}
            onChange={(e) => change(e.target.value)}
          />
          {field.suggestions !== undefined && (
            <datalist id={`${testid}-suggestions`}>
              {field.suggestions.map((s) => (
                <option key={s} value={s} />
              ))}
            </datalist>
          )}
        </>
      );
    case "moment":
      return (
        <input
          {...same}
          type="datetime-local"
          value={localOf(value)}
          onChange={(e) => change(instantOf(e.target.value))}
        />
      );
    case "date":
      return <input {...same} type="date" value={String(value ?? "")} onChange={(e) => change(e.target.value)} />;
    case "time":
      return (
        <input
          {...same}
          type="text"
          inputMode="numeric"
          className="clock"
          placeholder="09:00"
          maxLength={5}
          value={String(value ?? "")}
          onChange={(e) => change(e.target.value.trim())}
        />
      );
    case "switch":
      return <input {...same} type="checkbox" checked={value === true} onChange={(e) => change(e.target.checked)} />;
    default:
      return null; // picks and rows are more than an input
  }
}

type Same = Record<string, unknown>;

function Choice({
  field,
  value,
  change,
  ...same
}: Same & { field: Field & { kind: "choice" }; value: string; change: (value: unknown) => void }) {
  const options = optionsWith(field.options, [value]);
  const lacking = field.none ?? (value === "" ? "" : undefined);
  return (
    <select {...same} value={value} onChange={(e) => change(e.target.value)}>
      {lacking !== undefined && <option value="">{lacking}</option>}
      {options.map((o) => (
        <option key={o.value} value={o.value}>
          {o.text}
        </option>
      ))}
    </select>
  );
}

/** What is typed stays as typed while it means the same lines; so that a new line can be begun. */
function Lines({ value, change, ...same }: Same & { value: string[]; change: (value: unknown) => void }) {
  return (
    <textarea
      {...same}
      rows={Math.min(8, Math.max(3, value.length + 1))}
      spellCheck={false}
      autoCapitalize="none"
      defaultValue={value.join("\n")}
      ref={(box) => {
        if (box !== null && linesOf(box.value).join("\n") !== value.join("\n")) box.value = value.join("\n");
      }}
      onChange={(e) => change(linesOf(e.target.value))}
    />
  );
}

function Switch(props: InputProps) {
  const { field } = props;
  const id = useId();
  return (
    <div className="setting">
      <span className="check">
        <Input {...props} id={id} />
        <label htmlFor={id}>{field.label}</label>
      </span>
      <About {...props} id={id} />
    </div>
  );
}
