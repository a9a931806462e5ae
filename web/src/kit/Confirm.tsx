import { type ReactNode, useState } from "react";
import { Button } from "../views/Button";
import { useLanguage, useWords } from "../views/language";
import { Modal } from "../views/Modal";
import { kit } from "../words/kit";
import { explain } from "../words/problems";
import { useAct } from "./use-list";

interface Props {
  /** What is pressed to be asked. */
  label: string;
  /** The label again, if nothing else is said. */
  title?: string;
  text: string;
  /** What is pressed to do it; the label again, if nothing else is said. */
  action?: string;
  testid: string;
  /** It cannot be undone. */
  grave?: boolean;
  children?: ReactNode;
  act: () => Promise<unknown>;
  done?: () => void;
}

/** A button for what should not happen by accident: it says what will happen, and does it on the second press. */
export function Confirm({
  label,
  title = label,
  text,
  action = label,
  testid,
  grave = false,
  children,
  act,
  done,
}: Props) {
  const language = useLanguage();
  const w = useWords(kit);
  const [open, setOpen] = useState(false);
  const doing = useAct();
  const close = () => {
    doing.forget();
    setOpen(false);
  };
  return (
    <>
      <Button testid={testid} look="quiet" onPress={() => setOpen(true)}>
        {label}
      </Button>
      {open && (
        <Modal title={title} testid={`${testid}-asks`} close={close}>
          <p>{text}</p>
          {children}
          <p className="error" role="alert" data-testid={`${testid}-refused`}>
            {doing.fault !== null && explain(language, doing.fault)}
          </p>
          <div className="buttons ends">
            <Button testid={`${testid}-cancel`} onPress={close}>
              {w.cancel}
            </Button>
            <Button
              testid={`${testid}-confirm`}
              look={grave ? "bad" : "primary"}
              pending={doing.busy}
              onPress={async () => {
                if (!(await doing.act(act))) return;
                close();
                done?.();
              }}
            >
              {action}
            </Button>
          </div>
        </Modal>
      )}
    </>
  );
}
