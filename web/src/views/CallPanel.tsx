import type { CallView, View } from "../feed/messages";
import { isLostToView, rings } from "../state/select";
import type { State } from "../state/state";
import { callerName, callState, call as callWords, NO_QUEUE } from "../words/call";
import { common } from "../words/common";
import { plain } from "../words/format";
import type { PanelProps } from "./actions";
import { Conversation } from "./Conversation";
import { home } from "./focus";
import { Known } from "./Known";
import { useWords } from "./language";
import { NoCall } from "./NoCall";
import { Offer } from "./Offer";

type Props = PanelProps & { view: View };

export function CallPanel(props: Props) {
  const { call } = props.view;
  const w = useWords(callWords);
  if (call === null) return <NoCall {...props} />;
  return (
    <section
      className={rings(call) ? "card call rings" : "card call"}
      aria-labelledby="call-title"
      data-testid="call"
      data-call={call.id}
    >
      <h2 id="call-title" {...home} data-testid="call-state" data-state={call.state} data-role={call.role}>
        {callState(w, call)}
      </h2>
      <div role="alert" data-testid="server-away">
        {isLostToView(props.state, call) && <p className="bar bad">{w.serverAway}</p>}
      </div>
      <Caller call={call} services={props.state.services} />
      {rings(call) ? <Offer {...props} call={call} /> : <Conversation {...props} call={call} />}
      {/* Below the buttons: it comes late, and must not push them away under a finger. */}
      {props.state.caller !== null && <Known caller={props.state.caller.caller} shown={callerName(w, call.caller)} />}
    </section>
  );
}

/** The caller's name and number are whatever the network sent: text, kept apart from the text around it. */
function Caller({ call, services }: { call: CallView; services: State["services"] }) {
  const number = plain(call.caller.number);
  const w = useWords(callWords);
  const c = useWords(common);
  return (
    <>
      <p className="caller" data-testid="caller-name">
        <bdi>{callerName(w, call.caller)}</bdi>
      </p>
      <dl className="facts">
        <Fact name={c.number} testid="caller-number" value={number || w.withheld} />
        <Fact name={c.service} testid="call-service" value={plain(services[call.service] || call.service)} />
        {call.queue !== NO_QUEUE && <Fact name={c.queue} testid="call-queue" value={plain(call.queue)} />}
        {call.caller_id && <Fact name={w.facts.callerId} testid="call-caller-id" value={plain(call.caller_id)} />}
        {call.called && <Fact name={w.facts.dialled} testid="call-called" value={plain(call.called)} />}
        {call.ticket && <Fact name={c.ticket} testid="call-ticket" value={plain(call.ticket)} />}
      </dl>
    </>
  );
}

function Fact({ name, testid, value }: { name: string; testid: string; value: string }) {
  return (
    <div className={value.length > 10 ? "long" : undefined}>
      <dt>{name}</dt>
      <dd data-testid={testid}>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}
