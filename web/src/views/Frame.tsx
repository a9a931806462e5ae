import type { ReactNode } from "react";
import { belongsToDialog, isAgent, isInCall, isPending, isRinging } from "../state/select";
import type { State } from "../state/state";
import { announcement, call as callWords } from "../words/call";
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

type Props = PanelProps & {
  look: string;
  /** Begins the line at the top. */
  head: ReactNode;
  /** Stands before the other buttons there. */
  button?: ReactNode;
  children: ReactNode;
};

/** What is around the content of every page of who is signed in: the line at the top, what is wrong, settings and help. */
export function Frame({ look, head, button, children, ...props }: Props) {
  const { state, actions } = props;
  const w = useWords(sessionWords);
  const settings = useWords(settingsWords);
  const agent = isAgent(state);
  return (
    <div className={agent && state.feed.kind !== "live" ? `${look} dated` : look}>
      <header>
        {head}
        {agent && <ConnectionDot feed={state.feed} />}
        <span className="who">{state.session.kind === "signed_in" && <bdi>{state.session.identity.name}</bdi>}</span>
        {button}
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
      {agent && <ConnectionBar state={state} />}
      <FaultBar fault={belongsToDialog(state) ? null : state.fault} dismiss={actions.dismiss} />
      <Announcer state={state} />
      {state.panel === "settings" && <Settings {...props} />}
      {state.panel === "help" && <Help {...props} />}
      {children}
    </div>
  );
}

/** Tells those who do not see the page that a call rings, and why one that they placed came to nothing. */
function Announcer({ state }: { state: State }) {
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
