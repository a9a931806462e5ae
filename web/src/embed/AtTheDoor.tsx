import { useSyncExternalStore } from "react";
import type { App } from "../app";
import { Speaks, useWords } from "../views/language";
import { SignIn } from "../views/SignIn";
import { product } from "../words/common";
import { embed } from "../words/embed";
import { session } from "../words/session";
import type { Door } from "./door";

/** The window in which somebody signs in for a frame. */
export function AtTheDoor({ app, door }: { app: App; door: Door }) {
  const state = useSyncExternalStore(app.store.subscribe, app.store.get);
  const language = useSyncExternalStore(app.language.subscribe, app.language.get);
  const given = state.session.kind === "signed_out" && state.session.why === "by_choice";
  return (
    <Speaks value={language}>
      {state.session.kind === "signed_out" && !given ? (
        <SignIn state={state} why={state.session.why} actions={app.actions} />
      ) : (
        <Through told={given ? "given" : door.cut ? "cut" : "returning"} />
      )}
    </Speaks>
  );
}

function Through({ told }: { told: "given" | "cut" | "returning" }) {
  const words = { ...useWords(embed), returning: useWords(session).returning };
  return (
    <main className="signin">
      <h1 className="brand">{product}</h1>
      <div className="card">
        <p role="status" data-testid="door" data-state={told}>
          {words[told]}
        </p>
      </div>
    </main>
  );
}
