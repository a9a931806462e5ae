// What the element and its frame say to each other: hello and connect between the windows, all else on the channel that connect brings.
import type { WidgetEvents, WidgetState } from "./surface";

/** The frame, to the origin that its address names. */
export interface Hello {
  switchroom: "hello";
  version: number;
  nonce: string;
}

/** The element's answer, with a port. */
export interface Connect {
  switchroom: "connect";
  nonce: string;
}

/** From the element. */
export interface Ask {
  id: number;
  method: string;
  args: readonly unknown[];
}

/** From the frame. */
export type Tell =
  | { id: number; error: { code: string; message: string } | null }
  | { [T in keyof WidgetEvents]: { type: T; detail: WidgetEvents[T] } }[keyof WidgetEvents]
  | { state: WidgetState }
  /** The agent pressed the button for it; only the embedding window can open one that outlives this page. */
  | { window: "open" };

export function isRecord(v: unknown): v is Record<string, unknown> {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}
