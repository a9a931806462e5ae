import { useEffect, useRef } from "react";
import type { CallView, View } from "../feed/messages";
import { places, rings } from "../state/select";
import { callerName, callState, NO_QUEUE, plain } from "../words";
import type { PanelProps } from "./actions";
import { Conversation } from "./Conversation";
import { Known } from "./Known";
import { NoCall } from "./NoCall";
import { Offer } from "./Offer";

type Props = PanelProps & { view: View };

export function CallPanel(props: Props) {
  const { call } = props.view;
  const title = useRef<HTMLHeadingElement>(null);
  const placed = places(call);
  // The dialog in which it was placed is gone, and so is the button that opened it.
  useEffect(() => {
    if (placed && document.activeElement === document.body) title.current?.focus();
  }, [placed]);
  if (call === null) return <NoCall {...props} />;
  return (
    <section
      className={rings(call) ? "card call rings" : "card call"}
      aria-labelledby="call-title"
      data-testid="call"
      data-call={call.id}
    >
      <h2
        id="call-title"
        ref={title}
        tabIndex={-1}
        data-testid="call-state"
        data-state={call.state}
        data-role={call.role}
      >
        {callState(call)}
      </h2>
      <Caller call={call} />
      {props.state.caller !== null && <Known caller={props.state.caller.caller} shown={callerName(call.caller)} />}
      {rings(call) ? <Offer {...props} call={call} /> : <Conversation {...props} call={call} />}
    </section>
  );
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
        {call.queue !== NO_QUEUE && <Fact name="Queue" testid="call-queue" value={plain(call.queue)} />}
        {call.caller_id && <Fact name="Caller ID" testid="call-caller-id" value={plain(call.caller_id)} />}
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
