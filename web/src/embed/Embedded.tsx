import { useState, useSyncExternalStore } from "react";
import type { App } from "../app";
import { isAgent } from "../state/select";
import type { State } from "../state/state";
import type { PanelProps } from "../views/actions";
import { Button } from "../views/Button";
import { Frame } from "../views/Frame";
import { useFocusKept } from "../views/focus";
import { useCallInView } from "../views/inView";
import { Speaks, useWords } from "../views/language";
import { useNow } from "../views/Page";
import { SignIn } from "../views/SignIn";
import { Panels } from "../views/Widget";
import { embed } from "../words/embed";
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
  const now = useNow() + state.skew;
  return (
    <Speaks value={language}>
      {state.session.kind === "signed_out" ? (
        <Outside app={app} state={state} why={state.session.why} popping={popping} />
      ) : (
        <Inside state={state} now={now} actions={app.actions} popping={popping} />
      )}
    </Speaks>
  );
}

function Inside({ popping, ...props }: PanelProps & { popping: Popping | null }) {
  const { state } = props;
  const w = useWords(embed);
  const { name } = useWords(widgetWords);
  const box = useCallInView<HTMLElement>(state);
  useFocusKept(box);
  const away = useSyncExternalStore(popping?.side.subscribe ?? never, popping?.side.away ?? (() => false));
  const popOut = popping !== null && !away && (
    <Button testid="pop-out" look="quiet" onPress={popping.popOut}>
      {w.popOut}
    </Button>
  );
  return (
    <Frame {...props} look="desk embedded" head={<h1 className="unseen">{name}</h1>} button={popOut}>
      <Where state={state} away={away} popping={popping} />
      <main ref={box} className="panels" data-testid="widget">
        {isAgent(state) && <Panels {...props} />}
      </main>
    </Frame>
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
