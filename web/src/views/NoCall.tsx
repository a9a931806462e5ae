import { type Ref, type RefObject, useRef } from "react";
import type { View } from "../feed/messages";
import { canCommand, canDial } from "../state/select";
import type { State } from "../state/state";
import { dialFailure, duration, notice, plain } from "../words";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { DialDialog } from "./DialDialog";

type Props = PanelProps & { view: View };

/** Between calls: the ticket of the last one, what became of a call that was placed, and Dial up. */
export function NoCall(props: Props) {
  const { state, view, now } = props;
  const { wrap_up: wrapUp } = view;
  const dial = useRef<HTMLButtonElement>(null);
  return (
    <section className="card call" aria-labelledby="call-title" data-testid="no-call">
      <h2 id="call-title">{wrapUp === null ? "No call" : "Ticket processing"}</h2>
      {wrapUp === null ? (
        <p className="note">{waiting(state, view.status)}</p>
      ) : (
        <>
          {wrapUp.ticket && (
            <p className="ticket" data-testid="wrap-up-ticket">
              Ticket {plain(wrapUp.ticket)}
            </p>
          )}
          <p className="note">Finish the ticket, then choose Ready for the next call.</p>
          {wrapUp.until && (
            <p className="note" data-testid="wrap-up-left">
              You are Ready again in {duration(Date.parse(wrapUp.until) - now)}.
            </p>
          )}
        </>
      )}
      <Unreached {...props} next={dial} />
      <DialUp {...props} button={dial} />
    </section>
  );
}

/** Why the last call that the agent placed came to nothing (S20). next gets the focus when that was read. */
function Unreached({ state, view, actions, next }: Props & { next: RefObject<HTMLButtonElement | null> }) {
  const why = dialFailure(view, state.dismissed);
  if (why === null) return null;
  return (
    <div className="bar warn told">
      <p data-testid="dial-failure" data-why={view.dial_failure?.why}>
        <bdi>{why}</bdi>
      </p>
      <Button
        testid="dial-failure-seen"
        look="quiet"
        onPress={() => {
          actions.dialFailureSeen(view.dial_failure?.call ?? "");
          next.current?.focus();
        }}
      >
        Dismiss
      </Button>
    </div>
  );
}

/** The button that opens the dialling dialog (S17): there in no call, for who is logged in to CTI. */
function DialUp({ button, ...props }: Props & { button: Ref<HTMLButtonElement> }) {
  const { state, view, actions } = props;
  if (!canDial(view)) return null;
  return (
    <>
      <Button ref={button} testid="dial-open" disabled={!canCommand(state)} onPress={() => actions.open("dial")}>
        Dial up…
      </Button>
      {state.panel === "dial" && <DialDialog {...props} />}
    </>
  );
}

function waiting({ feed }: State, status: View["status"]): string {
  if (feed.kind === "offline") return "Calls are shown again when the controller is reached.";
  if (status.code !== "ready") return "You get calls when your status is Ready.";
  return notice(status.notice) ?? "You are waiting for a call.";
}
