import type { View } from "../feed/messages";
import { isPending } from "../state/select";
import type { State } from "../state/state";
import { phoneSummary, phone as phoneWords } from "../words/phone";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { useWords } from "./language";

export function PhonePanel({ state, actions, view }: PanelProps & { view: View }) {
  const w = useWords(phoneWords);
  const { tone, label, hint } = phoneSummary(w, state.phone, view);
  return (
    <section className="card" aria-labelledby="phone-title">
      <h2 id="phone-title">{w.title(view.phone.number)}</h2>
      <p className={`lamp ${tone}`} role="status" data-testid="phone-state" data-tone={tone}>
        {label}
      </p>
      {hint !== null && (
        <p className="note" data-testid="phone-hint">
          {hint}
        </p>
      )}
      <Permissions state={state} actions={actions} webrtc={view.phone.device !== "desk"} />
    </section>
  );
}

/** What the browser still has to be asked for. Nothing once all is granted. */
function Permissions({ state, actions, webrtc }: { state: State; actions: PanelProps["actions"]; webrtc: boolean }) {
  const w = useWords(phoneWords);
  return (
    <ul className="permissions">
      {webrtc && <Microphone state={state} allow={actions.allowMicrophone} />}
      {state.notifications === "default" && (
        <li>
          <span>{w.notifyWhy}</span>
          <Button testid="allow-notifications" onPress={() => void actions.allowNotifications()}>
            {w.notify}
          </Button>
        </li>
      )}
      {webrtc && !state.sound && state.phone.holder !== "another_tab" && (
        <li data-testid="sound-hint">
          <span>{w.pressOnce}</span>
        </li>
      )}
    </ul>
  );
}

function Microphone({ state, allow }: { state: State; allow: () => Promise<unknown> }) {
  const w = useWords(phoneWords);
  switch (state.microphone) {
    case "ask":
      return (
        <li>
          <span>{w.microphoneWhy}</span>
          <Button
            testid="allow-microphone"
            look="primary"
            pending={isPending(state, "microphone")}
            onPress={() => void allow()}
          >
            {w.microphone}
          </Button>
        </li>
      );
    case "denied":
      return (
        <li className="warn" data-testid="microphone-denied">
          <span>{w.microphoneDenied}</span>
        </li>
      );
    case "insecure":
      return (
        <li className="warn">
          <span>{w.insecure}</span>
        </li>
      );
    default:
      return null;
  }
}
