import { useId } from "react";
import { Button } from "../views/Button";
import { useWords } from "../views/language";
import { console as consoleWords } from "../words/console";

/** One thing that a list is narrowed by. Options: one of them, or any; suggestions: some that there are. */
export interface FilterField {
  name: string;
  label: string;
  kind: "text" | "date" | "select";
  options?: readonly { value: string; text: string }[];
  suggestions?: readonly string[];
  /** There is no "any": the first option counts where nothing is chosen. */
  always?: boolean;
}

interface Props {
  fields: readonly FilterField[];
  filter: Readonly<Record<string, string | undefined>>;
  /** Gets what was chosen; what was left open is not in it. */
  show: (filter: Record<string, string>) => void;
}

/** What a list is narrowed by. It counts when Show is pressed, and stands in the address. */
export function FilterForm({ fields, filter, show }: Props) {
  const w = useWords(consoleWords);
  return (
    <search>
      <form
        key={JSON.stringify(filter)}
        className="filter"
        aria-label={w.filter}
        data-testid="filter"
        onSubmit={(e) => {
          e.preventDefault();
          show(chosen(fields, new FormData(e.currentTarget)));
        }}
      >
        {fields.map((field) => (
          <Field key={field.name} field={field} value={filter[field.name] ?? ""} any={w.any} />
        ))}
        <div className="buttons">
          <Button submit look="primary" testid="filter-show">
            {w.show}
          </Button>
          {Object.keys(filter).length > 0 && (
            <Button look="quiet" testid="filter-clear" onPress={() => show({})}>
              {w.clear}
            </Button>
          )}
        </div>
      </form>
    </search>
  );
}

function Field({ field, value, any }: { field: FilterField; value: string; any: string }) {
  const { name, label, kind, options = [], suggestions = [], always = false } = field;
  const id = useId();
  const testid = `filter-${name}`;
  const list = suggestions.length > 0 ? `${id}-list` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {kind === "select" ? (
        <select id={id} name={name} data-testid={testid} defaultValue={value}>
          {!always && <option value="">{any}</option>}
          {options.map((o) => (
            <option key={o.value} value={o.value}>
              {o.text}
            </option>
          ))}
        </select>
      ) : (
        <input id={id} name={name} data-testid={testid} type={kind} defaultValue={value} maxLength={100} list={list} />
      )}
      {list !== undefined && (
        <datalist id={list}>
          {suggestions.map((s) => (
            <option key={s} value={s} />
          ))}
        </datalist>
      )}
    </div>
  );
}

function chosen(fields: readonly FilterField[], form: FormData): Record<string, string> {
  const found = fields.flatMap(({ name }): [string, string][] => {
    const value = String(form.get(name) ?? "").trim();
    return value === "" ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}
