// One thing that the person asked for: it is under way, and then it is accepted or refused.
import { complaintOf } from "../api/problem";
import { SignedOut } from "../api/session";
import { MicrophoneError } from "../phone/microphone";
import type { Action, Fault } from "../state/state";
import type { Store } from "../state/store";

/** What became of a wish: null: it was accepted. */
export type Outcome = Promise<Fault | null>;

/** muted: of a mute, what it is to become. */
export type Ask = (action: Action, work: () => Promise<void>, muted?: boolean) => Outcome;

/** Shows that it is under way and whether it failed. A second press meanwhile is nothing. */
export function asking({ dispatch, get }: Store): Ask {
  return async (action, work, muted) => {
    if (get().pending.some((p) => p.action === action)) return { action, code: "pending", detail: "it is under way" };
    dispatch({ type: "asked", action, muted });
    try {
      await work();
      dispatch({ type: "accepted", action });
      return null;
    } catch (e) {
      if (e instanceof SignedOut) return { action, code: "signed_out", detail: "nobody is signed in" };
      const fault = faultOf(action, e);
      dispatch({ type: "refused", fault });
      return fault;
    }
  };
}

function faultOf(action: Action, e: unknown): Fault {
  if (e instanceof MicrophoneError) return { action, code: `microphone_${e.fault}`, detail: "" };
  return { action, ...complaintOf(e, "page_error") };
}
