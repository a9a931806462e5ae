import type { CallView, OtherParty } from "../feed/messages";
import { otherName, otherState, plain } from "../words";

/** The other party's name, with the number where there is one. */
export function OtherName({ other }: { other: OtherParty | undefined }) {
  const number = plain(other?.party.number ?? "");
  return (
    <>
      <bdi className="name">{otherName(other)}</bdi>
      {number !== "" && (
        <>
          {" "}
          <bdi className="faint">{number}</bdi>
        </>
      )}
    </>
  );
}

/** The other party is with this agent, not ringing and not on hold. */
function talksHere({ other, state }: CallView): boolean {
  return !other?.rings && (state === "consulting" || state === "conference" || state === "agents_only");
}

/** Who takes part besides the customer, or is being called. */
export function Other({ call }: { call: CallView }) {
  if (call.other === undefined) return null;
  const what = otherState(call);
  return (
    <p className={talksHere(call) ? "other" : "other waits"} data-testid="other" data-rings={call.other.rings === true}>
      <span>
        <OtherName other={call.other} />
      </span>
      {what !== "" && (
        <span className="tag" data-testid="other-state">
          {what}
        </span>
      )}
    </p>
  );
}
