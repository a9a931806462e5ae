import type { ReactNode } from "react";
import { belongsToDialog } from "../state/select";
import { common } from "../words/common";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { FaultBar } from "./FaultBar";
import { useWords } from "./language";
import { Modal } from "./Modal";

interface Props extends Pick<PanelProps, "state" | "actions"> {
  title: string;
  /** Its own, and the beginning of its Close button's. */
  testid: string;
  children: ReactNode;
}

/** What the state opened over the page, with what went wrong in it. */
export function Dialog({ state, actions, title, testid, children }: Props) {
  const { close } = useWords(common);
  const shut = () => actions.open(null);
  return (
    <Modal
      title={title}
      testid={testid}
      close={shut}
      beside={
        <Button testid={`${testid}-close`} look="quiet" onPress={shut}>
          {close}
        </Button>
      }
    >
      <FaultBar fault={belongsToDialog(state) ? state.fault : null} dismiss={actions.dismiss} />
      {children}
    </Modal>
  );
}
