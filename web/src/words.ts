// Every word that the page shows, in one place.
import type { CallView, DialFailure, OtherParty, Party, Status, TransferFailure, View } from "./feed/messages";
import type { MicrophoneFault } from "./phone/phone";
import { rings } from "./state/select";
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
  dialing: "Dialing",
  on_call: "On Call",
  on_hold: "On Hold",
  on_call_transfer_in_progress: "On Call (Transfer in Progress)",
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
  ringing: "A call rings for you.",
  dialing: "Your call is being placed.",
  on_call: "You are on a call.",
  on_hold: "Your customer is on hold and hears music.",
  on_call_transfer_in_progress: "You are handing a customer over, or asking a colleague.",
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

/** What the call is to this agent, in a word or two. */
export function callState(call: CallView): string {
  if (rings(call)) return incoming[call.state] ?? "Incoming call";
  if (call.internal && call.state === "agents_only") return "In call";
  return (call.role === "target" ? targetStates[call.state] : undefined) ?? callStates[call.state];
}

const incoming: Partial<Record<CallView["state"], string>> = {
  consult_ringing: "Incoming consultation",
  rejoining: "Incoming consultation",
  transferring: "Incoming transfer",
  recalling: "Call coming back",
};

const targetStates: Partial<Record<CallView["state"], string>> = {
  swapped: "You are on hold",
  rejoining: "Waiting for your colleague",
};

const callStates: Record<CallView["state"], string> = {
  dialing: "Dialing",
  queued: "Waiting",
  offering: "Incoming call",
  connecting: "Connecting",
  talking: "In call",
  held: "On hold",
  consult_ringing: "Calling for a consultation",
  consulting: "Consultation",
  swapped: "In call",
  conference: "Conference",
  transferring: "Transferring",
  recalling: "Call coming back",
  rejoining: "Reconnecting your phone",
  agents_only: "Customer gone",
  forwarded: "Forwarded",
  farewell: "Call ending",
  ended: "Call ended",
};

const music = "on hold and hears music";

/** Who is on the line, and who holds. Null: there is nothing to say. */
export function situation(call: CallView): string | null {
  const other = otherName(call.other);
  const target = call.role === "target";
  switch (call.state) {
    case "dialing":
      return call.commands.includes("decline")
        ? "Your own phone comes first. If it rings, answer it."
        : `${call.internal ? "Your colleague" : "The customer"} is being called and has not answered yet.`;
    case "talking":
      return "You are talking with the customer.";
    case "held":
      return `The customer is ${music}.`;
    case "consult_ringing":
      return `${calling(call.other)} The customer is ${music}.`;
    case "consulting":
      return `You are talking with ${other}. The customer is ${music}.`;
    case "swapped":
      return target
        ? `You are on hold and hear music. ${other} is talking with the customer.`
        : `You are talking with the customer. ${other} is ${music}.`;
    case "conference":
      return `You, ${other} and the customer hear each other.`;
    case "agents_only":
      return `You are talking with ${other}.`;
    case "rejoining":
      return target
        ? `The phone of ${other} lost this call and is being called back. The customer and you hear music.`
        : null;
    default:
      return null;
  }
}

function calling(other: OtherParty | undefined): string {
  if (other?.kind === "queue" && !other.agent) return `Looking for somebody in ${otherName(other)}.`;
  return `Calling ${otherName(other)}.`;
}

/** What the other party does. */
export function otherState(call: CallView): string {
  if (call.other?.rings) return call.other.kind === "queue" && !call.other.agent ? "being looked for" : "ringing";
  switch (call.state) {
    case "consulting":
    case "conference":
    case "agents_only":
      return "on the line";
    case "swapped":
      return call.role === "target" ? "talking with the customer" : "on hold";
    case "rejoining":
      return call.role === "target" ? "being called back" : "on hold";
    default:
      return "";
  }
}

/** Whom the agent has to do with besides the customer. */
export function otherName(other: OtherParty | undefined): string {
  if (other === undefined) return "your colleague";
  const name = partyName(other.party) || plain(other.queue ?? "") || plain(other.agent ?? "");
  return other.kind === "queue" ? `Queue ${name}` : name;
}

function partyName(p: Party): string {
  return plain(p.name ?? "") || plain(p.number);
}

/** Why a call rings that is not a customer's own. Null: it is one. */
export function whyRings(call: CallView): string | null {
  if (call.state === "recalling") return "The transfer came to nothing: the customer comes back to you.";
  if (call.role !== "target" || call.internal) return null;
  return call.state === "transferring" ? "transfers this customer to you." : "asks to consult you about this customer.";
}

/** How long a failure is shown at least, in ms, once what it led to is over. */
const FAILURE_MS = 30_000;

/** Why the last transfer or consultation came to nothing. Null: it is long over, or there was none. */
export function failure(call: CallView, people: State["people"], now: number): string | null {
  const f = call.failure;
  if (!f || (Date.parse(f.at) < Date.parse(call.since) && now - Date.parse(f.at) > FAILURE_MS)) return null;
  return `${failedTarget(f, people)} ${failures[f.why]}`;
}

function failedTarget(f: TransferFailure, people: State["people"]): string {
  if (f.kind === "queue") return `Queue ${plain(f.queue ?? "")}`;
  if (f.kind === "number") return plain(f.number ?? "");
  const known = people[f.agent ?? ""];
  return known ? partyName(known) : plain(f.agent ?? "");
}

const failures: Record<TransferFailure["why"], string> = {
  no_answer: "did not answer.",
  declined: "declined.",
  busy: "could not be called: the phone is busy.",
  unreachable: "could not be called: the phone cannot be reached.",
  lost: "was cut off: the connection to the phone was lost.",
  hangup: "hung up.",
  nobody_there: "had nobody who could take the call.",
  invalid_number: "is not a number that can be reached.",
  trunk_failed: "could not be reached: the line to the telephone network is out of order.",
  trunk_full: "could not be reached: all lines to the telephone network are in use.",
};

/** How many of the frequently used numbers are shown; all: null while they are not known. */
export function frequentFound(all: number | null, found: number): string {
  if (all === null) return "Looking for your numbers…";
  if (all === 0) return "There are none yet. Add one to have it here next time.";
  return found === 0 ? "None has that in its name or number." : "";
}

/** Why the last call that the agent placed came to nothing. Null: there is nothing to say, or it was read. */
export function dialFailure(view: View, dismissed: string): string | null {
  const f = view.dial_failure;
  if (f === undefined || f.call === dismissed) return null;
  const number = plain(f.number);
  if (f.why.startsWith("own_phone_")) return `${number} was not called. ${ownPhone[f.why] ?? ownPhoneFailed}`;
  return `${number} ${notReached[f.why] ?? "could not be reached."}`;
}

const notReached: Partial<Record<DialFailure["why"], string>> = {
  busy: "is busy. Try again later.",
  declined: "declined your call.",
  no_answer: "did not answer.",
  unreachable: "cannot be reached now: the telephone may be off, or without a network.",
  invalid_number: "is not a number in use. Look whether every digit is right.",
  trunk_failed: "could not be called: the line to the telephone network is out of order. Tell your administrator.",
  trunk_full: "could not be called: all lines to the telephone network are in use. Try again in a moment.",
  lost: "was lost while being called. Try again.",
};

const ownPhoneFailed = "Your own phone, which comes first, could not be called.";

const ownPhone: Partial<Record<DialFailure["why"], string>> = {
  own_phone_no_answer: "Your own phone, which comes first, was not answered.",
  own_phone_declined: "Your own phone, which comes first, declined.",
  own_phone_busy: "Your own phone, which comes first, was busy.",
  own_phone_unreachable: "Your own phone, which comes first, cannot be reached. See what is said under Phone.",
  own_phone_lost: "The connection to your own phone was lost. Try again.",
};

/** The controller's own words for a refusal as sentences, with what to do where they do not say it. */
export function refusal(code: string, detail: string): string {
  switch (code) {
    case "not_available": // it ends with a slug
      return `${sentence(detail.replaceAll("_", " "))} Try again when that has changed.`;
    case "outbound_off":
      return `${sentence(detail)} Ask your administrator.`;
    default:
      return sentence(detail);
  }
}

/** A hold that the controller found too long. Null: it did not. */
export function heldLong(call: CallView): string | null {
  const { held_long: times = 0 } = call;
  if (times === 0) return null;
  return `The customer has been on hold for a long time${times > 1 ? ` (reminder ${times})` : ""}. Take them back, or tell them how long it takes.`;
}

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
  dial: "The call was not placed",
  add_number: "The number was not added",
  remove_number: "The number was not removed",
  microphone: "The microphone cannot be used",
  answer: "The call was not answered",
  decline: "The call was not declined",
  hangup: "The call was not hung up",
  mute: "Mute was not changed",
  digits: "The digits were not all sent",
  hold: "The customer was not put on hold",
  resume: "The customer was not taken back",
  transfer: "The call was not transferred",
  consult: "The consultation was not begun",
  complete: "The customer was not connected",
  cancel: "The consultation was not cancelled",
  swap: "The two were not swapped",
  conference: "The conference was not begun",
  force_disconnect: "The call was not disconnected",
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
  return partyName(caller) || "Unknown caller";
}

/** A call that rings, in one sentence, for those who do not see the page. */
export function announcement(call: CallView): string {
  const why = whyRings(call);
  const from =
    call.role === "target" && why !== null ? ` ${otherName(call.other)} ${why}` : why === null ? "" : ` ${why}`;
  return `${callState(call)} from ${callerName(call.caller)}, service ${plain(call.service)}${queueOf(call)}.${from}`;
}

function queueOf({ queue }: CallView): string {
  return queue === NO_QUEUE ? "" : `, queue ${plain(queue)}`;
}

/** Stands where a call came over no queue. */
export const NO_QUEUE = "-";

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

const two = (n: number) => String(n).padStart(2, "0");

/** m:ss, or h:mm:ss; never negative. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** How many tickets a customer had before this call. */
export function earlierTickets(n: number): string {
  if (n === 0) return "No earlier tickets.";
  return n === 1 ? "1 earlier ticket:" : `${n} earlier tickets, the newest:`;
}

/** The day where the browser is, as 2026-11-24. */
function day(at: string): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** A ticket in one line: "T-000012 · 2026-11-24 · Broken kettle · solved". */
export function ticketLine(t: { number: string; subject: string; status: string; opened: string }): string {
  return [t.number, day(t.opened), plain(t.subject), t.status].filter((part) => part !== "").join(" · ");
}
