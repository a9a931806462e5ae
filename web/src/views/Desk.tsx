import type { ReactNode } from "react";
import { belongsToDialog, isAgent, isInCall, isPending, isRinging } from "../state/select";
import type { State } from "../state/state";
import { announcement, call as callWords } from "../words/call";
import { product } from "../words/common";
import { dialFailure, dial as dialWords } from "../words/dial";
import { session as sessionWords } from "../words/session";
import { settings as settingsWords } from "../words/settings";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { ConnectionBar, ConnectionDot } from "./Connection";
import { FaultBar } from "./FaultBar";
import { Help } from "./Help";
import { useWords } from "./language";
import { Settings } from "./Settings";
import { type Moves, Widget } from "./Widget";

type Props = PanelProps & {
  /** The ways to the console's parts. */
  nav?: ReactNode;
  /** The console. */
  children?: ReactNode;
  /** Tells that the console shows another view. */
  moves?: Moves;
};

/** The page of who is signed in: the console, and for an agent the call widget at its right edge, which stays as the console's views change. */
export function Desk({ nav, children, moves, ...props }: Props) {
  const { state, actions } = props;
  const w = useWords(sessionWords);
  const settings = useWords(settingsWords);
  return (
    <div className={isAgent(state) && state.feed.kind !== "live" ? "desk dated" : "desk"}>
      <header>
        <p className="brand">{product}</p>
        {nav}
        {isAgent(state) && <ConnectionDot feed={state.feed} />}
        <span className="who">{state.session.kind === "signed_in" && <bdi>{state.session.identity.name}</bdi>}</span>
        <Button testid="settings-open" look="quiet" onPress={() => actions.open("settings")}>
          {settings.open}
        </Button>
        {!isInCall(state) && !isRinging(state) && (
          <Button
            testid="sign-out"
            look="quiet"
            pending={isPending(state, "sign_out")}
            onPress={() => void actions.signOut()}
          >
            {w.signOut}
          </Button>
        )}
      </header>
      {isAgent(state) && <ConnectionBar state={state} />}
      <FaultBar fault={belongsToDialog(state) ? null : state.fault} dismiss={actions.dismiss} />
      <Announcer state={state} />
      {state.panel === "settings" && <Settings {...props} />}
      {state.panel === "help" && <Help {...props} />}
      <div className={isAgent(state) ? "shell attended" : "shell"}>
        {isAgent(state) && <Widget {...props} moves={moves ?? null} />}
        {children}
      </div>
    </div>
  );
}

/** Tells those who do not see the page that a call rings, and why one that they placed came to nothing. */
export function Announcer({ state }: { state: State }) {
  const { view, dismissed } = state;
  const w = useWords(callWords);
  const ofDial = useWords(dialWords);
  const call = isRinging(state) ? view?.call : null;
  const failed = view !== null && view.call === null ? dialFailure(ofDial, view, dismissed) : null;
  return (
    <p className="unseen" role="alert" data-testid="announcer">
      {call ? announcement(w, call) : failed}
    </p>
  );
}
