// What follows from the state: small questions that views and alerts ask.
import type { CallView } from "../feed/messages";
import type { Action, CallAction, State } from "./state";

/** A call rings for this agent now: a customer's, a consultation, a transfer, or one that comes back. */
export function isRinging(s: State): boolean {
  return rings(s.view?.call ?? null);
}

/** Only what rings can be declined; the call's state alone does not say for whom. */
export function rings(call: CallView | null): boolean {
  return can(call, "decline");
}

/** The server takes that command now. */
export function can(call: CallView | null, command: CallAction): boolean {
  return call?.commands.includes(command) ?? false;
}

/** This tab makes the ringing sound: the one with the phone. A desk phone rings itself. */
export function ringsHere(s: State): boolean {
  return isRinging(s) && s.phone.holder === "this_tab";
}

/** The agent has a call that does not just ring: the page must not be left. */
export function isInCall(s: State): boolean {
  const call = s.view?.call ?? null;
  return call !== null && !rings(call);
}

/** The server believes that this agent's phone carries the call. An owner who rejoins has lost it; the target of that call has not. */
export function isOnPhone(call: CallView): boolean {
  switch (call.state) {
    case "talking":
    case "held":
    case "consult_ringing":
    case "consulting":
    case "swapped":
    case "conference":
    case "agents_only":
      return !rings(call);
    case "rejoining":
      return call.role === "target" && !rings(call);
    default:
      return false;
  }
}

/** What went wrong with the transfer dialog's own buttons is shown in it, because nothing else can be reached while it is open. */
export function belongsToDialog(s: State): boolean {
  return s.panel === "transfer" && (s.fault?.action === "transfer" || s.fault?.action === "consult");
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
