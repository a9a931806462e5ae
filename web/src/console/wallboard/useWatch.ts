import { useEffect, useState } from "react";
import type { Api } from "../../api/client";
import { SignedOut } from "../../api/session";
import type { Board, Watch } from "./board";

/** How often the server is asked, in ms. While nothing has changed it says just that. */
const EVERY_MS = 1000;

/** Watches. While the server cannot be asked, what was seen last stays, with its time. */
export function useWatch(api: Api): Watch {
  const [watch, setWatch] = useState<Watch>({ board: null, at: 0 });
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      try {
        const board = await api.send<Board>({ method: "GET", path: "/api/v1/wallboard", kept: true });
        if (!over) setWatch({ board, at: Date.now() });
      } catch (e) {
        if (e instanceof SignedOut) return;
      }
      if (!over) timer = setTimeout(() => void look(), EVERY_MS);
    };
    void look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [api]);
  return watch;
}

/** The time in ms, twice a second. */
export function useClock(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return now;
}
