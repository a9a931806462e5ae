// (state, message) → state. Pure: everything that the page shows is a function of what comes out of here.
import type { CallView, View } from "../feed/messages";
import { belongsToDialog, canDial, places } from "./select";
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
    case "snapshot": // what came between is not known: the call that was asked for may be over
      return withView({ ...state, pending: without(state.pending, "dial") }, m.data);
    case "view":
      return withView(state, m.data);
    case "answer":
      return state; // the phone's business
    case "session":
      return withSession(state, m.session);
    case "providers":
      return { ...state, providers: m.providers };
    case "returning":
      return { ...state, returning: m.step };
    case "feed":
      return { ...state, feed: m.status };
    case "away":
      return { ...state, away: m.nodes };
    case "phone":
      return withPhone(state, m.state);
    case "microphone":
      return { ...state, microphone: m.permission };
    case "asked":
      return { ...state, fault: null, pending: [...without(state.pending, m.action), wish(state.view, m)] };
    case "accepted":
      return withAccepted(state, m.action);
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
    case "entry":
      return { ...state, entry: m.number };
    case "numbers":
      return { ...state, numbers: { ...state.numbers, ...m.change } };
    case "caller": // may come when the call is over
      return state.view?.call?.id === m.known.call ? { ...state, caller: m.known } : state;
    case "reasons":
      return { ...state, reasons: m.reasons };
    case "services":
      return { ...state, services: m.services };
    case "reasoning":
      return { ...state, reasoning: m.status };
    case "recent":
      return { ...state, recent: m.numbers };
    case "dial_failure_seen":
      return { ...state, dismissed: m.call };
    case "digits_sent":
      return { ...state, digits: state.digits + m.digits };
    case "notifications":
      return { ...state, notifications: m.permission };
    case "sound":
      return { ...state, sound: m.on };
    case "scheme":
      return { ...state, scheme: m.scheme };
    case "devices":
      return { ...state, devices: m.devices };
    case "choice":
      return { ...state, choice: m.choice };
    case "test":
      return { ...state, test: m.test };
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
    pending: state.pending.filter((p) => isOpen(p, view) && !(p.action === "dial" && placed(state.view, view))),
    fault: fault !== null && isCallAction(fault.action) && another ? null : fault,
    panel: panel !== null && (another || !fits(panel, view)) ? null : panel,
    entry: places(view.call) ? "" : state.entry,
    digits: another ? "" : state.digits,
    caller: another ? null : state.caller,
  };
}

/** Whether a wish is still to be fulfilled. Muting changes nothing but itself, and outlasts what else happens to the call. */
function isOpen(p: Pending, { call }: View): boolean {
  if (p.call === null) return true;
  if (call?.id !== p.call.id) return false;
  if (p.action === "mute") return isMuted(call) === isMuted(p.call);
  return call.state === p.call.state && call.since === p.call.since;
}

/** The call that was asked for is there, or has been. */
function placed(before: View | null, { call, dial_failure: failure }: View): boolean {
  return call !== null || (failure !== undefined && failure.call !== before?.dial_failure?.call);
}

/** What is not seen in the view is done when it was accepted, and what was so before. */
function withAccepted(state: State, action: Action): State {
  const { numbers, view, pending } = state;
  if (seenInView(action)) {
    return { ...state, pending: pending.filter((p) => p.action !== action || view === null || isOpen(p, view)) };
  }
  return {
    ...state,
    pending: without(state.pending, action),
    numbers: action === "add_number" ? { ...numbers, adding: false } : numbers,
  };
}

function isMuted({ muted }: Pick<CallView, "muted">): boolean {
  return muted === true;
}

/** A panel is there as long as what it is for is possible. */
function fits(panel: Panel, view: View | null): boolean {
  if (panel === "settings" || panel === "help") return true;
  if (panel === "dial") return canDial(view);
  const needed: Record<Exclude<Panel, "dial" | "settings" | "help">, CallAction[]> = {
    transfer: ["transfer", "consult"],
    keypad: ["digits"],
    disconnect: ["force_disconnect"],
  };
  return needed[panel].some((c) => view?.call?.commands.includes(c));
}

function withPanel(state: State, panel: Panel | null): State {
  if (panel !== null && !fits(panel, state.view)) return state;
  const fault = belongsToDialog(state) ? null : state.fault;
  const numbers = { ...state.numbers, adding: false };
  const entry = state.panel === "dial" ? "" : state.entry;
  return { ...state, panel, fault, entry, numbers, directory: panel === "transfer" ? emptyDirectory : state.directory };
}

/** What was asked for while the dialog was open may come when it is closed. */
function withDirectory(state: State, change: Partial<Directory>): State {
  if (state.panel !== "transfer") return state;
  return { ...state, directory: { ...state.directory, ...change } };
}

/** Nothing of one person's is left for the next, but for what belongs to the browser. */
function withSession(state: State, session: State["session"]): State {
  const { microphone, notifications, sound, devices, choice, scheme, skew, demo } = state;
  return { ...initial, microphone, notifications, sound, devices, choice, scheme, skew, demo, session };
}

/** Could the phone not answer, the agent may press Answer again. */
function withPhone(state: State, phone: State["phone"]): State {
  const failed = phone.microphone !== null && state.phone.microphone === null;
  return { ...state, phone, pending: failed ? without(state.pending, "answer") : state.pending };
}

function wish(view: View | null, { action, muted }: { action: Action; muted?: boolean | undefined }): Pending {
  const call = view?.call;
  if (!call || !isCallAction(action)) return { action, call: null };
  const { id, state, since } = call;
  return { action, call: { id, state, since, muted: muted === undefined ? isMuted(call) : !muted } };
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
  return action === "dial" || (isCallAction(action) && action !== "digits");
}
