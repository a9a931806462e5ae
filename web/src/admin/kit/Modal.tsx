import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

interface Props {
  title: string;
  testid: string;
  close: () => void;
  children: ReactNode;
}

/** A modal dialog: the focus is in its first field or on its first button, Escape closes it and gives the focus back. */
export function Modal({ title, testid, close, children }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it leaves the document it is closed: that gives the focus back.
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    current?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
    return () => current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      data-testid={testid}
      onCancel={(e) => {
        e.preventDefault(); // whoever opened it closes it
        close();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
