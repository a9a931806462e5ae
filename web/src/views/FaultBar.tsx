import type { Fault } from "../state/state";
import { commands } from "../words/commands";
import { common } from "../words/common";
import { explain } from "../words/problems";
import { Button } from "./Button";
import { useLanguage, useWords } from "./language";

export function FaultBar({ fault, dismiss }: { fault: Fault | null; dismiss: () => void }) {
  const language = useLanguage();
  const c = useWords(common);
  const { failed } = useWords(commands);
  return (
    <div role="alert" data-testid="fault" data-code={fault?.code}>
      {fault !== null && (
        <div className="bar bad">
          <p>
            <strong>{failed[fault.action]}.</strong> {explain(language, fault)}
          </p>
          <Button testid="dismiss" look="quiet" onPress={dismiss}>
            {c.dismiss}
          </Button>
        </div>
      )}
    </div>
  );
}
