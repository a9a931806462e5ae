import { createContext, type ReactNode, useContext, useLayoutEffect, useRef } from "react";

/** Whether the person came to this view from another. */
export const Arrival = createContext<{ readonly moved: boolean }>({ moved: false });

/**
 * The heading of a view. Who goes to another view finds the focus there, and so hears where they are; not with the page's first view, and not away
 * from the widget or a dialog over the page.
 */
export function ViewTitle({ children }: { children: ReactNode }) {
  const title = useRef<HTMLHeadingElement>(null);
  const arrival = useContext(Arrival);
  useLayoutEffect(() => {
    if (arrival.moved && document.activeElement?.closest(".widget, dialog") == null) title.current?.focus();
  }, [arrival]);
  return (
    <h1 ref={title} className="view-title" tabIndex={-1} data-testid="view-title">
      {children}
    </h1>
  );
}
