import type { Fault } from "../state/state";
import { Button } from "./Button";

export function FaultBar({ fault, dismiss }: { fault: Fault | null; dismiss: () => void }) {
  return (
    <div role="alert" data-testid="fault" data-code={fault?.code}>
      {fault !== null && (
        <div className="bar bad">
          <p>
            <strong>{fault.title}.</strong> {fault.detail}
          </p>
          <Button testid="dismiss" look="quiet" onPress={dismiss}>
            Dismiss
          </Button>
        </div>
      )}
    </div>
  );
}
