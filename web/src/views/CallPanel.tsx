import type { CallView, View } from "../feed/messages";
import { rings } from "../state/select";
import type { State } from "../state/state";
import { callerName, callState, duration, notice, plain } from "../words";
import type { PanelProps } from "./actions";
import { Conversation } from "./Conversation";
import { Offer } from "./Offer";

type Props = PanelProps & { view: View };

export function CallPanel(props: Props) {
  const { call } = props.view;
  if (call === null) return <NoCall {...props} />;
  return (
    <section
      className={rings(call) ? "card call rings" : "card call"}
      aria-labelledby="call-title"
      data-testid="call"
      data-call={call.id}
    >
      <h2 id="call-title" data-testid="call-state" data-state={call.state} data-role={call.role}>
        {callState(call)}
      </h2>
      <Caller call={call} />
      {rings(call) ? <Offer {...props} call={call} /> : <Conversation {...props} call={call} />}
    </section>
  );
}

function NoCall({ state, view, now }: Props) {
  const { wrap_up: wrapUp } = view;
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
    </section>
  );
}

function waiting({ feed }: State, status: View["status"]): string {
  if (feed.kind === "offline") return "Calls are shown again when the controller is reached.";
  if (status.code !== "ready") return "You get calls when your status is Ready.";
  return notice(status.notice) ?? "You are waiting for a call.";
}

/** The caller's name and number are whatever the network sent: text, kept apart from the text around it. */
function Caller({ call }: { call: CallView }) {
  const number = plain(call.caller.number);
  return (
    <>
      <p className="caller" data-testid="caller-name">
        <bdi>{callerName(call.caller)}</bdi>
      </p>
      <dl className="facts">
        <Fact name="Number" testid="caller-number" value={number || "withheld"} />
        <Fact name="Service" testid="call-service" value={plain(call.service)} />
        <Fact name="Queue" testid="call-queue" value={plain(call.queue)} />
        {call.called && <Fact name="Dialled" testid="call-called" value={plain(call.called)} />}
        {call.ticket && <Fact name="Ticket" testid="call-ticket" value={plain(call.ticket)} />}
      </dl>
    </>
  );
}

function Fact({ name, testid, value }: { name: string; testid: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testid}>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}
