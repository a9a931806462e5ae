// What is read from the API: not there yet, there, there but perhaps out of date, or not to be had. Pure.
import type { Complaint } from "../words/problems";

export interface Loaded<T> {
  /** Undefined: nothing was read yet. */
  value: T | undefined;
  /** When it was read, in ms. */
  at: number;
  busy: boolean;
  /** Why it could not be read the last time; null: it could. */
  fault: Complaint | null;
}

export type LoadedMessage<T> =
  /** Something else is wanted: what was shown is not that. */
  | { type: "wanted" }
  /** The same once more. */
  | { type: "again" }
  | { type: "read"; value: T; at: number }
  | { type: "failed"; fault: Complaint };

export const unread: Loaded<never> = { value: undefined, at: 0, busy: true, fault: null };

export function loaded<T>(state: Loaded<T>, m: LoadedMessage<T>): Loaded<T> {
  switch (m.type) {
    case "wanted":
      return unread;
    case "again":
      return { ...state, busy: true };
    case "read":
      return { value: m.value, at: m.at, busy: false, fault: null };
    case "failed":
      return { ...state, busy: false, fault: m.fault };
  }
}

/** A list that is read page by page. */
export interface Page<T> {
  items: readonly T[];
  /** Where the next page begins; null: there is none. */
  next: string | null;
  /** What those are called who stand in it. */
  names: Names;
}

/** Names of people and machines by their ids. */
export type Names = Readonly<Record<string, string>>;

/** The pages one after the other. What came twice, because something moved between two pages, is there once. */
export function joined<T extends { id: string }>(before: Page<T>, after: Page<T>): Page<T> {
  const known = new Set(before.items.map((item) => item.id));
  const items = [...before.items, ...after.items.filter((item) => !known.has(item.id))];
  return { items, next: after.next, names: { ...before.names, ...after.names } };
}
