import { useState } from "react";
import { isPending } from "../state/select";
import type { State } from "../state/state";
import { commands } from "../words/commands";
import { product } from "../words/common";
import { plain } from "../words/format";
import { explain } from "../words/problems";
import { session } from "../words/session";
import type { Actions } from "./actions";
import { Button } from "./Button";
import { useLanguage, useWords } from "./language";
import { Look } from "./Settings";

interface Props {
  state: State;
  why: "new" | "by_choice" | "ended";
  actions: Pick<Actions, "signIn" | "signInBy" | "prove" | "speak" | "paint">;
  /** Said below the providers' buttons. */
  told?: string;
}

export function SignIn({ state, why, actions, told = "" }: Props) {
  return (
    <main className="signin">
      <h1 className="brand">{product}</h1>
      {state.returning === null ? (
        <ByPassword state={state} why={why} actions={actions} told={told} />
      ) : (
        <ByProvider state={state} actions={actions} />
      )}
      <Look state={state} actions={actions} />
    </main>
  );
}

function ByPassword({ state, why, actions, told }: Props) {
  const w = useWords(session);
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
        <input name="user" data-testid="user" autoComplete="username" autoCapitalize="none" required maxLength={128} />
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
      {second && <Code />}
      <Why state={state} />
      <button type="submit" className="button primary wide" data-testid="sign-in" aria-busy={pending || undefined}>
        {pending ? w.signingIn : w.signIn}
      </button>
      {state.providers.length > 0 && (
        <>
          <p className="or">{w.or}</p>
          {state.providers.map((p) => (
            <Button key={p.id} testid={`sign-in-${p.id}`} pending={pending} onPress={() => actions.signInBy(p.id)}>
              {w.by(plain(p.name))}
            </Button>
          ))}
          <p className="note" role="status" data-testid="told">
            {told}
          </p>
        </>
      )}
    </form>
  );
}

/** Who came back from a provider. */
function ByProvider({ state, actions }: Omit<Props, "why">) {
  const w = useWords(session);
  const pending = isPending(state, "sign_in");
  if (state.returning === "checked") {
    return (
      <div className="card">
        <h2>{w.signIn}</h2>
        <p className="note" role="status" data-testid="returning">
          {w.returning}
        </p>
      </div>
    );
  }
  return (
    <form
      className="card"
      onSubmit={(e) => {
        e.preventDefault();
        const code = String(new FormData(e.currentTarget).get("code") ?? "").trim();
        if (!pending) void actions.prove(code);
      }}
    >
      <h2>{w.signIn}</h2>
      <Code />
      <Why state={state} />
      <button type="submit" className="button primary wide" data-testid="sign-in" aria-busy={pending || undefined}>
        {pending ? w.signingIn : w.signIn}
      </button>
      <a href="?">{w.otherwise}</a>
    </form>
  );
}

function Code() {
  const w = useWords(session);
  return (
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
  );
}

function Why({ state }: { state: State }) {
  const language = useLanguage();
  const { failed } = useWords(commands);
  return (
    <p className="error" role="alert" data-testid="fault">
      {state.fault !== null && `${failed[state.fault.action]}. ${explain(language, state.fault)}`}
    </p>
  );
}
