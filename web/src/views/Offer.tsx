import { can, canCommand, isPending } from "../state/select";
import { duration, failure, microphoneFaults, whyRings } from "../words";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { OtherName } from "./Parties";

/** A call that rings: the customer's own, or a colleague's about a customer. */
export function Offer({ state, now, actions, call }: CallProps) {
  const answering = isPending(state, "answer");
  const { microphone } = state.phone;
  const why = whyRings(call);
  const failed = failure(call, state.people, now);
  return (
    <>
      {why !== null && (
        <p className="bar note" data-testid="offered-by">
          {call.role === "target" && (
            <>
              <OtherName other={call.other} />{" "}
            </>
          )}
          {why}
        </p>
      )}
      {failed !== null && (
        <p className="bar warn" data-testid="failure" data-why={call.failure?.why}>
          {failed}
        </p>
      )}
      {microphone !== null && (
        <p className="bar bad" role="alert" data-testid="microphone-fault">
          {microphoneFaults[microphone]} Then press Answer again.
        </p>
      )}
      <div className="buttons">
        <Button
          testid="answer"
          look="good"
          pending={answering}
          disabled={!canCommand(state) || !can(call, "answer")}
          onPress={() => void actions.answer()}
        >
          {answering ? "Answering…" : "Answer"}
        </Button>
        <Button
          testid="decline"
          look="bad"
          pending={isPending(state, "decline")}
          disabled={!canCommand(state) || !can(call, "decline")}
          onPress={() => void actions.decline()}
        >
          {isPending(state, "decline") ? "Declining…" : "Decline"}
        </Button>
      </div>
      {call.deadline && (
        <p className="faint" data-testid="pickup-left">
          {duration(Date.parse(call.deadline) - now)} left to answer
        </p>
      )}
    </>
  );
}
