import { type Ref, type RefObject, useRef } from "react";
import type { View } from "../feed/messages";
import { canCommand, canDial } from "../state/select";
import { keysOf } from "../state/shortcuts";
import type { State } from "../state/state";
import type { Words } from "../words/area";
import { common } from "../words/common";
import { dialFailure, dial as dialWords } from "../words/dial";
import { duration, plain } from "../words/format";
import { notice, status as statusWords } from "../words/status";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { DialDialog } from "./DialDialog";
import { home } from "./focus";
import { useWords } from "./language";

type Props = PanelProps & { view: View };

/** Between calls: the ticket of the last one, what became of a call that was placed, and Dial up. */
export function NoCall(props: Props) {
  const { state, view, now } = props;
  const { wrap_up: wrapUp } = view;
  const w = useWords(statusWords);
  const { ticket } = useWords(common);
  const dial = useRef<HTMLButtonElement>(null);
  return (
    <section className="card call" aria-labelledby="call-title" data-testid="no-call">
      <h2 id="call-title" {...home}>
        {wrapUp === null ? w.noCall : w.wrapUp}
      </h2>
      {view.lost && (
        <p className="bar warn" data-testid="lost-call" data-how={view.lost.how}>
          {w.lost[view.lost.how]}
        </p>
      )}
      {wrapUp === null ? (
        <p className="note">{waiting(w, state, view.status)}</p>
      ) : (
        <>
          {wrapUp.ticket && (
            <p className="ticket" data-testid="wrap-up-ticket">
              {ticket} {plain(wrapUp.ticket)}
            </p>
          )}
          <p className="note">{w.finishTicket}</p>
          {wrapUp.until && (
            <p className="note" data-testid="wrap-up-left">
              {w.readyAgain(duration(Date.parse(wrapUp.until) - now))}
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
  const why = dialFailure(useWords(dialWords), view, state.dismissed);
  const { dismiss } = useWords(common);
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
        {dismiss}
      </Button>
    </div>
  );
}

/** The button that opens the dialling dialog (S17): there in no call, for who is logged in to CTI. */
function DialUp({ button, ...props }: Props & { button: Ref<HTMLButtonElement> }) {
  const { state, view, actions } = props;
  const { open } = useWords(dialWords);
  if (!canDial(view)) return null;
  return (
    <>
      <Button
        ref={button}
        testid="dial-open"
        keys={keysOf("dial")}
        disabled={!canCommand(state)}
        onPress={() => actions.open("dial")}
      >
        {open}
      </Button>
      {state.panel === "dial" && <DialDialog {...props} />}
    </>
  );
}

function waiting(w: Words<typeof statusWords>, { feed }: State, status: View["status"]): string {
  if (feed.kind === "offline") return w.shownAgain;
  if (status.code !== "ready") return w.whenReady;
  return notice(w, status.notice) ?? w.hints.ready;
}
