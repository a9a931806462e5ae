// (state, message) → state. Pure: everything that the page shows is a function of what comes out of here.
import type { CallView, View } from "../feed/messages";
import { belongsToDialog } from "./select";
import {
  type Action,
  type CallAction,
  type Directory,
  emptyDirectory,
  initial,
  type Message,
  type Panel,
  type Pending,
  type State,
} from "./state";

export function reduce(state: State, m: Message): State {
  switch (m.type) {
    case "snapshot":
    case "view":
      return withView(state, m.data);
    case "answer":
      return state; // the phone's business
    case "session":
      return withSession(state, m.session);
    case "feed":
      return { ...state, feed: m.status };
    case "phone":
      return withPhone(state, m.state);
    case "microphone":
      return { ...state, microphone: m.permission };
    case "asked":
      return { ...state, fault: null, pending: [...without(state.pending, m.action), wish(state.view, m.action)] };
    case "accepted":
      return seenInView(m.action) ? state : { ...state, pending: without(state.pending, m.action) };
    case "refused":
      return {
        ...state,
        fault: m.fault,
        pending: without(state.pending, m.fault.action),
        demo: state.demo && m.fault.code !== "not_a_demo",
      };
    case "dismissed":
      return { ...state, fault: null };
    case "panel":
      return withPanel(state, m.panel);
    case "directory":
      return withDirectory(state, m.change);
    case "digits_sent":
      return { ...state, digits: state.digits + m.digits };
    case "notifications":
      return { ...state, notifications: m.permission };
    case "sound":
      return { ...state, sound: m.on };
    case "skew":
      return { ...state, skew: m.ms };
  }
}

/** A command about a call is done when the call has changed, not when the request was accepted. */
function withView(state: State, view: View): State {
  const { fault, panel } = state;
  const another = view.call?.id !== state.view?.call?.id;
  return {
    ...state,
    view,
    pending: state.pending.filter((p) => isOpen(p, view.call)),
    fault: fault !== null && isCallAction(fault.action) && another ? null : fault,
    panel: panel !== null && (another || !fits(panel, view.call)) ? null : panel,
    digits: another ? "" : state.digits,
    people: withOther(state.people, view.call),
  };
}

/** Whether a wish is still to be fulfilled. Muting changes nothing but itself, and outlasts what else happens to the call. */
function isOpen(p: Pending, call: View["call"]): boolean {
  if (p.call === null) return true;
  if (call?.id !== p.call.id) return false;
  if (p.action === "mute") return isMuted(call) === isMuted(p.call);
  return call.state === p.call.state && call.since === p.call.since;
}

function isMuted({ muted }: Pick<CallView, "muted">): boolean {
  return muted === true;
}

/** A panel is there as long as what it is for is possible. */
function fits(panel: Panel, call: View["call"]): boolean {
  const needed: Record<Panel, CallAction[]> = {
    transfer: ["transfer", "consult"],
    keypad: ["digits"],
    disconnect: ["force_disconnect"],
  };
  return needed[panel].some((c) => call?.commands.includes(c));
}

function withPanel(state: State, panel: Panel | null): State {
  if (panel !== null && !fits(panel, state.view?.call ?? null)) return state;
  const fault = belongsToDialog(state) ? null : state.fault;
  return { ...state, panel, fault, directory: panel === "transfer" ? emptyDirectory : state.directory };
}

/** What was asked for while the dialog was open may come when it is closed. */
function withDirectory(state: State, change: Partial<Directory>): State {
  if (state.panel !== "transfer") return state;
  return { ...state, directory: { ...state.directory, ...change } };
}

function withOther(people: State["people"], call: View["call"]): State["people"] {
  const other = call?.other;
  if (!other?.agent || !other.party.number) return people;
  const known = people[other.agent];
  if (known?.name === other.party.name && known?.number === other.party.number) return people;
  return { ...people, [other.agent]: other.party };
}

/** Nothing of one person's is left for the next. */
function withSession(state: State, session: State["session"]): State {
  const { microphone, notifications, sound, skew, demo } = state;
  return { ...initial, microphone, notifications, sound, skew, demo, session };
}

/** Could the phone not answer, the agent may press Answer again. */
function withPhone(state: State, phone: State["phone"]): State {
  const failed = phone.microphone !== null && state.phone.microphone === null;
  return { ...state, phone, pending: failed ? without(state.pending, "answer") : state.pending };
}

function wish(view: View | null, action: Action): Pending {
  const call = view?.call;
  if (!call || !isCallAction(action)) return { action, call: null };
  const { id, state, since, muted = false } = call;
  return { action, call: { id, state, since, muted } };
}

function without(pending: readonly Pending[], action: Action): readonly Pending[] {
  return pending.filter((p) => p.action !== action);
}

const callActions: Record<CallAction, true> = {
  answer: true,
  decline: true,
  hangup: true,
  mute: true,
  digits: true,
  hold: true,
  resume: true,
  transfer: true,
  consult: true,
  complete: true,
  cancel: true,
  swap: true,
  conference: true,
  force_disconnect: true,
};

export function isCallAction(action: Action): action is CallAction {
  return action in callActions;
}

/** What such a command does is seen in the view; of digits nothing is. */
function seenInView(action: Action): boolean {
  return isCallAction(action) && action !== "digits";
}
