// What follows from the state: small questions that views and alerts ask.
import type { CallView, View } from "../feed/messages";
import type { Action, CallAction, Panel, State } from "./state";

/** A call rings for this agent now: a customer's, a consultation, a transfer, or one that comes back. */
export function isRinging(s: State): boolean {
  return rings(s.view?.call ?? null);
}

/** Only what rings can be declined; the call's state alone does not say for whom. The own phone of who places a call just comes first. */
export function rings(call: CallView | null): boolean {
  return can(call, "decline") && !places(call);
}

/** The agent places this call: their own phone is called, then the customer (S20). */
export function places(call: CallView | null): boolean {
  return call?.state === "dialing" && call.role === "agent";
}

/** Who is signed in takes calls: they have a widget. */
export function isAgent({ session }: State): boolean {
  return session.kind === "signed_in" && session.identity.roles.includes("agent");
}

/** Dial up is there: logged in to CTI, and in no call (S17). */
export function canDial(view: View | null): boolean {
  return view !== null && view.call === null && view.status.code !== "logged_out";
}

/** The server takes that command now. */
export function can(call: CallView | null, command: CallAction): boolean {
  return call?.commands.includes(command) ?? false;
}

/** Nothing is known of the call: the telephone server that it is on cannot be reached. */
export function isLostToView(s: State, call: CallView): boolean {
  return s.away.includes(call.node);
}

/** A call rings, and can be answered. What was told before the server was lost for long may ring no more. */
export function callsOut(s: State): boolean {
  return isRinging(s) && canCommand(s);
}

/** This tab makes the ringing sound: the one with the phone. A desk phone rings itself. */
export function ringsHere(s: State): boolean {
  return callsOut(s) && s.phone.holder === "this_tab";
}

/** The agent has a call that does not just ring: the page must not be left. */
export function isInCall(s: State): boolean {
  const call = s.view?.call ?? null;
  return call !== null && !rings(call);
}

/** The other agent's phone lost the call and is being called back: this one's did not. */
export function waitsForOther(call: CallView): boolean {
  return call.state === "rejoining" && call.other?.rejoins === true;
}

/** Two agents without a customer. */
export function isAmongAgents(call: CallView): boolean {
  return call.internal === true || call.customer_gone === true;
}

/** The server believes that this agent's phone carries the call. Who rejoins has lost it; the other has not. */
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
      return waitsForOther(call) && !rings(call);
    default:
      return false;
  }
}

/** What went wrong with a dialog's own buttons is shown in it, because nothing else can be reached while it is open. */
export function belongsToDialog({ panel, fault }: State): boolean {
  return fault !== null && panel !== null && (ofDialog[panel] ?? []).includes(fault.action);
}

const ofDialog: Partial<Record<Panel, readonly Action[]>> = {
  dial: ["dial"],
  settings: ["microphone"],
  transfer: ["transfer", "consult", "add_number", "remove_number"],
};

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
