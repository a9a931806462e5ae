import { useEffect, useId, useLayoutEffect, useRef } from "react";
import { canCommand, isPending } from "../state/select";
import { commands } from "../words/commands";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { useWords } from "./language";

/**
 * Force Disconnect, in two steps. The second opens in the place of the first and has its button below the reason and at the other side, so that
 * who presses twice hits nothing.
 */
export function Disconnect(props: CallProps) {
  const { state, actions } = props;
  const { disconnect: w } = useWords(commands);
  const open = state.panel === "disconnect";
  const first = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !open) first.current?.focus();
    wasOpen.current = open;
  }, [open]);
  if (open) return <Second {...props} />;
  return (
    <div className="apart">
      <Button
        ref={first}
        testid="disconnect-open"
        look="quiet"
        disabled={!canCommand(state)}
        onPress={() => actions.open("disconnect")}
      >
        {w.open}
      </Button>
    </div>
  );
}

function Second({ state, actions }: CallProps) {
  const id = useId();
  const { disconnect: w } = useWords(commands);
  const reason = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => reason.current?.focus(), []);
  const pending = isPending(state, "force_disconnect");
  return (
    <fieldset
      className="apart second"
      data-testid="disconnect"
      onKeyDown={(e) => {
        if (e.key === "Escape") actions.open(null);
      }}
    >
      <legend>{w.title}</legend>
      <p className="note">{w.note}</p>
      <label htmlFor={id}>{w.reason}</label>
      <input id={id} ref={reason} data-testid="disconnect-reason" maxLength={200} autoComplete="off" />
      <div className="buttons ends">
        <Button testid="disconnect-keep" onPress={() => actions.open(null)}>
          {w.keep}
        </Button>
        <Button
          testid="force_disconnect"
          look="bad"
          pending={pending}
          disabled={!canCommand(state)}
          onPress={() => void actions.forceDisconnect(reason.current?.value.trim() ?? "")}
        >
          {pending ? w.confirming : w.confirm}
        </Button>
      </div>
    </fieldset>
  );
}
