import { type RefObject, useEffect, useState } from "react";

/** Whether the element fills the screen, and how it does or ceases to; null: this browser cannot. Meanwhile the screen does not go dark. */
export function useFullScreen(element: RefObject<HTMLElement | null>): { full: boolean; turn: (() => void) | null } {
  const [full, setFull] = useState(false);
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    const changed = async () => {
      const now = document.fullscreenElement !== null && document.fullscreenElement === element.current;
      setFull(now);
      if (now) lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
      else await lock?.release();
    };
    const listener = () => void changed();
    document.addEventListener("fullscreenchange", listener);
    return () => {
      document.removeEventListener("fullscreenchange", listener);
      void lock?.release();
    };
  }, [element]);
  const turn = () => {
    const done = full ? document.exitFullscreen() : element.current?.requestFullscreen();
    done?.catch(() => {}); // the browser's own rule; what is shown stays
  };
  return { full, turn: document.fullscreenEnabled ? turn : null };
}
