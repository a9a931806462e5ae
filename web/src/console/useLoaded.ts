import { type Dispatch, useCallback, useEffect, useReducer, useRef } from "react";
import { complaintOf } from "../api/problem";
import { SignedOut } from "../api/session";
import { type Loaded, type LoadedMessage, loaded, unread } from "./loaded";

/** Reads what key names, unless first is that, and again when it names something else. An answer that comes after the question has changed is dropped. */
export function useLoaded<T>(
  key: string,
  read: () => Promise<T>,
  first?: T,
): { state: Loaded<T>; again: () => void; put: (value: T) => void } {
  const [state, dispatch] = useReducer<Loaded<T>, [LoadedMessage<T>]>(
    loaded<T>,
    first === undefined ? unread : { ...unread, value: first, at: Date.now(), busy: false },
  );
  const known = useRef(first === undefined ? null : key);
  const asked = useRef(0);
  const reader = useRef(read);
  reader.current = read;
  const ask = useCallback(() => load(++asked.current, asked, reader.current, dispatch), []);
  useEffect(() => {
    if (known.current !== key) {
      known.current = null;
      dispatch({ type: "wanted" });
      ask();
    }
    return () => {
      asked.current++;
    };
  }, [key, ask]);
  const again = useCallback(() => {
    dispatch({ type: "again" });
    ask();
  }, [ask]);
  const put = useCallback((value: T) => {
    asked.current++; // what is on its way may be older
    dispatch({ type: "read", value, at: Date.now() });
  }, []);
  return { state, again, put };
}

async function load<T>(
  turn: number,
  asked: { current: number },
  read: () => Promise<T>,
  dispatch: Dispatch<LoadedMessage<T>>,
): Promise<void> {
  let m: LoadedMessage<T>;
  try {
    m = { type: "read", value: await read(), at: Date.now() };
  } catch (e) {
    if (e instanceof SignedOut) return;
    m = { type: "failed", fault: complaintOf(e, "page_error") };
  }
  if (asked.current === turn) dispatch(m);
}
