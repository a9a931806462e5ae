import { createContext, type ReactNode, useContext } from "react";
import type { Navigation } from "./navigation";
import { href, type Route } from "./route";

const Within = createContext<Navigation | null>(null);

/** Links inside of it change the view without loading the page anew. */
export const Navigates = Within.Provider;

export function useNavigation(): Navigation {
  const navigation = useContext(Within);
  if (navigation === null) throw new Error("outside of <Navigates>");
  return navigation;
}

interface Props {
  to: Route;
  children: ReactNode;
  testid?: string;
  className?: string;
  /** It leads to where the person is. */
  current?: boolean;
}

/** A link that the browser can also open in another tab, and does where there is no console to show it. */
export function Link({ to, children, testid, className, current = false }: Props) {
  const navigation = useContext(Within);
  return (
    <a
      href={href(to)}
      className={className}
      data-testid={testid}
      aria-current={current ? "page" : undefined}
      target={navigation === null ? "_blank" : undefined}
      onClick={(e) => {
        if (navigation === null || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
        e.preventDefault();
        e.currentTarget.blur(); // the focus is the new view's
        navigation.go(to);
      }}
    >
      {children}
    </a>
  );
}
