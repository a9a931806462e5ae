import type { ReactNode } from "react";
import { can, canCommand, isPending, places } from "../state/select";
import { keysOf, type Shortcut, shortcuts } from "../state/shortcuts";
import type { CallAction } from "../state/state";
import { call as callWords, otherName } from "../words/call";
import { commands } from "../words/commands";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { Disconnect } from "./Disconnect";
import { Keypad } from "./Keypad";
import { Sentence, useWords } from "./language";
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
  press: () => Promise<unknown>;
  children: ReactNode;
}

/** A command's shortcut, if it has one. */
function keysFor(command: CallAction): { keys?: string } {
  const name = command === "resume" ? "hold" : command;
  return Object.hasOwn(shortcuts, name) ? { keys: keysOf(name as Shortcut) } : {};
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
      {...keysFor(command)}
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
  const w = useWords(commands);
  if (!(["complete", "cancel", "swap", "conference"] as const).some((c) => can(call, c))) return null;
  return (
    <div className="commands" data-testid="consultation">
      <Command {...props} command="complete" look="good" busy={w.completing} press={actions.complete}>
        {w.complete}
      </Command>
      <Command {...props} command="cancel" busy={w.cancelling} press={actions.cancel}>
        {w.cancel}
      </Command>
      <Command {...props} command="swap" busy={w.swapping} press={actions.swap}>
        {w.swap}
      </Command>
      <Command {...props} command="conference" busy={w.joining} press={actions.conference}>
        {w.conference}
      </Command>
    </div>
  );
}

function Everyday(props: CallProps) {
  const { state, actions, call } = props;
  const { muted = false } = call;
  const w = useWords(commands);
  const toggle = (panel: "keypad" | "transfer") => () => actions.open(state.panel === panel ? null : panel);
  return (
    <>
      <div className="commands">
        <Command {...props} command="answer" look="good" busy={w.answering} press={actions.answer}>
          {w.answer}
        </Command>
        <HoldOrResume {...props} />
        <Command {...props} command="mute" busy={muted ? w.unmuting : w.muting} press={() => actions.mute(!muted)}>
          {muted ? w.unmute : w.mute}
        </Command>
        {can(call, "digits") && (
          <Button
            testid="keypad-open"
            keys={keysOf("keypad")}
            expanded={state.panel === "keypad"}
            onPress={toggle("keypad")}
          >
            {w.keypad}
          </Button>
        )}
        {(can(call, "transfer") || can(call, "consult")) && (
          <Button
            testid="transfer-open"
            keys={keysOf("transfer")}
            disabled={!canCommand(state)}
            onPress={toggle("transfer")}
          >
            {w.transfer}
          </Button>
        )}
        <Command
          {...props}
          command="hangup"
          look="bad"
          busy={places(call) ? w.cancelling : leaves(props) ? w.leaving : w.hangingUp}
          press={actions.hangup}
        >
          {places(call) ? w.cancel : leaves(props) ? w.leave : w.hangup}
        </Command>
      </div>
      {leaves(props) && <LeaveHint call={call} />}
    </>
  );
}

/** One button, which keeps the focus as it becomes the other. */
function HoldOrResume(props: CallProps) {
  const { actions, call } = props;
  const w = useWords(commands);
  const [command, look, busy, text] = can(call, "resume")
    ? (["resume", "good", w.resuming, w.resume] as const)
    : (["hold", "plain", w.holding, w.hold] as const);
  return (
    <Command {...props} command={command} look={look} busy={busy} press={actions[command]}>
      {text}
    </Command>
  );
}

/** Who has the customer when the agent leaves. */
function LeaveHint({ call }: Pick<CallProps, "call">) {
  const { leaveWaits, leaveStays } = useWords(commands);
  const other = otherName(useWords(callWords), call.other);
  return (
    <p className="faint" data-testid="leave-hint">
      <Sentence text={call.other?.rings ? leaveWaits : leaveStays} slots={{ other: <bdi>{other}</bdi> }} />
    </p>
  );
}

/** Who leaves a consultation gives the customer to the other one. */
function leaves({ call }: CallProps): boolean {
  return call.role === "agent" && can(call, "complete");
}
