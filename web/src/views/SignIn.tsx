import { isPending } from "../state/select";
import type { State } from "../state/state";
import { words } from "../words";
import type { Actions } from "./actions";

interface Props {
  state: State;
  why: "new" | "by_choice" | "ended";
  signIn: Actions["signIn"];
}

export function SignIn({ state, why, signIn }: Props) {
  const pending = isPending(state, "sign_in");
  const submit = (form: FormData) => {
    void signIn(String(form.get("user") ?? "").trim(), String(form.get("password") ?? ""));
  };
  return (
    <main className="signin">
      <h1 className="brand">{words.product}</h1>
      <form
        className="card"
        onSubmit={(e) => {
          e.preventDefault();
          if (!pending) submit(new FormData(e.currentTarget));
        }}
      >
        <h2>Sign in</h2>
        {why === "ended" && (
          <p className="note">Your session has ended. Sign in again; a call that you have goes on.</p>
        )}
        <label>
          User
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
          Password
          <input
            name="password"
            data-testid="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={1024}
          />
        </label>
        <p className="error" role="alert" data-testid="fault">
          {state.fault !== null && `${state.fault.title}. ${state.fault.detail}`}
        </p>
        <button type="submit" className="button primary wide" data-testid="sign-in" aria-busy={pending || undefined}>
          {pending ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
