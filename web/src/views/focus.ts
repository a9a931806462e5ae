import { type RefObject, useEffect, useRef } from "react";

/** Where the focus goes when what had it is gone, such as a button whose command is over: Tab goes on from there, and not from the page's top. */
export const home = { tabIndex: -1, "data-focus": "home" } as const;

/** Brings the focus home when what had it in the box is gone. */
export function useFocusKept(box: RefObject<HTMLElement | null>): void {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      last.current = target instanceof Element && box.current?.contains(target) ? target : null;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, [box]);
  // After each change of what is shown.
  useEffect(() => {
    if (last.current === null || last.current.isConnected || document.activeElement !== document.body) return;
    last.current = null;
    box.current?.querySelector<HTMLElement>("[data-focus=home]")?.focus({ preventScroll: true });
  });
}
