// (state, message) → state. Pure: everything that the page shows is a function of what comes out of here.
import type { View } from "../feed/messages";
import { type Action, initial, type Message, type Pending, type State } from "./state";

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
      return isCallAction(m.action) ? state : { ...state, pending: without(state.pending, m.action) };
    case "refused":
      return {
        ...state,
        fault: m.fault,
        pending: without(state.pending, m.fault.action),
        demo: state.demo && m.fault.code !== "not_a_demo",
      };
    case "dismissed":
      return { ...state, fault: null };
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
  const open = (p: Pending) => p.call === null || (view.call?.id === p.call.id && view.call.state === p.call.state);
  const fault = state.fault;
  const stale = fault !== null && isCallAction(fault.action) && view.call?.id !== state.view?.call?.id;
  return { ...state, view, pending: state.pending.filter(open), fault: stale ? null : fault };
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
  return { action, call: isCallAction(action) && call ? { id: call.id, state: call.state } : null };
}

function without(pending: readonly Pending[], action: Action): readonly Pending[] {
  return pending.filter((p) => p.action !== action);
}

export function isCallAction(action: Action): boolean {
  return action === "answer" || action === "decline" || action === "hangup";
}
