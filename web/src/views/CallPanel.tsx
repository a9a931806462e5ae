import type { CallView, View } from "../feed/messages";
import { canCommand, isPending } from "../state/select";
import type { State } from "../state/state";
import { callerName, callStates, duration, microphoneFaults, notice, plain } from "../words";
import type { PanelProps } from "./actions";
import { Button } from "./Button";

type Props = PanelProps & { view: View };

export function CallPanel(props: Props) {
  const { call } = props.view;
  if (call === null) return <NoCall {...props} />;
  return (
    <section
      className={call.state === "offering" ? "card call rings" : "card call"}
      aria-labelledby="call-title"
      data-testid="call"
      data-call={call.id}
    >
      <h2 id="call-title" data-testid="call-state" data-state={call.state}>
        {callStates[call.state]}
      </h2>
      <Caller call={call} />
      {call.state === "offering" ? <Offer {...props} call={call} /> : <Conversation {...props} call={call} />}
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

function Offer({ state, now, actions, call }: Props & { call: CallView }) {
  const answering = isPending(state, "answer");
  const { microphone } = state.phone;
  return (
    <>
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
          disabled={!canCommand(state) || !call.commands.includes("answer")}
          onPress={() => void actions.answer()}
        >
          {answering ? "Answering…" : "Answer"}
        </Button>
        <Button
          testid="decline"
          look="bad"
          pending={isPending(state, "decline")}
          disabled={!canCommand(state) || !call.commands.includes("decline")}
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

function Conversation({ state, now, actions, call }: Props & { call: CallView }) {
  const ending = isPending(state, "hangup");
  return (
    <>
      {call.connected_at && (
        <p className="timer">
          <time data-testid="call-timer">{duration(now - Date.parse(call.connected_at))}</time>
        </p>
      )}
      {call.state === "rejoining" && (
        <p className="bar warn" role="status" data-testid="rejoining">
          Your phone lost this call and is being called back; it answers by itself. The customer is still there and
          hears music.
          {call.deadline && ` Trying for another ${duration(Date.parse(call.deadline) - now)}.`}
        </p>
      )}
      <Sound state={state} call={call} unblock={actions.unblockAudio} />
      <div className="buttons">
        <Button
          testid="hangup"
          look="bad"
          pending={ending}
          disabled={!canCommand(state) || !call.commands.includes("hangup")}
          onPress={() => void actions.hangup()}
        >
          {ending ? "Hanging up…" : "Hang up"}
        </Button>
      </div>
    </>
  );
}

/** Whether the caller can be heard here, and what to do if not. */
function Sound({ state, call, unblock }: { state: State; call: CallView; unblock: () => void }) {
  const { phone, view } = state;
  if (view?.phone.device !== "webrtc" || call.state !== "talking") return null;
  const text = soundText(phone);
  return (
    <div role="status" data-testid="audio" data-state={phone.holder === "this_tab" ? phone.audio : "elsewhere"}>
      {text !== null && <p className="bar warn">{text}</p>}
      {phone.audio === "blocked" && (
        <Button testid="unblock-audio" look="primary" onPress={unblock}>
          Hear the caller
        </Button>
      )}
    </div>
  );
}

function soundText(phone: State["phone"]): string | null {
  if (phone.holder !== "this_tab") return "The sound of this call is in another tab of this browser.";
  switch (phone.audio) {
    case "playing":
      return null;
    case "connecting":
      return "The sound is being connected…";
    case "blocked":
      return "The browser holds back the sound until you press a button.";
    case "lost":
      return "The sound was lost. Your phone is being called again.";
    case "none":
      return "This page has no sound of the call yet. Your phone is being called again.";
  }
}
