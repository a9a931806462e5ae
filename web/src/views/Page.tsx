import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Identity } from "../api/session";
import type { App } from "../app";
import { Guard, Loading } from "../console/Guard";
import { Navigates } from "../console/Link";
import { Nav } from "../console/Nav";
import type { State } from "../state/state";
import { Desk } from "./Desk";
import { Speaks } from "./language";
import { SignIn } from "./SignIn";

const Area = lazy(() => import("../console/Area").then((m) => ({ default: m.Area })));

/** The whole page. The only place that holds anything over time: the rest is a function of the state and the time. */
export function Page({ app }: { app: App }) {
  const state = useSyncExternalStore(app.store.subscribe, app.store.get);
  const language = useSyncExternalStore(app.language.subscribe, app.language.get);
  const now = useNow() + state.skew;
  return (
    <Speaks value={language}>
      {state.session.kind === "signed_out" ? (
        <SignIn state={state} why={state.session.why} actions={app.actions} />
      ) : (
        <SignedIn app={app} state={state} now={now} identity={state.session.identity} />
      )}
    </Speaks>
  );
}

/** The console is drawn when something of it changes, not with every tick of the widget's clocks. */
function SignedIn({ app, state, now, identity }: { app: App; state: State; now: number; identity: Identity }) {
  const [nav, area] = useMemo(
    () => [
      <Nav key="nav" navigation={app.console.navigation} identity={identity} />,
      <Guard key="console">
        <Suspense
          fallback={
            <main className="console">
              <Loading />
            </main>
          }
        >
          <Area console={app.console} identity={identity} />
        </Suspense>
      </Guard>,
    ],
    [app, identity],
  );
  return (
    <Navigates value={app.console.navigation}>
      <Desk state={state} now={now} actions={app.actions} nav={nav} moves={app.console.navigation}>
        {area}
      </Desk>
    </Navigates>
  );
}

/** The local time in ms, four times a second, so that no second is seen to be skipped. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return now;
}
