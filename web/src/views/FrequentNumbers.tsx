import { useEffect, useId, useRef, useState } from "react";
import type { FrequentNumber } from "../api/client";
import { canCommand, isPending } from "../state/select";
import { common } from "../words/common";
import { plain } from "../words/format";
import { explain } from "../words/problems";
import { frequentFound, transfer } from "../words/transfer";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { Choice } from "./Choice";
import { useLanguage, useWords } from "./language";

/** The frequently used numbers (S27): the agent's own, then their services'. */
export function FrequentNumbers(props: CallProps) {
  const { state, actions } = props;
  const id = useId();
  const language = useLanguage();
  const c = useWords(common);
  const w = useWords(transfer);
  const [search, setSearch] = useState("");
  const { known, fault, adding } = state.numbers;
  const all = known?.frequent ?? [];
  const found = all.filter((n) => matches(n, search));
  const add = useRef<HTMLButtonElement>(null);
  // When what had the focus is gone, it goes on from here.
  const there = `${adding} ${all.length}`;
  const before = useRef(there);
  useEffect(() => {
    if (there !== before.current && document.activeElement === document.body) add.current?.focus();
    before.current = there;
  }, [there]);
  return (
    <section aria-labelledby={`${id}-title`}>
      <div className="title">
        <h3 id={`${id}-title`}>{w.frequent.title}</h3>
        <Button
          ref={add}
          testid="number-add"
          look="quiet"
          label={w.frequent.add}
          expanded={adding}
          disabled={!canCommand(state)}
          onPress={() => actions.enterNumber(!adding)}
        >
          {c.add}
        </Button>
      </div>
      {adding && <NewNumber {...props} />}
      {all.length > 0 && (
        <input
          type="search"
          data-testid="numbers-search"
          aria-label={w.frequent.search}
          placeholder={c.nameOrNumber}
          autoComplete="off"
          maxLength={64}
          value={search}
          onChange={(e) => setSearch(e.target.value)}
        />
      )}
      <p className="faint" role="status" data-testid="numbers-found">
        {fault === null ? frequentFound(w, known === null ? null : all.length, found.length) : explain(language, fault)}
      </p>
      <ul className="targets">
        {found.map((n) => (
          <Line key={n.id} {...props} number={n} />
        ))}
      </ul>
    </section>
  );
}

function matches({ label, number }: FrequentNumber, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  const digits = wanted.replace(/[\s()./-]/g, "");
  return label.toLowerCase().includes(wanted) || (digits !== "" && number.includes(digits));
}

function Line(props: CallProps & { number: FrequentNumber }) {
  const { state, actions, number: n } = props;
  const { frequent } = useWords(transfer);
  const number = plain(n.number);
  const label = plain(n.label) || number;
  return (
    <li className="target" data-testid={`frequent-${number}`}>
      <span className="whom">
        <bdi className="name">{label}</bdi> <bdi className="faint">{number}</bdi>
        {n.own && (
          <Button
            testid={`remove-${number}`}
            look="quiet"
            label={frequent.removeNamed(label)}
            pending={isPending(state, "remove_number")}
            disabled={!canCommand(state)}
            onPress={() => void actions.removeNumber(n.id)}
          >
            {frequent.remove}
          </Button>
        )}
      </span>
      <Choice {...props} to={{ number: n.number }} name={label} testid={`frequent-${number}`} />
    </li>
  );
}

/** What a new number is entered in. */
function NewNumber({ state, actions }: CallProps) {
  const first = useRef<HTMLInputElement>(null);
  const c = useWords(common);
  useEffect(() => first.current?.focus(), []);
  const pending = isPending(state, "add_number");
  const submit = (form: FormData) => {
    const label = plain(String(form.get("label") ?? ""));
    const number = plain(String(form.get("number") ?? ""));
    if (label !== "" && number !== "" && canCommand(state)) void actions.addNumber(label, number);
  };
  return (
    <form
      className="entry"
      data-testid="new-number"
      onSubmit={(e) => {
        e.preventDefault();
        submit(new FormData(e.currentTarget));
      }}
      onKeyDown={(e) => {
        if (e.key !== "Escape") return;
        e.preventDefault(); // the dialog stays
        actions.enterNumber(false);
      }}
    >
      <label>
        {c.name}
        <input ref={first} name="label" data-testid="new-label" autoComplete="off" required maxLength={40} />
      </label>
      <label>
        {c.number}
        <input name="number" type="tel" data-testid="new-number-number" autoComplete="off" required maxLength={64} />
      </label>
      <div className="buttons">
        <Button testid="number-save" look="primary" submit pending={pending} disabled={!canCommand(state)}>
          {pending ? c.adding : c.add}
        </Button>
        <Button testid="number-cancel" onPress={() => actions.enterNumber(false)}>
          {c.cancel}
        </Button>
      </div>
    </form>
  );
}
