import { useCallback, useRef, useState } from "react";
import { complaintOf } from "../api/problem";
import { SignedOut } from "../api/session";
import type { Complaint } from "../words/problems";
import { joined, type Loaded, type Page } from "./loaded";
import { useLoaded } from "./useLoaded";

export interface Pages<T> {
  state: Loaded<Page<T>>;
  /** Reads the list anew, from its beginning. */
  again: () => void;
  /** Reads the next page. */
  older: () => void;
  /** Whether the next page is being read, and why it could not be; fault null: it could. */
  more: { busy: boolean; fault: Complaint | null };
}

const idle: Pages<never>["more"] = { busy: false, fault: null };

/** A list, read page by page; what is asked for changes with the key. first: its first page, where that has come with something else. */
export function usePages<T extends { id: string }>(
  key: string,
  read: (after: string | null) => Promise<Page<T>>,
  first?: Page<T>,
): Pages<T> {
  const { state, again, put } = useLoaded(key, () => read(null), first);
  const [more, setMore] = useState(idle);
  const shown = useRef(state.value);
  shown.current = state.value;
  const older = useCallback(async () => {
    const before = shown.current;
    if (before === undefined || before.next === null) return;
    setMore({ busy: true, fault: null });
    try {
      const page = await read(before.next);
      if (shown.current === before) put(joined(before, page)); // else the list is another one by now
      setMore(idle);
    } catch (e) {
      if (!(e instanceof SignedOut)) setMore({ busy: false, fault: complaintOf(e, "page_error") });
    }
  }, [read, put]);
  return { state, again, older: () => void older(), more };
}
