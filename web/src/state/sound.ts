// Whether a call can be heard in this tab, and if not, why. Pure.
import type { CallView } from "../feed/messages";
import { isOnPhone } from "./select";
import type { State } from "./state";

export type SoundFault =
  /** Another tab of this browser has the phone. */
  | "elsewhere"
  /** The phone is not registered, so that it cannot be called. */
  | "unregistered"
  | "microphone"
  /** Being connected: for some seconds at most, then it is no_route. */
  | "connecting"
  /** The network lets no audio through (ICE). */
  | "no_route"
  | "blocked"
  | "lost"
  | "none"
  /** Connected, and yet nothing is heard here, or nothing of here is heard there, or both. */
  | "nothing_comes"
  | "nothing_goes"
  | "nothing_either";

/** So long nothing may come or go before it is a fault, in ms. Speech has no such pauses: silence is sent too. */
export const SILENT_MS = 4_000;

/** What is wrong with the sound of the call. Null: nothing, or this phone has nothing to do with it. */
export function soundFault(s: State, call: CallView, now: number): SoundFault | null {
  const { phone, view } = s;
  if (view?.phone.device !== "webrtc") return null;
  const here = phone.holder === "this_tab";
  // The phone is called back and would answer by itself, if it had a microphone.
  if (here && phone.microphone !== null && (call.state === "rejoining" || isOnPhone(call))) return "microphone";
  if (!isOnPhone(call)) return null;
  if (!here) return "elsewhere";
  switch (phone.audio) {
    case "playing":
      return talks(call, now) ? oneWay(s) : null;
    case "none":
    case "lost":
      return phone.registration === "registered" ? phone.audio : "unregistered";
    default:
      return phone.audio;
  }
}

function oneWay({ phone: { quality } }: State): SoundFault | null {
  if (quality === null) return null;
  const [deaf, dumb] = [quality.nothingComes >= SILENT_MS, quality.nothingGoes >= SILENT_MS];
  if (deaf && dumb) return "nothing_either";
  if (deaf) return "nothing_comes";
  return dumb ? "nothing_goes" : null;
}

/** Somebody is with the agent, and has been for a moment. Who is alone in a call is sent nothing. */
function talks(call: CallView, now: number): boolean {
  const together = ["talking", "consulting", "swapped", "conference", "agents_only"].includes(call.state);
  const holds = call.role === "target" && call.state === "swapped";
  return together && !holds && now - Date.parse(call.since) > SILENT_MS;
}
