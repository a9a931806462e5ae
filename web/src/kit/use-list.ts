// What is read and shown, and read again.
import { useCallback, useEffect, useRef, useState } from "react";
import { complaintOf } from "../api/problem";
import { SignedOut } from "../api/session";
import type { Complaint } from "../words/problems";

export interface Read<T> {
  /** null until it was read first; what was read stays while it cannot be read again. */
  value: T | null;
  fault: Complaint | null;
  /** When it was read last, in ms of the local clock; 0: never. */
  at: number;
  again(): Promise<void>;
}

/** key: what is read; another key is read anew, and an answer to an older one is dropped. every: also that often, in ms, while the page is seen. */
export function useRead<T>(key: string, read: () => Promise<T>, every = 0): Read<T> {
  const [state, setState] = useState<{ value: T | null; fault: Complaint | null; at: number }>({
    value: null,
    fault: null,
    at: 0,
  });
  const latest = useRef({ key, read });
  latest.current = { key, read };
  const again = useCallback(async () => {
    const { key: asked, read } = latest.current;
    try {
      const value = await read();
      if (latest.current.key === asked) setState({ value, fault: null, at: Date.now() });
    } catch (e) {
      if (e instanceof SignedOut || latest.current.key !== asked) return;
      setState((s) => ({ ...s, fault: complaintOf(e, "page_error") }));
    }
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is read anew
  useEffect(() => {
    void again();
    if (every === 0) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const next = () => {
      timer = setTimeout(async () => {
        if (!document.hidden) await again();
        if (!over) next();
      }, every);
    };
    next();
    const seen = () => {
      if (!document.hidden) void again();
    };
    document.addEventListener("visibilitychange", seen);
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [key, every, again]);
  return { ...state, again };
}

/** Something that is done at the server on a press: whether it is under way, and why it failed. */
export function useAct(): {
  busy: boolean;
  fault: Complaint | null;
  act(work: () => Promise<unknown>): Promise<boolean>;
  forget(): void;
} {
  const [state, setState] = useState<{ busy: boolean; fault: Complaint | null }>({ busy: false, fault: null });
  const busy = useRef(false);
  const act = useCallback(async (work: () => Promise<unknown>) => {
    if (busy.current) return false;
    busy.current = true;
    setState({ busy: true, fault: null });
    try {
      await work();
      setState({ busy: false, fault: null });
      return true;
    } catch (e) {
      setState({ busy: false, fault: e instanceof SignedOut ? null : complaintOf(e, "page_error") });
      return false;
    } finally {
      busy.current = false;
    }
  }, []);
  return { ...state, act, forget: useCallback(() => setState({ busy: false, fault: null }), []) };
}
