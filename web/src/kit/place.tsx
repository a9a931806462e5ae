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

/** What is not saved at a place, by the name of what is edited. It outlives a session that ends by itself. */
export type Unsaved = Readonly<Record<string, unknown>>;

export interface Keeping {
  get(): Unsaved | undefined;
  /** undefined: everything is saved. */
  set(unsaved: Unsaved | undefined): void;
}

interface Held extends Place {
  /** Marks that something is not saved, and keeps what is written so far. */
  hold(name: string): Hold;
  /** What was written there before the session ended, once. */
  take(name: string): unknown;
}

interface Hold {
  keep(draft: unknown): void;
  release(): void;
}

const none: Hold = { keep: () => {}, release: () => {} };
const Here = createContext<Held>({ path: "/", go: () => {}, hold: () => none, take: () => undefined });

export function usePlace(): Place {
  return useContext(Here);
}

/** Warns of leaving while it is dirty. Returns what ends the warning at once, for who has just saved and goes on. draft is found again by [useEarlier]. */
export function useUnsaved(dirty: boolean, name = "", draft?: unknown): () => void {
  const { hold } = useContext(Here);
  const held = useRef(none);
  useEffect(() => {
    if (!dirty) return;
    held.current = hold(name);
    return () => held.current.release();
  }, [dirty, hold, name]);
  useEffect(() => {
    if (dirty) held.current.keep(draft);
  }, [dirty, draft]);
  return useCallback(() => held.current.release(), []);
}

/** What was written under that name when the session ended; undefined: nothing, or it was asked for already. */
export function useEarlier(): (name: string) => unknown {
  return useContext(Here).take;
}

interface Guarding extends Place {
  /** Where what is not saved here is kept. */
  unsaved?: Keeping | undefined;
  children: ReactNode;
}

/** Everything inside is at that place. Whoever leaves unsaved changes behind is asked first: by links, wherever on the page they are, and when the page is closed. */
export function Guarded({ path, go, unsaved, children }: Guarding) {
  const w = useWords(kit);
  const held = useRef(new Map<symbol, { name: string; draft: unknown }>());
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  const [earlier] = useState(() => ({ ...unsaved?.get() }));
  const over = useRef(false);
  const tell = useCallback(() => {
    const all = [...held.current.values()];
    unsaved?.set(all.length === 0 ? undefined : Object.fromEntries(all.map((h) => [h.name, h.draft])));
  }, [unsaved]);
  const kept = useRef(unsaved);
  kept.current = unsaved;
  // What is written and goes with this place stays kept. Its end comes before that of what is inside.
  useEffect(() => {
    const { current } = held;
    over.current = false;
    return () => {
      over.current = true;
      const drafts = [...current.values()].map(({ draft }) => draft);
      if (drafts.length > 0 && drafts.every((d) => d === undefined)) kept.current?.set(undefined);
    };
  }, []);
  const hold = useCallback(
    (name: string) => {
      const mark = Symbol();
      const keep = (draft: unknown) => {
        held.current.set(mark, { name, draft });
        tell();
      };
      const release = () => {
        if (!over.current && held.current.delete(mark)) tell();
      };
      keep(undefined);
      return { keep, release };
    },
    [tell],
  );
  const take = useCallback(
    (name: string) => {
      const draft = earlier[name];
      delete earlier[name];
      return draft;
    },
    [earlier],
  );
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
  const value = useMemo(() => ({ path, go: ask, hold, take }), [path, ask, hold, take]);
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
                tell();
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
