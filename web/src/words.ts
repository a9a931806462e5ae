// Every word that the page shows, in one place.
import type { CallView, Status } from "./feed/messages";
import type { MicrophoneFault } from "./phone/phone";
import type { Action, State } from "./state/state";

export const words = {
  product: "Switchroom",
  incomingTitle: "Incoming call",
};

/** A status as people see it: "Business (Ticket Processing)". */
export function statusLabel(s: Pick<Status, "code" | "reason">): string {
  const code = statusCodes[s.code] ?? titleCase(s.code);
  return s.reason ? `${code} (${titleCase(s.reason)})` : code;
}

const statusCodes: Record<string, string> = {
  logged_out: "Logged out",
  business: "Business",
  ready: "Ready",
  rest: "Rest",
  ringing: "Ringing",
  on_call: "On Call",
  rejoining: "On Call (Reconnecting Your Phone)",
};

/** What a status means, for those who have not learnt it yet. */
export function statusHint(s: Pick<Status, "code" | "reason">, feed: State["feed"]): string | undefined {
  if (feed.kind === "offline") return "This was your status when the connection was lost.";
  return statusHints[`${s.code} ${s.reason}`] ?? statusHints[s.code];
}

const statusHints: Record<string, string> = {
  logged_out: "Log in to CTI to take calls.",
  business: "You get no calls. Choose Ready when you can take the next one.",
  "business missed": "You did not take the last call, and get no more until you choose Ready.",
  ready: "You are waiting for a call.",
  rest: "You are on a break and get no calls.",
  ringing: "A customer is calling you.",
  on_call: "You are with a customer.",
  rejoining: "Your phone lost the call. It is being called back; the customer hears music.",
};

/** Why a Ready agent gets no calls. */
export function notice(slug: string | undefined): string | null {
  switch (slug) {
    case undefined:
    case "":
      return null;
    case "phone_unreachable":
      return "You get no calls: your phone cannot be reached.";
    case "phone_busy":
      return "You get no calls for a moment: your phone was busy when it was last called.";
    default:
      return `You get no calls: ${titleCase(slug).toLowerCase()}.`;
  }
}

export const callStates: Record<CallView["state"], string> = {
  queued: "Waiting",
  offering: "Incoming call",
  connecting: "Connecting",
  talking: "In call",
  rejoining: "Reconnecting your phone",
  ended: "Call ended",
};

export const microphoneFaults: Record<MicrophoneFault, string> = {
  denied: "The browser does not let this page use your microphone. Allow it in the address bar.",
  missing: "No microphone was found. Plug one in.",
  busy: "Another program is using your microphone. Close it.",
  insecure: "Browsers give a microphone to secure pages only. Open this page by https, or on localhost.",
};

/** What did not happen, when something that the agent asked for failed. The controller's own words say why. */
export const failed: Record<Action, string> = {
  sign_in: "You are not signed in",
  sign_out: "You are not signed out",
  cti_login: "You are not logged in to CTI",
  cti_logout: "You are not logged out of CTI",
  ready: "Your status was not changed",
  business: "Your status was not changed",
  rest: "Your status was not changed",
  demo_call: "The demo call was not placed",
  microphone: "The microphone cannot be used",
  answer: "The call was not answered",
  decline: "The call was not declined",
  hangup: "The call was not hung up",
};

/** Words from the controller as a sentence. */
export function sentence(text: string): string {
  const t = text.trim();
  if (t === "") return "";
  return t.charAt(0).toUpperCase() + t.slice(1) + (/[.!?]$/.test(t) ? "" : ".");
}

/** Why the feed was given up; null: it was not. */
export function stopped(feed: State["feed"]): string | null {
  if (feed.kind !== "stopped") return null;
  switch (feed.code) {
    case 4203:
      return "This page is open in too many tabs. Close some of them, then reload this one.";
    case 4204:
      return "Your account is no agent's account, so there are no calls to show. Ask your administrator.";
    default:
      return `The controller does not understand this page (${feed.code ?? "no code"}). Reload it; if that does not help, tell your administrator.`;
  }
}

/** The caller's name, or number, as plain visible text. */
export function callerName(caller: CallView["caller"]): string {
  return plain(caller.name ?? "") || plain(caller.number) || "Unknown caller";
}

/**
 * Text from the network, without what would hide or reorder the text around it: control characters and the marks of
 * writing direction. It stays text; nothing here makes it safe as HTML, and nothing uses it so.
 */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, "")
    .trim()
    .slice(0, 120);
}

/** A slug in words: "team_meeting" → "Team Meeting". */
function titleCase(slug: string): string {
  return plain(slug)
    .split("_")
    .filter((w) => w !== "")
    .map((w) => w.charAt(0).toUpperCase() + w.slice(1))
    .join(" ");
}

/** m:ss, or h:mm:ss; never negative. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}
