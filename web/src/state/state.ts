// All that the page shows, as one value. What the server knows is only ever taken from the feed (view); the rest is what
// this tab knows of itself.
import type { Identity } from "../api/session";
import type { FeedStatus } from "../feed/client";
import type { CallView, FeedMessage, View } from "../feed/messages";
import { type KeeperState, noPhone } from "../phone/keeper";
import type { Permission } from "../phone/microphone";

export type CallAction = "answer" | "decline" | "hangup";
export type Action =
  | "sign_in"
  | "sign_out"
  | "cti_login"
  | "cti_logout"
  | "ready"
  | "business"
  | "rest"
  | "demo_call"
  | "microphone"
  | CallAction;

/** Something asked of the server and not seen to be done yet. */
export interface Pending {
  action: Action;
  /** For a CallAction, the call as it was then: the wish is fulfilled, or void, when that changes. */
  call: Pick<CallView, "id" | "state"> | null;
}

/** An error in words. */
export interface Fault {
  action: Action;
  code: string;
  title: string;
  detail: string;
}

export type SessionState =
  | { kind: "signed_out"; why: "new" | "by_choice" | "ended" }
  | { kind: "signed_in"; identity: Identity };

export interface State {
  session: SessionState;
  feed: FeedStatus;
  /** Null until the first snapshot. */
  view: View | null;
  phone: KeeperState;
  microphone: Permission;
  pending: readonly Pending[];
  fault: Fault | null;
  /** Whether this is a demo with callers to be had: yes until the controller says no. */
  demo: boolean;
  notifications: NotificationPermission | "unsupported";
  /** The browser lets this page make sounds; it does after the first click. */
  sound: boolean;
  /** The server's clock minus ours, in ms. */
  skew: number;
}

export type Message =
  | FeedMessage
  | { type: "session"; session: SessionState }
  | { type: "feed"; status: FeedStatus }
  | { type: "phone"; state: KeeperState }
  | { type: "microphone"; permission: Permission }
  | { type: "asked"; action: Action }
  | { type: "accepted"; action: Action }
  | { type: "refused"; fault: Fault }
  | { type: "dismissed" }
  | { type: "notifications"; permission: State["notifications"] }
  | { type: "sound"; on: boolean }
  | { type: "skew"; ms: number };

export const initial: State = {
  session: { kind: "signed_out", why: "new" },
  feed: { kind: "idle" },
  view: null,
  phone: noPhone,
  microphone: "unknown",
  pending: [],
  fault: null,
  demo: true,
  notifications: "default",
  sound: false,
  skew: 0,
};
