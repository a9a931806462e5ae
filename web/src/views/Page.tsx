import { useEffect, useState, useSyncExternalStore } from "react";
import type { App } from "../app";
import { Desk } from "./Desk";
import { Speaks } from "./language";
import { SignIn } from "./SignIn";

/** The whole page. The only place that holds anything over time: the rest is a function of the state and the time. */
export function Page({ app }: { app: App }) {
  const state = useSyncExternalStore(app.store.subscribe, app.store.get);
  const language = useSyncExternalStore(app.language.subscribe, app.language.get);
  const now = useNow() + state.skew;
  return (
    <Speaks value={language}>
      {state.session.kind === "signed_out" ? (
        <SignIn state={state} why={state.session.why} actions={app} />
      ) : (
        <Desk state={state} now={now} actions={app} />
      )}
    </Speaks>
  );
}

/** The local time in ms, four times a second, so that no second is seen to be skipped. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return now;
}
