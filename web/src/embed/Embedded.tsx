import { useState, useSyncExternalStore } from "react";
import type { App } from "../app";
import { belongsToDialog, isAgent, isInCall, isPending, isRinging } from "../state/select";
import type { State } from "../state/state";
import { Button } from "../views/Button";
import { ConnectionBar, ConnectionDot } from "../views/Connection";
import { Announcer } from "../views/Desk";
import { FaultBar } from "../views/FaultBar";
import { Help } from "../views/Help";
import { Speaks, useWords } from "../views/language";
import { useNow } from "../views/Page";
import { Settings } from "../views/Settings";
import { SignIn } from "../views/SignIn";
import { Panels } from "../views/Widget";
import { embed } from "../words/embed";
import { session as sessionWords } from "../words/session";
import { settings as settingsWords } from "../words/settings";
import { widget as widgetWords } from "../words/widget";
import type { FrameSide } from "./beside";

/** What the frame can do about the window that takes the phone. Null: this is that window. */
export interface Popping {
  side: FrameSide;
  popOut(): void;
  /** Opens the window in which somebody signs in at that provider. */
  signInBy(provider: string): void;
  /** Opens the window that takes the phone, to sign in there. */
  signInWindow(): void;
}

const never = () => () => {};

/** The call widget alone: in another system's page, or in a window of its own. */
export function Embedded({ app, popping }: { app: App; popping: Popping | null }) {
  const state = useSyncExternalStore(app.store.subscribe, app.store.get);
  const language = useSyncExternalStore(app.language.subscribe, app.language.get);
  const away = useSyncExternalStore(popping?.side.subscribe ?? never, popping?.side.away ?? (() => false));
  const now = useNow() + state.skew;
  return (
    <Speaks value={language}>
      {state.session.kind === "signed_out" ? (
        <Outside app={app} state={state} why={state.session.why} popping={popping} />
      ) : (
        <div className={state.feed.kind === "live" || !isAgent(state) ? "desk embedded" : "desk embedded dated"}>
          <Head state={state} app={app} popOut={away ? null : (popping?.popOut ?? null)} />
          {isAgent(state) && <ConnectionBar state={state} />}
          <FaultBar fault={belongsToDialog(state) ? null : state.fault} dismiss={app.actions.dismiss} />
          <Announcer state={state} />
          <Where state={state} away={away} popping={popping} />
          {state.panel === "settings" && <Settings state={state} now={now} actions={app.actions} />}
          {state.panel === "help" && <Help state={state} now={now} actions={app.actions} />}
          <Body state={state} now={now} app={app} />
        </div>
      )}
    </Speaks>
  );
}

function Body({ state, now, app }: { state: State; now: number; app: App }) {
  return (
    <main className="panels" data-testid="widget">
      {isAgent(state) && <Panels state={state} now={now} actions={app.actions} />}
    </main>
  );
}

/** A frame has no room for providers' pages, which do not show themselves in one. */
function Outside({
  app,
  state,
  why,
  popping,
}: {
  app: App;
  state: State;
  why: "new" | "by_choice" | "ended";
  popping: Popping | null;
}) {
  const w = useWords(embed);
  const [gone, setGone] = useState(false);
  if (popping === null) return <SignIn state={state} why={why} actions={app.actions} />;
  const { signIn, prove, speak, paint } = app.actions;
  const signInBy = async (provider: string) => {
    popping.signInBy(provider);
    setGone(true);
    return null;
  };
  return (
    <>
      <SignIn state={state} why={why} actions={{ signIn, prove, speak, paint, signInBy }} told={gone ? w.goOn : ""} />
      <div className="signin-window">
        <Button testid="sign-in-window" look="quiet" onPress={popping.signInWindow}>
          {w.signInWindow}
        </Button>
      </div>
    </>
  );
}

function Head({ state, app, popOut }: { state: State; app: App; popOut: (() => void) | null }) {
  const w = useWords(sessionWords);
  const settings = useWords(settingsWords);
  const own = useWords(embed);
  const { name } = useWords(widgetWords);
  return (
    <header>
      <h1 className="unseen">{name}</h1>
      {isAgent(state) && <ConnectionDot feed={state.feed} />}
      <span className="who">{state.session.kind === "signed_in" && <bdi>{state.session.identity.name}</bdi>}</span>
      {popOut !== null && (
        <Button testid="pop-out" look="quiet" onPress={popOut}>
          {own.popOut}
        </Button>
      )}
      <Button testid="settings-open" look="quiet" onPress={() => app.actions.open("settings")}>
        {settings.open}
      </Button>
      {!isInCall(state) && !isRinging(state) && (
        <Button
          testid="sign-out"
          look="quiet"
          pending={isPending(state, "sign_out")}
          onPress={() => void app.actions.signOut()}
        >
          {w.signOut}
        </Button>
      )}
    </header>
  );
}

/** Where the phone is, if that is not simply here. */
function Where({ state, away, popping }: { state: State; away: boolean; popping: Popping | null }) {
  const w = useWords(embed);
  const inWindow = popping === null && state.phone.holder === "this_tab";
  return (
    <div role="status">
      {inWindow && (
        <p className="faint" data-testid="in-window">
          {w.inWindow}
        </p>
      )}
      {away && popping !== null && (
        <div className="bar note told" data-testid="phone-away">
          <p>{w.elsewhere}</p>
          <Button testid="bring-back" look="quiet" onPress={popping.side.bringBack}>
            {w.bringBack}
          </Button>
        </div>
      )}
    </div>
  );
}
