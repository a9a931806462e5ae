import { isOnPhone, places } from "../state/select";
import type { State } from "../state/state";
import { duration, failure, heldLong, microphoneFaults, situation } from "../words";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { CallButtons } from "./CallButtons";
import { Other } from "./Parties";

/** A call that the agent is in: who is on the line, what went wrong, what can be done. */
export function Conversation(props: CallProps) {
  const { state, now, actions, call } = props;
  return (
    <>
      {call.connected_at && (
        <p className="timer">
          <time data-testid="call-timer">{duration(now - Date.parse(call.connected_at))}</time>
          {call.state === "held" && (
            <span className="faint">
              {" on hold for "}
              <time data-testid="hold-timer">{duration(now - Date.parse(call.since))}</time>
            </span>
          )}
        </p>
      )}
      <p className="situation" role="status" data-testid="situation">
        {situation(call)}
      </p>
      <Other call={call} />
      <Notices {...props} />
      <Sound state={state} call={call} unblock={actions.unblockAudio} />
      <CallButtons {...props} />
    </>
  );
}

/** What is not as it should be, or must not be overlooked. */
function Notices({ state, now, call }: CallProps) {
  const failed = failure(call, state.people, now);
  const long = heldLong(call);
  return (
    <>
      {call.state === "rejoining" && call.role === "agent" && (
        <p className="bar warn" role="status" data-testid="rejoining">
          Your phone lost this call and is being called back; it answers by itself. The customer is still there and
          hears music.
          {call.deadline && ` Trying for another ${duration(Date.parse(call.deadline) - now)}.`}
        </p>
      )}
      {places(call) && state.phone.microphone !== null && (
        <p className="bar bad" role="alert" data-testid="microphone-fault">
          {microphoneFaults[state.phone.microphone]} Then press Answer.
        </p>
      )}
      <div role="status" className="notices">
        {failed !== null && (
          <p className="bar warn" data-testid="failure" data-why={call.failure?.why}>
            <bdi>{failed}</bdi>
          </p>
        )}
        {long !== null && (
          <p className="bar warn" data-testid="held-long">
            {long}
          </p>
        )}
        {call.customer_gone && (
          <p className="bar warn" data-testid="customer-gone">
            The customer has hung up.
          </p>
        )}
        {call.muted && (
          <p className="bar warn" data-testid="muted">
            You are muted: nobody hears you.
          </p>
        )}
      </div>
    </>
  );
}

/** Whether the others can be heard here, and what to do if not. */
function Sound({ state, call, unblock }: Pick<CallProps, "state" | "call"> & { unblock: () => void }) {
  const { phone, view } = state;
  if (view?.phone.device !== "webrtc" || !isOnPhone(call)) return null;
  const text = soundText(phone, call.commands.includes("rejoin"));
  return (
    <div role="status" data-testid="audio" data-state={phone.holder === "this_tab" ? phone.audio : "elsewhere"}>
      {text !== null && <p className="bar warn">{text}</p>}
      {phone.audio === "blocked" && (
        <Button testid="unblock-audio" look="primary" onPress={unblock}>
          Hear the caller
        </Button>
      )}
    </div>
  );
}

function soundText(phone: State["phone"], again: boolean): string | null {
  if (phone.holder !== "this_tab") return "The sound of this call is in another tab of this browser.";
  const what = again ? "Your phone is being called again." : "Your phone cannot be called again for this call.";
  switch (phone.audio) {
    case "playing":
      return null;
    case "connecting":
      return "The sound is being connected…";
    case "blocked":
      return "The browser holds back the sound until you press a button.";
    case "lost":
      return `The sound was lost. ${what}`;
    case "none":
      return `This page has no sound of the call${again ? " yet" : ""}. ${what}`;
  }
}
