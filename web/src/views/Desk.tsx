import { belongsToDialog, isInCall, isPending, isRinging } from "../state/select";
import type { State } from "../state/state";
import { announcement, call as callWords } from "../words/call";
import { product } from "../words/common";
import { dialFailure, dial as dialWords } from "../words/dial";
import { session as sessionWords } from "../words/session";
import { settings as settingsWords } from "../words/settings";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { CallPanel } from "./CallPanel";
import { ConnectionBar, ConnectionDot } from "./Connection";
import { DemoPanel } from "./DemoPanel";
import { FaultBar } from "./FaultBar";
import { Help } from "./Help";
import { useWords } from "./language";
import { PhonePanel } from "./PhonePanel";
import { Settings } from "./Settings";
import { StatusPanel } from "./StatusPanel";

/** The agent's page. */
export function Desk(props: PanelProps) {
  const { state, actions } = props;
  const w = useWords(sessionWords);
  const settings = useWords(settingsWords);
  return (
    <div className={state.feed.kind === "live" ? "desk" : "desk dated"}>
      <header>
        <h1 className="brand">{product}</h1>
        <ConnectionDot feed={state.feed} />
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
      <ConnectionBar state={state} />
      <FaultBar fault={belongsToDialog(state) ? null : state.fault} dismiss={actions.dismiss} />
      <Announcer state={state} />
      {state.panel === "settings" && <Settings {...props} />}
      {state.panel === "help" && <Help {...props} />}
      {state.view === null ? (
        <main className="waiting" aria-busy="true">
          <p>{w.waiting}</p>
        </main>
      ) : (
        <main className="columns">
          <div className="column">
            <CallPanel {...props} view={state.view} />
            {state.demo && <DemoPanel {...props} view={state.view} />}
          </div>
          <div className="column">
            <StatusPanel {...props} view={state.view} />
            <PhonePanel {...props} view={state.view} />
          </div>
        </main>
      )}
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
