import { type RefObject, useEffect, useRef } from "react";
import type { State } from "../state/state";

/** Shows a call that appears, whatever the agent had scrolled to. The result is for what the panels are in: it is scrolled itself, or with the page where it is all that there is. */
export function useCallInView<E extends HTMLElement>(state: State): RefObject<E | null> {
  const box = useRef<E>(null);
  const call = state.view?.call?.id;
  useEffect(() => {
    if (call === undefined || box.current === null) return;
    if (getComputedStyle(box.current).overflowY === "auto") box.current.scrollTop = 0;
    else box.current.scrollIntoView({ block: "start" });
  }, [call]);
  return box;
}
