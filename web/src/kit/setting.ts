// A setting that somebody edits: read with its version, changed here, stored only if it is still that version. Pure; use-setting.ts does the asking.
import type { Complaint } from "../words/problems";

/** What the API stores under a version. */
export type Values = Readonly<Record<string, unknown>>;

export interface Setting<T extends Values> {
  phase: "reading" | "editing" | "saving";
  /** As the server said it last; null until then. */
  base: T | null;
  /** As it is edited here. */
  draft: T | null;
  /** What was refused of it, by JSON pointer: /numbers/0/label. */
  faults: Readonly<Record<string, Complaint>>;
  /** What was refused as a whole, or why it could not be read. */
  fault: Complaint | null;
  /** What somebody else made of it meanwhile: the person has to choose. */
  theirs: T | null;
  /** The server has said that all of the draft is stored. */
  saved: boolean;
}

export type Message<T extends Values> =
  | { type: "read"; value: T; earlier?: Earlier<T> }
  | { type: "unread"; complaint: Complaint }
  | { type: "edited"; change: Partial<T> }
  | { type: "saving" }
  /** sent: the draft that was stored. */
  | { type: "saved"; value: T; sent: T }
  | { type: "refused"; complaint: Complaint; field: string }
  | { type: "changed_meanwhile"; value: T }
  | { type: "chosen"; whose: "mine" | "theirs" }
  | { type: "discarded" };

/** What somebody had made of it when their session ended. */
export type Earlier<T extends Values> = Pick<Setting<T>, "base" | "draft">;

export function reading<T extends Values>(): Setting<T> {
  return { phase: "reading", base: null, draft: null, faults: {}, fault: null, theirs: null, saved: false };
}

/** One that is not stored anywhere yet. */
export function fresh<T extends Values>(value: T): Setting<T> {
  return { ...reading<T>(), phase: "editing", base: value, draft: value };
}

export function reduce<T extends Values>(s: Setting<T>, m: Message<T>): Setting<T> {
  switch (m.type) {
    case "read":
      return m.earlier === undefined ? fresh(m.value) : resumed(m.earlier, m.value);
    case "unread":
      return { ...s, fault: m.complaint };
    case "edited":
      return s.draft === null ? s : { ...s, draft: { ...s.draft, ...m.change }, saved: false, ...without(s, m.change) };
    case "saving":
      return { ...s, phase: "saving", faults: {}, fault: null, saved: false };
    case "saved": {
      const draft = s.draft === null ? m.value : rebased(m.sent, m.value, s.draft);
      return { ...fresh(m.value), draft, saved: equal(draft, m.value) };
    }
    case "refused":
      return m.field === ""
        ? { ...s, phase: "editing", fault: m.complaint }
        : { ...s, phase: "editing", faults: { [m.field]: m.complaint } };
    case "changed_meanwhile":
      return meanwhile(s, m.value);
    case "chosen":
      return chosen(s, m.whose);
    case "discarded":
      return s.base === null ? s : fresh(s.base);
  }
}

/** What was begun goes on; what somebody else changed since is a conflict as any other. */
function resumed<T extends Values>({ base, draft }: Earlier<T>, value: T): Setting<T> {
  if (base === null || draft === null) return fresh(value);
  const begun = { ...fresh(base), draft };
  return equal(base, value) ? begun : meanwhile(begun, value);
}

/** A request that was repeated finds its own change there: that is no conflict. */
function meanwhile<T extends Values>(s: Setting<T>, theirs: T): Setting<T> {
  if (s.draft !== null && Object.keys(changes(theirs, s.draft)).length === 0) return { ...fresh(theirs), saved: true };
  return { ...s, phase: "editing", theirs };
}

function chosen<T extends Values>(s: Setting<T>, whose: "mine" | "theirs"): Setting<T> {
  const { base, draft, theirs } = s;
  if (theirs === null) return s;
  if (whose === "theirs" || base === null || draft === null) return fresh(theirs);
  return { ...fresh(theirs), draft: rebased(base, theirs, draft) };
}

/** What was refused is not said any more of what has been edited since. */
function without<T extends Values>(s: Setting<T>, change: Partial<T>): Pick<Setting<T>, "faults"> {
  const left = Object.entries(s.faults).filter(([at]) => !Object.hasOwn(change, at.split("/")[1] ?? ""));
  return { faults: Object.fromEntries(left) };
}

/** What was changed from one to the other, laid over a third. */
function rebased<T extends Values>(from: T, onto: T, draft: T): T {
  return { ...onto, ...changes(from, draft) };
}

/** The fields of the draft that differ; the version is none. */
export function changes<T extends Values>(base: T, draft: T): Partial<T> {
  const changed = Object.entries(draft).filter(([name, v]) => name !== "version" && !equal(v, base[name]));
  return Object.fromEntries(changed) as Partial<T>;
}

export function isDirty<T extends Values>({ base, draft }: Setting<T>): boolean {
  return base !== null && draft !== null && Object.keys(changes(base, draft)).length > 0;
}

/** One field that somebody else changed: as it was when it was read, as it is stored now, and as it stands here if it was changed here, too. */
export interface Difference {
  name: string;
  was: unknown;
  now: unknown;
  /** undefined: it was not changed here. */
  mine: unknown;
}

export function differences<T extends Values>({ base, draft, theirs }: Setting<T>): Difference[] {
  if (base === null || draft === null || theirs === null) return [];
  const mine = changes(base, draft);
  return Object.entries(changes(base, theirs)).map(([name, now]) => ({ name, was: base[name], now, mine: mine[name] }));
}

/** Tells whether two values are the same JSON, whatever the order of their fields. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [x, y] = [a as Values, b as Values];
  const names = new Set([...Object.keys(x), ...Object.keys(y)]);
  return [...names].every((name) => equal(x[name], y[name]));
}

/** The complaints about one field, or about a part of it: by the rest of the path, "" for all of it. */
export function faultsAt(faults: Readonly<Record<string, Complaint>>, name: string): Record<string, Complaint> {
  const here = `/${name}`;
  const found = Object.entries(faults).filter(([at]) => at === here || at.startsWith(`${here}/`));
  return Object.fromEntries(found.map(([at, complaint]) => [at.slice(here.length), complaint]));
}
