import type { Target } from "../api/client";
import { can, canCommand, isPending } from "../state/select";
import { commands } from "../words/commands";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { useWords } from "./language";

interface ChoiceProps extends CallProps {
  to: Target;
  /** Whom the two are about, for those who do not see where they stand. */
  name: string;
  testid: string;
  disabled?: boolean;
}

/** Connect and Consultation Call, for one target. */
export function Choice({ state, actions, call, to, name, testid, disabled = false }: ChoiceProps) {
  const w = useWords(commands);
  const off = disabled || !canCommand(state);
  return (
    <span className="choice">
      {can(call, "transfer") && (
        <Button
          testid={`connect-${testid}`}
          label={w.connectTo(name)}
          pending={isPending(state, "transfer")}
          disabled={off}
          onPress={() => void actions.transfer(to)}
        >
          {w.connect}
        </Button>
      )}
      {can(call, "consult") && (
        <Button
          testid={`consult-${testid}`}
          look="primary"
          label={w.consultWith(name)}
          pending={isPending(state, "consult")}
          disabled={off}
          onPress={() => void actions.consult(to)}
        >
          {w.consult}
        </Button>
      )}
    </span>
  );
}
