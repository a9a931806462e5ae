// A setting and the server: reads it, stores its changes by version, and finds out what somebody else made of it.
import { useCallback, useEffect, useMemo, useReducer, useRef } from "react";
import { complaintOf, Problem } from "../api/problem";
import { SignedOut } from "../api/session";
import { useEarlier, useUnsaved } from "./place";
import {
  changes,
  type Earlier,
  fresh,
  isDirty,
  type Message,
  reading,
  reduce,
  type Setting,
  type Values,
} from "./setting";

export interface Store<T extends Values> {
  read(): Promise<T>;
  /** Stores what was changed of that version, and returns it as it is stored. Where lists are replaced whole, all is what is sent. */
  store(changed: Partial<T>, version: string, all: T): Promise<T>;
}

export interface Editing<T extends Values> {
  setting: Setting<T>;
  dirty: boolean;
  edit(change: Partial<T>): void;
  save(): Promise<void>;
  discard(): void;
  choose(whose: "mine" | "theirs"): void;
  read(): Promise<void>;
  /** Takes what the server said of it elsewhere, such as by an act that changed it. */
  take(value: T): void;
}

/** key: what it is; another key is another setting, read anew. */
export function useSetting<T extends Values>(key: string, { read, store }: Store<T>): Editing<T> {
  const [setting, dispatch] = useReducer(reduce<T>, null, () => reading<T>());
  const io = useRef({ read, store });
  io.current = { read, store };
  const current = useRef(key);
  current.current = key;
  const now = useRef(setting);
  now.current = setting;

  const earlier = useEarlier();
  const load = useCallback(async () => {
    const asked = current.current;
    const found = await told<T>(async () => ({ type: "read", value: await io.current.read() }));
    if (found === null || current.current !== asked) return;
    const begun = found.type === "read" ? (earlier(asked) as Earlier<T> | undefined) : undefined;
    dispatch(begun === undefined || found.type !== "read" ? found : { ...found, earlier: begun });
  }, [earlier]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another setting
  useEffect(() => void load(), [key, load]);

  const save = useCallback(async () => {
    const { base, draft, phase } = now.current;
    if (base === null || draft === null || phase !== "editing") return;
    dispatch({ type: "saving" });
    try {
      const value = await io.current.store(changes(base, draft), String(base.version ?? ""), draft);
      dispatch({ type: "saved", value, sent: draft });
    } catch (e) {
      const known = await refusalOf<T>(e, () => io.current.read());
      if (known !== null) dispatch(known);
    }
  }, []);

  const dirty = isDirty(setting);
  const { base, draft } = setting;
  useUnsaved(
    dirty,
    key,
    useMemo(() => ({ base, draft }), [base, draft]),
  );
  return {
    setting,
    dirty,
    edit: useCallback((change) => dispatch({ type: "edited", change }), []),
    save,
    discard: useCallback(() => dispatch({ type: "discarded" }), []),
    choose: useCallback((whose) => dispatch({ type: "chosen", whose }), []),
    read: load,
    take: useCallback((value) => dispatch({ type: "read", value }), []),
  };
}

/** One that is made: create returns what was stored, and done is told it. */
export function useNew<T extends Values>(
  begin: T,
  create: (value: T) => Promise<unknown>,
  done: (made: unknown) => void,
): Omit<Editing<T>, "read" | "take"> {
  const [setting, dispatch] = useReducer(reduce<T>, begin, fresh<T>);
  const now = useRef(setting);
  now.current = setting;
  const dirty = isDirty(setting);
  const release = useUnsaved(dirty);
  return {
    setting,
    dirty,
    edit: (change) => dispatch({ type: "edited", change }),
    discard: () => dispatch({ type: "discarded" }),
    choose: () => {},
    save: async () => {
      const { draft, phase } = now.current;
      if (draft === null || phase !== "editing") return;
      dispatch({ type: "saving" });
      try {
        const made = await create(draft);
        dispatch({ type: "saved", value: draft, sent: draft });
        release();
        done(made);
      } catch (e) {
        const known = await refusalOf<T>(e, null);
        if (known !== null) dispatch(known);
      }
    },
  };
}

async function told<T extends Values>(work: () => Promise<Message<T>>): Promise<Message<T> | null> {
  try {
    return await work();
  } catch (e) {
    return e instanceof SignedOut ? null : { type: "unread", complaint: complaintOf(e, "page_error") };
  }
}

/** What a refusal means for the setting; null: the session is over, and the page with it. */
async function refusalOf<T extends Values>(e: unknown, read: (() => Promise<T>) | null): Promise<Message<T> | null> {
  if (e instanceof SignedOut) return null;
  if (e instanceof Problem && e.code === "changed_meanwhile" && read !== null) {
    try {
      return { type: "changed_meanwhile", value: await read() };
    } catch (second) {
      if (second instanceof SignedOut) return null;
      return { type: "refused", complaint: complaintOf(second, "page_error"), field: "" };
    }
  }
  const field = e instanceof Problem && e.field.startsWith("/") ? e.field : "";
  return { type: "refused", complaint: complaintOf(e, "page_error"), field };
}
