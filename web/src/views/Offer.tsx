import { can, canCommand, isPending } from "../state/select";
import { keysOf } from "../state/shortcuts";
import { call as callWords, whyRings } from "../words/call";
import { commands, failure } from "../words/commands";
import { duration } from "../words/format";
import { phone as phoneWords } from "../words/phone";
import { microphoneFaults } from "../words/problems";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { Sentence, useWords } from "./language";
import { OtherName } from "./Parties";

/** A call that rings: the customer's own, or a colleague's about a customer. */
export function Offer({ state, now, actions, call }: CallProps) {
  const answering = isPending(state, "answer");
  const { microphone } = state.phone;
  const w = useWords(callWords);
  const c = useWords(commands);
  const faults = useWords(microphoneFaults);
  const { thenAnswerAgain } = useWords(phoneWords);
  const why = whyRings(w, call);
  const failed = failure({ call: w, commands: c }, call, now);
  return (
    <>
      {why !== null && (
        <p className="bar note" data-testid="offered-by">
          <Sentence text={why} slots={{ other: <OtherName other={call.other} /> }} />
        </p>
      )}
      {failed !== null && (
        <p className="bar warn" data-testid="failure" data-why={call.failure?.why}>
          {failed}
        </p>
      )}
      {microphone !== null && (
        <p className="bar bad" role="alert" data-testid="microphone-fault">
          {faults[microphone]} {thenAnswerAgain}
        </p>
      )}
      <div className="buttons">
        <Button
          testid="answer"
          keys={keysOf("answer")}
          look="good"
          pending={answering}
          disabled={!canCommand(state) || !can(call, "answer")}
          onPress={() => void actions.answer()}
        >
          {answering ? c.answering : c.answer}
        </Button>
        <Button
          testid="decline"
          keys={keysOf("decline")}
          look="bad"
          pending={isPending(state, "decline")}
          disabled={!canCommand(state) || !can(call, "decline")}
          onPress={() => void actions.decline()}
        >
          {isPending(state, "decline") ? c.declining : c.decline}
        </Button>
      </div>
      {call.deadline && (
        <p className="faint" data-testid="pickup-left">
          {w.answerLeft(duration(Date.parse(call.deadline) - now))}
        </p>
      )}
    </>
  );
}
