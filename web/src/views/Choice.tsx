import type { Target } from "../api/client";
import { can, canCommand, isPending } from "../state/select";
import type { CallProps } from "./actions";
import { Button } from "./Button";

interface ChoiceProps extends CallProps {
  to: Target;
  /** Whom the two are about, for those who do not see where they stand. */
  name: string;
  testid: string;
  disabled?: boolean;
}

/** Connect and Consultation Call, for one target. */
export function Choice({ state, actions, call, to, name, testid, disabled = false }: ChoiceProps) {
  const off = disabled || !canCommand(state);
  return (
    <span className="choice">
      {can(call, "transfer") && (
        <Button
          testid={`connect-${testid}`}
          label={`Connect to ${name}`}
          pending={isPending(state, "transfer")}
          disabled={off}
          onPress={() => void actions.transfer(to)}
        >
          Connect
        </Button>
      )}
      {can(call, "consult") && (
        <Button
          testid={`consult-${testid}`}
          look="primary"
          label={`Consultation Call with ${name}`}
          pending={isPending(state, "consult")}
          disabled={off}
          onPress={() => void actions.consult(to)}
        >
          Consultation Call
        </Button>
      )}
    </span>
  );
}
