import { useId, useRef, useState } from "react";
import type { Numbers } from "../api/client";
import { canCommand, isPending } from "../state/select";
import { common } from "../words/common";
import { dial as dialWords } from "../words/dial";
import { plain } from "../words/format";
import { explain } from "../words/problems";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { useLanguage, useWords } from "./language";

/** Whom to call, and which number they see (S18). */
export function DialDialog(props: PanelProps) {
  const { state, actions } = props;
  const w = useWords(dialWords);
  const { placing } = useWords(common);
  const field = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const callerIds = state.numbers.known?.caller_ids ?? [];
  const callerId = callerIds.find((c) => c.number === chosen)?.number ?? callerIds[0]?.number ?? null;
  const entered = plain(state.entry);
  const pending = isPending(state, "dial");
  return (
    <Dialog {...props} title={w.title} testid="dial">
      <form
        className="entry"
        onSubmit={(e) => {
          e.preventDefault();
          if (entered !== "" && canCommand(state)) void actions.dial(entered, callerId);
        }}
      >
        <label>
          {w.number}
          <input
            ref={field}
            type="tel"
            data-testid="dial-number"
            autoComplete="off"
            maxLength={64}
            value={state.entry}
            onChange={(e) => actions.enter(e.target.value)}
          />
        </label>
        <CallerIds state={state} list={callerIds} value={callerId} choose={setChosen} />
        <div className="buttons">
          <Button
            testid="dial-confirm"
            look="good"
            submit
            pending={pending}
            disabled={entered === "" || !canCommand(state)}
          >
            {pending ? placing : w.confirm}
          </Button>
        </div>
      </form>
      <Recent
        numbers={state.recent}
        choose={(n) => {
          actions.enter(n);
          field.current?.focus();
        }}
      />
    </Dialog>
  );
}

interface CallerIdProps extends Pick<PanelProps, "state"> {
  list: Numbers["caller_ids"];
  value: string | null;
  choose: (number: string) => void;
}

/** The numbers that are registered for the agent's service; the first is its default. */
function CallerIds({ state, list, value, choose }: CallerIdProps) {
  const { known, fault } = state.numbers;
  const language = useLanguage();
  const w = useWords(dialWords);
  const missing = known !== null && list.length === 0 ? w.noCallerId : "";
  return (
    <>
      <label>
        {w.callerId}
        <select
          data-testid="dial-caller-id"
          value={value ?? ""}
          disabled={list.length === 0}
          onChange={(e) => choose(e.target.value)}
        >
          {list.length === 0 && <option value="">{known === null ? w.serviceDefault : w.none}</option>}
          {list.map((c) => (
            <option key={c.number} value={c.number}>
              {`${plain(c.label)} ${c.number}`}
            </option>
          ))}
        </select>
      </label>
      <p className="note warn" role="status" data-testid="dial-note">
        {fault === null ? missing : explain(language, fault)}
      </p>
    </>
  );
}

function Recent({ numbers, choose }: { numbers: readonly string[]; choose: (number: string) => void }) {
  const id = useId();
  const { lately } = useWords(dialWords);
  if (numbers.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{lately}</h3>
      <ul className="recent">
        {numbers.map((n) => (
          <li key={n}>
            <Button testid={`recent-${plain(n)}`} onPress={() => choose(n)}>
              {plain(n)}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
