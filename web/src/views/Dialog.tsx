import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { belongsToDialog } from "../state/select";
import { common } from "../words/common";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { FaultBar } from "./FaultBar";
import { useWords } from "./language";

interface Props extends Pick<PanelProps, "state" | "actions"> {
  title: string;
  /** Its own, and the beginning of its Close button's. */
  testid: string;
  children: ReactNode;
}

/** A modal dialog over the page: the focus is in its first field, Escape closes it and gives the focus back. */
export function Dialog({ state, actions, title, testid, children }: Props) {
  const id = useId();
  const { close } = useWords(common);
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it leaves the document it is closed: that gives the focus back.
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    current?.querySelector<HTMLElement>("input, select")?.focus();
    return () => current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      data-testid={testid}
      onCancel={(e) => {
        e.preventDefault(); // the state closes it
        actions.open(null);
      }}
      onClose={(e) => {
        if (!e.currentTarget.open) actions.open(null); // some browsers insist
      }}
    >
      <div className="title">
        <h2 id={id}>{title}</h2>
        <Button testid={`${testid}-close`} look="quiet" onPress={() => actions.open(null)}>
          {close}
        </Button>
      </div>
      <FaultBar fault={belongsToDialog(state) ? state.fault : null} dismiss={actions.dismiss} />
      {children}
    </dialog>
  );
}
