import type { View } from "../feed/messages";
import { isPending } from "../state/select";
import type { State } from "../state/state";
import type { PanelProps } from "./actions";
import { Button } from "./Button";

type Tone = "good" | "warn" | "bad" | "off";

interface Summary {
  tone: Tone;
  label: string;
  hint: string | null;
}

export function PhonePanel({ state, actions, view }: PanelProps & { view: View }) {
  const { tone, label, hint } = phoneSummary(state, view);
  return (
    <section className="card" aria-labelledby="phone-title">
      <h2 id="phone-title">Phone {view.phone.number}</h2>
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

/** The phone in one line. What the server says of it (reachable) counts; what this tab knows explains it. */
export function phoneSummary({ phone }: State, view: View): Summary {
  const reachable = view.phone.reachable;
  if (view.status.code === "logged_out") {
    return { tone: "off", label: "Off", hint: "It is switched on when you log in to CTI." };
  }
  if (view.phone.device === "desk") {
    return reachable
      ? { tone: "good", label: "Desk phone registered", hint: null }
      : {
          tone: "bad",
          label: "Desk phone unreachable",
          hint: "You get no calls. Check that it is plugged in and registered.",
        };
  }
  if (phone.holder === "another_tab") {
    return {
      tone: reachable ? "good" : "warn",
      label: reachable ? "Registered in another tab" : "In another tab",
      hint: "Calls are heard there. Close that tab to take them in this one.",
    };
  }
  switch (phone.registration) {
    case "registered":
      return reachable
        ? { tone: "good", label: "Registered", hint: null }
        : {
            tone: "warn",
            label: "Registered, not confirmed yet",
            hint: "You get calls as soon as the controller has seen your phone.",
          };
    case "refused":
      return {
        tone: "bad",
        label: "Refused",
        hint: `You get no calls: the telephone server refused this phone (${phone.why}). This page tries again; tell your administrator if it stays so.`,
      };
    default:
      return {
        tone: "warn",
        label: "Connecting…",
        hint:
          phone.why === ""
            ? null
            : `The telephone server cannot be reached yet (${phone.why}); this page goes on trying.`,
      };
  }
}

/** What the browser still has to be asked for. Nothing once all is granted. */
function Permissions({ state, actions, webrtc }: { state: State; actions: PanelProps["actions"]; webrtc: boolean }) {
  return (
    <ul className="permissions">
      {webrtc && <Microphone state={state} allow={actions.allowMicrophone} />}
      {state.notifications === "default" && (
        <li>
          <span>A notification can tell you of calls while you are in another window.</span>
          <Button testid="allow-notifications" onPress={() => void actions.allowNotifications()}>
            Allow notifications
          </Button>
        </li>
      )}
      {webrtc && !state.sound && state.phone.holder !== "another_tab" && (
        <li data-testid="sound-hint">
          <span>Press any button once, so that the browser lets this page ring.</span>
        </li>
      )}
    </ul>
  );
}

function Microphone({ state, allow }: { state: State; allow: () => Promise<void> }) {
  switch (state.microphone) {
    case "ask":
      return (
        <li>
          <span>Callers hear you through your microphone, in calls only. The browser asks you to allow it.</span>
          <Button
            testid="allow-microphone"
            look="primary"
            pending={isPending(state, "microphone")}
            onPress={() => void allow()}
          >
            Allow microphone
          </Button>
        </li>
      );
    case "denied":
      return (
        <li className="warn" data-testid="microphone-denied">
          <span>
            The microphone is blocked, so calls cannot be answered here. Allow it by the symbol beside the address, then
            reload.
          </span>
        </li>
      );
    case "insecure":
      return (
        <li className="warn">
          <span>Calls need a secure page. Open this page by https, or on localhost.</span>
        </li>
      );
    default:
      return null;
  }
}
