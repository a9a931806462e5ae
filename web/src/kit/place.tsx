// Where in the administration somebody is, how to get elsewhere, and what would be lost by it.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "../views/Button";
import { useWords } from "../views/language";
import { Modal } from "../views/Modal";
import { kit } from "../words/kit";

export interface Place {
  /** Of the page: /admin/queues/sales/settings. */
  path: string;
  go(path: string): void;
}

interface Held extends Place {
  /** Marks that something is not saved; returns what takes the mark away. */
  hold(): () => void;
}

const Here = createContext<Held>({ path: "/", go: () => {}, hold: () => () => {} });

export function usePlace(): Place {
  return useContext(Here);
}

/** Warns of leaving while it is dirty. Returns what ends the warning at once, for who has just saved and goes on. */
export function useUnsaved(dirty: boolean): () => void {
  const { hold } = useContext(Here);
  const release = useRef(() => {});
  useEffect(() => {
    if (!dirty) return;
    release.current = hold();
    return () => release.current();
  }, [dirty, hold]);
  return useCallback(() => release.current(), []);
}

interface Guarding extends Place {
  /** Told when something begins, or ceases, to be unsaved. */
  onUnsaved?: ((any: boolean) => void) | undefined;
  children: ReactNode;
}

/** Everything inside is at that place. Whoever leaves unsaved changes behind is asked first: by links, wherever on the page they are, and when the page is closed. */
export function Guarded({ path, go, onUnsaved, children }: Guarding) {
  const w = useWords(kit);
  const held = useRef(new Set<symbol>());
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  const hold = useCallback(() => {
    const mark = Symbol();
    held.current.add(mark);
    onUnsaved?.(true);
    return () => {
      if (held.current.delete(mark) && held.current.size === 0) onUnsaved?.(false);
    };
  }, [onUnsaved]);
  const ask = useCallback(
    (to: string) => {
      if (held.current.size === 0) go(to);
      else setLeaving(() => () => go(to));
    },
    [go],
  );
  useEffect(() => {
    const closing = (e: BeforeUnloadEvent) => {
      if (held.current.size > 0) e.preventDefault();
    };
    const following = (e: MouseEvent) => {
      const link = held.current.size > 0 && isPlain(e) ? linkOf(e) : null;
      if (link === null) return;
      e.preventDefault();
      e.stopPropagation();
      setLeaving(() => () => link.click());
    };
    addEventListener("beforeunload", closing);
    document.addEventListener("click", following, true);
    return () => {
      removeEventListener("beforeunload", closing);
      document.removeEventListener("click", following, true);
    };
  }, []);
  const value = useMemo(() => ({ path, go: ask, hold }), [path, ask, hold]);
  return (
    <Here.Provider value={value}>
      {children}
      {leaving !== null && (
        <Modal title={w.leave.title} testid="leave" close={() => setLeaving(null)}>
          <p>{w.leave.text}</p>
          <div className="buttons">
            <Button testid="leave-stay" look="primary" onPress={() => setLeaving(null)}>
              {w.leave.stay}
            </Button>
            <Button
              testid="leave-go"
              onPress={() => {
                held.current.clear();
                onUnsaved?.(false);
                setLeaving(null);
                leaving();
              }}
            >
              {w.leave.go}
            </Button>
          </div>
        </Modal>
      )}
    </Here.Provider>
  );
}

function isPlain(e: MouseEvent): boolean {
  return e.button === 0 && !(e.metaKey || e.ctrlKey || e.shiftKey || e.altKey);
}

/** The link to elsewhere in this page that was clicked; null: none was. */
function linkOf(e: MouseEvent): HTMLAnchorElement | null {
  const link = e.target instanceof Element ? e.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin || link.target !== "") return null;
  return link.pathname === location.pathname ? null : link;
}

interface LinkProps {
  to: string;
  testid?: string;
  className?: string;
  current?: boolean;
  /** Told before somebody goes there, or, asked about what is not saved, stays. */
  onFollow?: () => void;
  children: ReactNode;
}

export function Link({ to, testid, className, current = false, onFollow, children }: LinkProps) {
  const { go } = usePlace();
  return (
    <a
      href={to}
      className={className}
      data-testid={testid}
      aria-current={current ? "page" : undefined}
      onClick={(e) => {
        if (!isPlain(e.nativeEvent)) return;
        e.preventDefault();
        onFollow?.();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
