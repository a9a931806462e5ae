import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

interface Props {
  title: string;
  testid: string;
  close: () => void;
  /** Stands beside the title. */
  beside?: ReactNode;
  children: ReactNode;
}

/** A modal dialog over the page: the focus is in its first field or on its first button, Escape closes it and gives the focus back. */
export function Modal({ title, testid, close, beside, children }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it leaves the document it is closed: that gives the focus back.
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal(); // the browser finds the first button
    current?.querySelector<HTMLElement>("input, select, textarea")?.focus();
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
      onClose={(e) => {
        if (!e.currentTarget.open) close(); // some browsers insist
      }}
    >
      {beside === undefined ? (
        <h2 id={id}>{title}</h2>
      ) : (
        <div className="title">
          <h2 id={id}>{title}</h2>
          {beside}
        </div>
      )}
      {children}
    </dialog>
  );
}
