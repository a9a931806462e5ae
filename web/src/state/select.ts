// What follows from the state: small questions that views and alerts ask.
import type { Action, State } from "./state";

/** A call rings for this agent now. */
export function isRinging(s: State): boolean {
  return s.view?.call?.state === "offering";
}

/** This tab makes the ringing sound: the one with the phone. A desk phone rings itself. */
export function ringsHere(s: State): boolean {
  return isRinging(s) && s.phone.holder === "this_tab";
}

/** The agent is with a customer, or was a moment ago: the page must not be left. */
export function isInCall(s: State): boolean {
  const state = s.view?.call?.state;
  return state === "connecting" || state === "talking" || state === "rejoining";
}

export function isPending(s: State, action: Action): boolean {
  return s.pending.some((p) => p.action === action);
}

/** What is shown is known to be so at this moment. */
export function isLive(s: State): boolean {
  return s.feed.kind === "live";
}

/** Commands make sense: there is a view, and the server has not been out of reach for long. */
export function canCommand(s: State): boolean {
  return s.view !== null && (s.feed.kind === "live" || s.feed.kind === "stale");
}
