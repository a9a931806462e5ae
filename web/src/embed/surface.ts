// What pages that embed the widget can rely on. Within a version fields, methods and events are added, never taken away or changed.

export const VERSION = 1;

export interface WidgetStatus {
  code:
    | "logged_out"
    | "business"
    | "ready"
    | "rest"
    | "ringing"
    | "dialing"
    | "on_call"
    | "on_hold"
    | "on_call_transfer_in_progress"
    | "rejoining";
  /** "ticket_processing", "missed", "absent", or one of the administrator's. */
  reason?: string;
  /** ISO 8601. */
  since: string;
}

/** Somebody else in a call, or to whom it goes or from whom it comes. */
export interface WidgetParty {
  kind: "agent" | "queue" | "number";
  /** The agent's or queue's; empty of a number outside. */
  id: string;
  number: string;
  /** Empty: not known. */
  name: string;
}

export interface WidgetCall {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  /** Such as "offering", "talking", "held": CallView.state of the API. */
  state: string;
  /** The other side's number and name, as the network or the records give them: text from strangers. Empty: withheld, or unknown. */
  number: string;
  name: string;
  service: string;
  /** Empty: it came through none. */
  queue: string;
  /** It rings for this agent, and can be answered or declined. */
  ringing: boolean;
  muted: boolean;
  /** When it was first connected, ISO 8601. */
  connectedAt?: string;
  /** The number of its ticket. */
  ticket?: string;
  /** Who else takes part or is being called: whom this agent consults, or the agent who consults this one or passes the call on. */
  other?: WidgetParty;
}

export interface WidgetState {
  signedIn: boolean;
  /** What is told is known to be so at this moment. */
  live: boolean;
  agent: { id: string; name: string } | null;
  /** Null: nobody is signed in, or it is not known yet. */
  status: WidgetStatus | null;
  call: WidgetCall | null;
  /** Where the browser phone is: in this widget, in its own window or another tab, or nowhere (a desk phone, or logged out of CTI). */
  phone: "here" | "elsewhere" | "none";
}

/** The widget's events by their types: what is in a CustomEvent's detail. */
export interface WidgetEvents {
  /** The widget is connected; also after each time that its frame was loaded anew. */
  ready: { version: number; state: WidgetState };
  /** Somebody signed in or out. */
  session: { signedIn: boolean };
  status: WidgetStatus;
  "call-ringing": { call: WidgetCall };
  "call-answered": { call: WidgetCall };
  /** As it was last seen. */
  "call-ended": { call: WidgetCall };
  /** After call-ended: it goes on without this agent, who has passed it on. */
  "transferred-away": { call: WidgetCall; to: WidgetParty | null };
  /** It is this agent's now, by a transfer or after a consultation. */
  "transferred-here": { call: WidgetCall; from: WidgetParty | null };
  /** A transfer or consultation of this agent's came to nothing; why is a slug of the API's, such as no_answer, declined, busy. */
  "transfer-failed": { call: WidgetCall; to: WidgetParty; why: string };
  /** The customer, this agent and another talk with each other; and do not any more. */
  "conference-began": { call: WidgetCall; with: WidgetParty | null };
  "conference-ended": { call: WidgetCall; with: WidgetParty | null };
  /** The call has a ticket. */
  ticket: { id: string; url: string; call: string };
  /** The page that the administrator's template names for this call, https only. The widget itself opens nothing. */
  "screen-pop": { url: string; call: string };
  /** The phone has moved. */
  phone: { phone: WidgetState["phone"] };
  /** Something failed that nobody waits for: codes of the API, or "not_connected", "popup_blocked". */
  error: { code: string; message: string };
}

/** To whom a call goes: one of the three. */
export type WidgetTarget = { agent: string } | { number: string } | { queue: string };

/** What the agent could click. Each resolves when the controller has accepted it, what it did is told by events; otherwise it rejects with a WidgetError. */
export interface WidgetMethods {
  ctiLogin(): Promise<void>;
  ctiLogout(): Promise<void>;
  /** Reason: the code of one of the administrator's. */
  setStatus(status: "ready" | "business" | "rest", reason?: string): Promise<void>;
  /** Calls a customer; without a caller ID, with the service's default. */
  dial(number: string, callerId?: string): Promise<void>;
  answer(): Promise<void>;
  decline(): Promise<void>;
  hangup(): Promise<void>;
  hold(): Promise<void>;
  resume(): Promise<void>;
  mute(on: boolean): Promise<void>;
  transfer(to: WidgetTarget): Promise<void>;
  consult(to: WidgetTarget): Promise<void>;
  /** Connects the customer with who is consulted. */
  complete(): Promise<void>;
  /** Ends the consultation. */
  cancel(): Promise<void>;
  /** Brings the phone back from its window. */
  popIn(): Promise<void>;
}

/** A code is stable: the API's, or "not_connected", "unreachable", "no_call", "pending", "popup_blocked", "invalid", "unknown_method". */
export class WidgetError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "WidgetError";
    this.code = code;
  }
}
