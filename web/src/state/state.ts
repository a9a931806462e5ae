// All that the page shows, as one value. What the server knows is only ever taken from the feed (view); the rest is what
// this tab knows of itself.

import type { Caller, Choice, Colleague, Numbers, Reasons } from "../api/client";
import type { Identity } from "../api/session";
import type { Provider } from "../api/sign-in";
import type { FeedStatus } from "../feed/client";
import type { CallView, FeedMessage, View } from "../feed/messages";
import { type Devices, noDevices, type SoundChoice, systemsChoice } from "../phone/devices";
import { type KeeperState, noPhone } from "../phone/keeper";
import type { Permission } from "../phone/microphone";
import type { MicrophoneFault } from "../phone/phone";
import type { Scheme } from "../scheme";
import type { Complaint } from "../words/problems";

/** The commands that an agent gives about a call, by their names in CallView.commands. */
export type CallAction = Exclude<CallView["commands"][number], "rejoin">;
export type Action =
  | "sign_in"
  | "sign_out"
  | "cti_login"
  | "cti_logout"
  | "ready"
  | "business"
  | "rest"
  | "demo_call"
  | "dial"
  | "add_number"
  | "remove_number"
  | "microphone"
  | CallAction;

/** Something asked of the server and not seen to be done yet. */
export interface Pending {
  action: Action;
  /** For a CallAction, the call as it was then: the wish is fulfilled, or void, when that changes. muted is what it is not to be any more. */
  call: Pick<CallView, "id" | "state" | "since" | "muted"> | null;
}

/** What is open beside the call, or without one: nothing of it is known to the server. */
export type Panel = "dial" | "transfer" | "keypad" | "disconnect" | "settings" | "help";

/** The agents who are Ready, while the transfer dialog is open. */
export interface Directory {
  search: string;
  /** Null: not known yet. */
  found: readonly Colleague[] | null;
  /** Why they could not be had the last time; null: they could. */
  fault: Complaint | null;
}

/** The numbers to show and those frequently used, as they were when a dialog with them was opened last. */
export interface NumberBook {
  /** Null: not known yet. */
  known: Numbers | null;
  /** Why they could not be had the last time; null: they could. */
  fault: Complaint | null;
  /** A new one is being entered. */
  adding: boolean;
}

/** What the records know of a call's customer. */
export interface KnownCaller {
  /** The call's id. */
  call: string;
  caller: Caller;
  /** This page has seen the call ring. */
  rang: boolean;
}

/** What was asked for failed. */
export interface Fault extends Complaint {
  action: Action;
}

export type SessionState =
  | { kind: "signed_out"; why: "new" | "by_choice" | "ended" }
  | { kind: "signed_in"; identity: Identity };

export interface State {
  session: SessionState;
  /** By which one can sign in beside a password. */
  providers: readonly Provider[];
  /** Somebody came back from a provider: they are being signed in, or a code of their second factor is still to come; null: nobody did. */
  returning: "checked" | "code" | null;
  feed: FeedStatus;
  /** The telephone servers that the controllers cannot reach. */
  away: readonly string[];
  /** Null until the first snapshot. */
  view: View | null;
  phone: KeeperState;
  microphone: Permission;
  pending: readonly Pending[];
  fault: Fault | null;
  panel: Panel | null;
  directory: Directory;
  /** What is entered to be dialled; a call that comes in between leaves it. */
  entry: string;
  numbers: NumberBook;
  /** The reasons for Business and Rest. */
  reasons: Reasons;
  /** Names of one's services, by their IDs. */
  services: Readonly<Record<string, string>>;
  /** The status whose reason is being chosen; null: none. */
  reasoning: Choice | null;
  /** Of the call that is there; null: not known, or not yet. */
  caller: KnownCaller | null;
  /** What this agent dialled last in this browser, newest first. */
  recent: readonly string[];
  /** The call that came to nothing and that the agent need not be told of again; "": none. */
  dismissed: string;
  /** The digits that were sent in this call. */
  digits: string;
  /** Whether this is a demo with callers to be had: yes until the controller says no. */
  demo: boolean;
  notifications: NotificationPermission | "unsupported";
  devices: Devices;
  choice: SoundChoice;
  /** The microphone's level while it is tested, 0 to 1, or why it cannot be; null: it is not tested. */
  test: number | MicrophoneFault | null;
  /** The colours that were chosen. */
  scheme: Scheme;
  /** The browser lets this page make sounds; it does after the first click. */
  sound: boolean;
  /** The server's clock minus ours, in ms. */
  skew: number;
}

export type Message =
  | FeedMessage
  | { type: "session"; session: SessionState }
  | { type: "providers"; providers: readonly Provider[] }
  | { type: "returning"; step: State["returning"] }
  | { type: "feed"; status: FeedStatus }
  | { type: "away"; nodes: readonly string[] }
  | { type: "phone"; state: KeeperState }
  | { type: "microphone"; permission: Permission }
  /** muted: of a mute, what it is to become. */
  | { type: "asked"; action: Action; muted?: boolean | undefined }
  | { type: "accepted"; action: Action }
  | { type: "refused"; fault: Fault }
  | { type: "dismissed" }
  | { type: "panel"; panel: Panel | null }
  | { type: "directory"; change: Partial<Directory> }
  | { type: "entry"; number: string }
  | { type: "numbers"; change: Partial<NumberBook> }
  | { type: "caller"; known: KnownCaller }
  | { type: "reasons"; reasons: Reasons }
  | { type: "services"; services: State["services"] }
  | { type: "reasoning"; status: Choice | null }
  | { type: "recent"; numbers: readonly string[] }
  | { type: "dial_failure_seen"; call: string }
  | { type: "digits_sent"; digits: string }
  | { type: "notifications"; permission: State["notifications"] }
  | { type: "sound"; on: boolean }
  | { type: "scheme"; scheme: Scheme }
  | { type: "devices"; devices: Devices }
  | { type: "choice"; choice: SoundChoice }
  | { type: "test"; test: State["test"] }
  | { type: "skew"; ms: number };

export const emptyDirectory: Directory = { search: "", found: null, fault: null };

export const initial: State = {
  session: { kind: "signed_out", why: "new" },
  providers: [],
  returning: null,
  feed: { kind: "idle" },
  away: [],
  view: null,
  phone: noPhone,
  microphone: "unknown",
  pending: [],
  fault: null,
  panel: null,
  directory: emptyDirectory,
  entry: "",
  numbers: { known: null, fault: null, adding: false },
  reasons: { required: false, reasons: [] },
  services: {},
  reasoning: null,
  caller: null,
  recent: [],
  dismissed: "",
  digits: "",
  demo: true,
  notifications: "default",
  devices: noDevices,
  choice: systemsChoice,
  test: null,
  scheme: "system",
  sound: false,
  skew: 0,
};
