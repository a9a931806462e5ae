import { useState } from "react";
import { send } from "../api/http";
import { complaintOf } from "../api/problem";
import type { Language } from "../words/area";
import { product } from "../words/common";
import { explain } from "../words/problems";
import { reset } from "../words/reset";
import { Speaks, useLanguage, useWords } from "./language";

/** The path of this page. What follows # in its address is the link's token, which no server is sent with the address. */
export const resetPath = "/reset";

/** A new password by a link, for somebody who is not signed in. */
export function Reset({ token, language }: { token: string; language: Language }) {
  return (
    <Speaks value={language}>
      <main className="signin">
        <h1 className="brand">{product}</h1>
        <ResetCard token={token} />
      </main>
    </Speaks>
  );
}

type Stage = { kind: "asked" | "sent" | "done" } | { kind: "refused"; why: string };

function ResetCard({ token }: { token: string }) {
  const language = useLanguage();
  const w = useWords(reset);
  const [stage, setStage] = useState<Stage>({ kind: "asked" });
  const submit = async (form: FormData) => {
    const password = String(form.get("password") ?? "");
    if (password !== form.get("again")) {
      setStage({ kind: "refused", why: w.differ });
      return;
    }
    setStage({ kind: "sent" });
    try {
      await send({ method: "POST", path: "/api/v1/password-resets", body: { token, password } });
      setStage({ kind: "done" });
    } catch (e) {
      setStage({ kind: "refused", why: explain(language, complaintOf(e, "page_error")) });
    }
  };
  if (token === "" || stage.kind === "done") {
    return (
      <div className="card">
        <h2>{w.title}</h2>
        <p className="note" data-testid="reset-note">
          {token === "" ? w.noLink : w.done}
        </p>
        <a className="button primary wide" href="/">
          {w.signIn}
        </a>
      </div>
    );
  }
  const pending = stage.kind === "sent";
  return (
    <form
      className="card"
      onSubmit={(e) => {
        e.preventDefault();
        if (!pending) void submit(new FormData(e.currentTarget));
      }}
    >
      <h2>{w.title}</h2>
      <p className="note">{w.note}</p>
      <label>
        {w.fresh}
        <input
          name="password"
          data-testid="fresh"
          type="password"
          autoComplete="new-password"
          required
          maxLength={1024}
        />
      </label>
      <label>
        {w.again}
        <input name="again" data-testid="again" type="password" autoComplete="new-password" required maxLength={1024} />
      </label>
      <p className="error" role="alert" data-testid="fault">
        {stage.kind === "refused" && stage.why}
      </p>
      <button type="submit" className="button primary wide" data-testid="reset" aria-busy={pending || undefined}>
        {pending ? w.setting : w.set}
      </button>
    </form>
  );
}
