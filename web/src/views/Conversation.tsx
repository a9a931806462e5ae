import { isLostToView, places, waitsForOther } from "../state/select";
import { call as callWords, heldLong, lostPhone, situation } from "../words/call";
import { commands, failure } from "../words/commands";
import { duration } from "../words/format";
import { phone as phoneWords } from "../words/phone";
import { microphoneFaults } from "../words/problems";
import type { CallProps } from "./actions";
import { CallButtons } from "./CallButtons";
import { Sentence, useWords } from "./language";
import { Other } from "./Parties";
import { HowWell, Sound } from "./Sound";

/** A call that the agent is in: who is on the line, what went wrong, what can be done. */
export function Conversation(props: CallProps) {
  const { now, call } = props;
  const w = useWords(callWords);
  const unknown = isLostToView(props.state, call);
  const held = <time data-testid="hold-timer">{duration(now - Date.parse(call.since))}</time>;
  return (
    <>
      {call.connected_at && (
        <p className="timer">
          <time data-testid="call-timer">{duration(now - Date.parse(call.connected_at))}</time>
          {call.state === "held" && (
            <span className="faint">
              <Sentence text={w.heldFor} slots={{ time: held }} />
            </span>
          )}
        </p>
      )}
      <p className="situation" role="status" data-testid="situation">
        {!unknown && situation(w, call)}
      </p>
      <Other call={call} />
      <Notices {...props} />
      {!unknown && <Sound {...props} />}
      <CallButtons {...props} />
      {/* Below the buttons: it comes after a while, and must not push them away under a finger. */}
      {!unknown && <HowWell {...props} />}
    </>
  );
}

/** What is not as it should be, or must not be overlooked. */
function Notices({ state, now, call }: CallProps) {
  const w = useWords(callWords);
  const faults = useWords(microphoneFaults);
  const { thenAnswer } = useWords(phoneWords);
  const failed = failure({ call: w, commands: useWords(commands) }, call, now);
  const long = heldLong(w, call);
  return (
    <>
      {call.state === "rejoining" && !waitsForOther(call) && (
        <p className="bar warn" data-testid="rejoining">
          {/* The time that is left is not read out each second. */}
          <span role="status">{lostPhone(w, call)}</span>
          {call.deadline && ` ${w.tryingFor(duration(Date.parse(call.deadline) - now))}`}
        </p>
      )}
      {places(call) && state.phone.microphone !== null && (
        <p className="bar bad" role="alert" data-testid="microphone-fault">
          {faults[state.phone.microphone]} {thenAnswer}
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
            {w.customerGone}
          </p>
        )}
        {call.muted && (
          <p className="bar warn" data-testid="muted">
            {w.muted}
          </p>
        )}
      </div>
    </>
  );
}
