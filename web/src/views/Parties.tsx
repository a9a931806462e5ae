import type { CallView, OtherParty } from "../feed/messages";
import { call as callWords, otherLabel, otherState } from "../words/call";
import { plain } from "../words/format";
import { useWords } from "./language";

/** The other party's name, with the number where there is one. */
export function OtherName({ other }: { other: OtherParty | undefined }) {
  const w = useWords(callWords);
  const number = plain(other?.party.number ?? "");
  const label = other === undefined ? w.colleague : otherLabel(other);
  return (
    <>
      <bdi className="name">{other?.kind === "queue" ? w.queue(label) : label}</bdi>
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
  const w = useWords(callWords);
  if (call.other === undefined) return null;
  const what = otherState(w, call);
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
