// The feed's messages, as the contract says (FeedServerMessage, FeedClientMessage).
import type { components } from "../api/contract.gen";

type Schemas = components["schemas"];

export type View = Schemas["View"];
export type CallView = Schemas["CallView"];
export type Status = Schemas["Status"];
export type Party = Schemas["Party"];
export type OtherParty = Schemas["OtherParty"];
export type DialFailure = Schemas["DialFailure"];
export type TransferFailure = Schemas["TransferFailure"];
export type Snapshot = Schemas["FeedSnapshot"];
export type AnswerRequest = Schemas["AnswerRequest"];
export type ServerMessage =
  | Schemas["FeedSnapshot"]
  | Schemas["FeedResumed"]
  | Schemas["FeedView"]
  | Schemas["FeedAnswer"]
  | Schemas["FeedBeat"]
  | Schemas["FeedRenewed"];
export type ClientMessage = Schemas["FeedHello"] | Schemas["FeedToken"];

/** What the feed hands on, in order, each exactly once. */
export type FeedMessage = Schemas["FeedSnapshot"] | Schemas["FeedView"] | Schemas["FeedAnswer"];

/** Where a client stands in the feed. An empty epoch: nowhere yet, or its place is void. */
export interface Position {
  epoch: string;
  seq: number;
}

export function hello(token: string, position: Position): string {
  const message: ClientMessage = { type: "hello", token, epoch: position.epoch, seq: position.seq };
  return JSON.stringify(message);
}

export function renewal(token: string): string {
  const message: ClientMessage = { type: "token", token };
  return JSON.stringify(message);
}

/**
 * Reads one frame. A type that this page does not know gives null: a newer controller may have more to say. Throws
 * MessageError for what is not a message at all.
 */
export function read(frame: unknown): ServerMessage | null {
  if (typeof frame !== "string") throw new MessageError("a frame that is not text");
  let m: unknown;
  try {
    m = JSON.parse(frame);
  } catch {
    throw new MessageError("a frame that is not JSON");
  }
  if (!isRecord(m) || typeof m.type !== "string") throw new MessageError("a message without a type");
  const wanted = shapes[m.type];
  if (wanted === undefined) return null;
  for (const [field, kind] of Object.entries(wanted)) {
    if (!is[kind](m[field])) throw new MessageError(`${m.type} without a proper ${field}`);
  }
  if (m.away !== undefined && !isTexts(m.away)) throw new MessageError(`${m.type} without a proper away`);
  return m as unknown as ServerMessage;
}

export class MessageError extends Error {}

type Kind = "text" | "number" | "view" | "answer";

const shapes: Record<string, Record<string, Kind>> = {
  snapshot: { epoch: "text", seq: "number", data: "view" },
  resumed: { seq: "number" },
  view: { seq: "number", data: "view" },
  answer: { seq: "number", data: "answer" },
  beat: { seq: "number" },
  renewed: { expires_in: "number" },
};

const is: Record<Kind, (v: unknown) => boolean> = {
  text: (v) => typeof v === "string",
  number: (v) => Number.isSafeInteger(v) && (v as number) >= 0,
  view: (v) => isRecord(v) && isRecord(v.status) && isRecord(v.phone) && v.call !== undefined,
  answer: (v) => isRecord(v) && typeof v.call === "string" && typeof v.leg === "string",
};

function isTexts(v: unknown): boolean {
  return Array.isArray(v) && v.every((text) => typeof text === "string");
}

function isRecord(v: unknown): v is Record<string, unknown> {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}
