import { useId, useState } from "react";
import { useWords } from "../views/language";
import { kit } from "../words/kit";
import { About, describedBy, type InputProps } from "./Field";
import { type Field, optionsWith, textsOf } from "./field";

/** From so many on there is a field to search them, and the chosen are counted. */
const MANY = 12;

/** Some of many: a box to tick for each, with a search where they are many. */
export function Picks(props: InputProps<Field & { kind: "picks" }>) {
  const { field, value, change, faults, testid, disabled } = props;
  const id = useId();
  const w = useWords(kit);
  const [search, setSearch] = useState("");
  const chosen = textsOf(value);
  const all = optionsWith(field.options, chosen);
  const wanted = search.trim().toLowerCase();
  const found = all.filter((o) => o.text.toLowerCase().includes(wanted));
  return (
    <fieldset className="setting picks" aria-describedby={describedBy(id, field, faults)} data-testid={testid}>
      <legend>
        {field.label} {all.length >= MANY && <span className="faint">{w.chosen(String(chosen.length))}</span>}
      </legend>
      {all.length >= MANY && (
        <input
          type="search"
          aria-label={`${w.search}: ${field.label}`}
          placeholder={w.search}
          data-testid={`${testid}-search`}
          autoComplete="off"
          value={search}
          onChange={(e) => setSearch(e.target.value)}
        />
      )}
      {all.length === 0 && <p className="faint">{w.nothing}</p>}
      <ul>
        {found.map((o) => (
          <li key={o.value}>
            <label className="check">
              <input
                type="checkbox"
                data-testid={`${testid}-${o.value}`}
                disabled={disabled}
                checked={chosen.includes(o.value)}
                onChange={(e) => change(e.target.checked ? [...chosen, o.value] : chosen.filter((v) => v !== o.value))}
              />
              <bdi>{o.text}</bdi>
            </label>
          </li>
        ))}
      </ul>
      <About field={field} value={value} faults={faults} testid={testid} id={id} />
    </fieldset>
  );
}
