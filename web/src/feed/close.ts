// What to do after the feed's socket was closed: the code's range says it (see the table at /api/v1/feed in the contract).

export type Remedy = "reconnect" | "renew_token" | "stop";

export const CLOSE = {
  /** The client's own: nothing was heard for too long, or what was heard is no feed. */
  normal: 1000,
  badMessage: 4200,
  tooBig: 4201,
  tooMany: 4203,
  notAnAgent: 4204,
} as const;

/** Codes outside the table (1006: cut off, 1001: going away, …) are the network's: reconnect. */
export function remedy(code: number): Remedy {
  if (code >= 4100 && code <= 4199) return "renew_token";
  if (code >= 4200 && code <= 4999) return "stop";
  return "reconnect";
}
