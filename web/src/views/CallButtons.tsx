import type { ReactNode } from "react";
import { can, canCommand, isPending, places } from "../state/select";
import type { CallAction } from "../state/state";
import { otherName } from "../words";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { Disconnect } from "./Disconnect";
import { Keypad } from "./Keypad";
import { TransferDialog } from "./TransferDialog";

/** What can be done in the call. A command that the server does not take now has no button. */
export function CallButtons(props: CallProps) {
  const { state, call } = props;
  return (
    <>
      <Consultation {...props} />
      <Everyday {...props} />
      {state.panel === "keypad" && can(call, "digits") && <Keypad {...props} />}
      {state.panel === "transfer" && <TransferDialog {...props} />}
      {can(call, "force_disconnect") && <Disconnect {...props} />}
    </>
  );
}

interface CommandProps extends CallProps {
  command: CallAction;
  /** What it says while the command is under way. */
  busy: string;
  look?: "plain" | "primary" | "good" | "bad";
  label?: string;
  press: () => Promise<void>;
  children: ReactNode;
}

/** The button of one command: nothing where the server does not take it. */
function Command({ state, call, command, busy, look = "plain", label, press, children }: CommandProps) {
  if (!can(call, command)) return null;
  const pending = isPending(state, command);
  return (
    <Button
      testid={command}
      look={look}
      pending={pending}
      disabled={!canCommand(state)}
      {...(label === undefined || pending ? {} : { label })}
      onPress={() => void press()}
    >
      {pending ? busy : children}
    </Button>
  );
}

/** While somebody is consulted, or called for it. */
function Consultation(props: CallProps) {
  const { actions, call } = props;
  if (!(["complete", "cancel", "swap", "conference"] as const).some((c) => can(call, c))) return null;
  return (
    <div className="commands" data-testid="consultation">
      <Command {...props} command="complete" look="good" busy="Connecting…" press={actions.complete}>
        Connect to Customer
      </Command>
      <Command {...props} command="cancel" busy="Cancelling…" press={actions.cancel}>
        Cancel
      </Command>
      <Command {...props} command="swap" busy="Swapping…" press={actions.swap}>
        Swap
      </Command>
      <Command {...props} command="conference" busy="Joining…" press={actions.conference}>
        Conference
      </Command>
    </div>
  );
}

function Everyday(props: CallProps) {
  const { state, actions, call } = props;
  const { muted = false } = call;
  const toggle = (panel: "keypad" | "transfer") => () => actions.open(state.panel === panel ? null : panel);
  return (
    <>
      <div className="commands">
        <Command {...props} command="answer" look="good" busy="Answering…" press={actions.answer}>
          Answer
        </Command>
        <Command {...props} command="hold" busy="Holding…" press={actions.hold}>
          Hold
        </Command>
        <Command {...props} command="resume" look="good" busy="Resuming…" press={actions.resume}>
          Resume
        </Command>
        <Command {...props} command="mute" busy={muted ? "Unmuting…" : "Muting…"} press={() => actions.mute(!muted)}>
          {muted ? "Unmute" : "Mute"}
        </Command>
        {can(call, "digits") && (
          <Button testid="keypad-open" expanded={state.panel === "keypad"} onPress={toggle("keypad")}>
            Keypad
          </Button>
        )}
        {(can(call, "transfer") || can(call, "consult")) && (
          <Button testid="transfer-open" disabled={!canCommand(state)} onPress={toggle("transfer")}>
            Transfer…
          </Button>
        )}
        <Command
          {...props}
          command="hangup"
          look="bad"
          busy={places(call) ? "Cancelling…" : leaves(props) ? "Leaving…" : "Hanging up…"}
          press={actions.hangup}
        >
          {places(call) ? "Cancel" : leaves(props) ? "Leave" : "Hang up"}
        </Command>
      </div>
      {leaves(props) && (
        <p className="faint" data-testid="leave-hint">
          If you leave, the customer {call.other?.rings ? "waits for" : "stays with"} <bdi>{otherName(call.other)}</bdi>
          .
        </p>
      )}
    </>
  );
}

/** Who leaves a consultation gives the customer to the other one. */
function leaves({ call }: CallProps): boolean {
  return call.role === "agent" && can(call, "complete");
}
