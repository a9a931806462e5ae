import { useState } from "react";
import { isPending } from "../state/select";
import type { State } from "../state/state";
import { commands } from "../words/commands";
import { product } from "../words/common";
import { explain } from "../words/problems";
import { session } from "../words/session";
import type { Actions } from "./actions";
import { useLanguage, useWords } from "./language";
import { Look } from "./Settings";

interface Props {
  state: State;
  why: "new" | "by_choice" | "ended";
  actions: Pick<Actions, "signIn" | "speak" | "paint">;
}

export function SignIn({ state, why, actions }: Props) {
  const language = useLanguage();
  const w = useWords(session);
  const { failed } = useWords(commands);
  const pending = isPending(state, "sign_in");
  // Once a code was asked for, its field stays.
  const [second, setSecond] = useState(false);
  const asked = state.fault?.code === "code_required";
  if (asked && !second) setSecond(true);
  const submit = (form: FormData) => {
    void actions.signIn(
      String(form.get("user") ?? "").trim(),
      String(form.get("password") ?? ""),
      String(form.get("code") ?? "").trim(),
    );
  };
  return (
    <main className="signin">
      <h1 className="brand">{product}</h1>
      <form
        className="card"
        onSubmit={(e) => {
          e.preventDefault();
          if (!pending) submit(new FormData(e.currentTarget));
        }}
      >
        <h2>{w.signIn}</h2>
        {why === "ended" && <p className="note">{w.ended}</p>}
        <label>
          {w.user}
          <input
            name="user"
            data-testid="user"
            autoComplete="username"
            autoCapitalize="none"
            required
            maxLength={128}
          />
        </label>
        <label>
          {w.password}
          <input
            name="password"
            data-testid="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={1024}
          />
        </label>
        {second && (
          <label>
            {w.code}
            <input
              name="code"
              data-testid="code"
              autoComplete="one-time-code"
              autoCapitalize="none"
              // biome-ignore lint/a11y/noAutofocus: it is what was just asked for
              autoFocus
              required
              maxLength={64}
            />
          </label>
        )}
        <p className="error" role="alert" data-testid="fault">
          {state.fault !== null && `${failed[state.fault.action]}. ${explain(language, state.fault)}`}
        </p>
        <button type="submit" className="button primary wide" data-testid="sign-in" aria-busy={pending || undefined}>
          {pending ? w.signingIn : w.signIn}
        </button>
      </form>
      <Look state={state} actions={actions} />
    </main>
  );
}
