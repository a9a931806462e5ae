// What a setting's fields are, as data: forms, lists and what is said of changes are made of it.
import { plain } from "../words/format";
import { equal, type Values } from "./setting";

export interface Option {
  value: string;
  text: string;
}

export type Field = {
  name: string;
  label: string;
  /** What it does, in a sentence. */
  hint?: string;
  /** It is given once, when the thing is made, and stays. */
  fixed?: boolean;
} & Kind;

type Kind =
  | { kind: "text"; max: number; required?: boolean; suggestions?: readonly string[]; secret?: boolean }
  | { kind: "number"; min: number; max: number; unit?: string }
  | { kind: "switch" }
  /** none: what to call the empty choice; without it one has to be chosen. */
  | { kind: "choice"; options: readonly Option[]; none?: string }
  /** An instant, by the clock where the browser is; null: none. */
  | { kind: "moment" }
  /** A date, and nothing of the time. */
  | { kind: "date" }
  /** A time of the day, 00:00 to 24:00. */
  | { kind: "time" }
  /** One text of several lines. */
  | { kind: "prose"; max: number }
  /** Texts, one per line. */
  | { kind: "lines" }
  /** Some of many, in no order. */
  | { kind: "picks"; options: readonly Option[] }
  /** Things with fields of their own, in order; fresh is what a new one begins with. A single column without a name: the rows are texts. */
  | { kind: "rows"; columns: readonly Field[]; fresh: unknown; add: string };

/** The parts of a form: fields under a title. */
export interface Group {
  title: string;
  /** What is said above the fields. */
  intro?: string;
  fields: readonly Field[];
}

/** What is typed as a number: a number when it is a whole one; else as typed, for the server to refuse. */
export function numberOf(text: string): number | string {
  const t = text.trim();
  return /^-?\d{1,9}$/.test(t) ? Number(t) : t;
}

/** An instant (RFC 3339) as an input of the browser writes it: 2026-11-20T18:30, by the local clock. */
export function localOf(at: unknown): string {
  const time = typeof at === "string" ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time)) return "";
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** And back. Null: there is none. */
export function instantOf(local: string): string | null {
  const time = Date.parse(local);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** Lines of text; blank ones are nothing. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((l) => l.trim())
    .filter((l) => l !== "");
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The options, and what is chosen though it is not among them any more. */
export function optionsWith(options: readonly Option[], chosen: readonly string[]): Option[] {
  const missing = chosen.filter((v) => v !== "" && !options.some((o) => o.value === v));
  return [...options, ...missing.map((v) => ({ value: v, text: plain(v) }))];
}

/** The one at i moved by one place; where there is no such place it stays. */
export function moved<T>(list: readonly T[], i: number, by: -1 | 1): T[] {
  const out = [...list];
  const [a, b] = [out[i], out[i + by]];
  if (a === undefined || b === undefined) return out;
  out[i] = b;
  out[i + by] = a;
  return out;
}

interface YesNo {
  yes: string;
  no: string;
  none: string;
}

/** A field's value in words, for who compares two of them. */
export function shown(w: YesNo, field: Field | undefined, value: unknown): string {
  if (value === null || value === undefined || value === "") return w.none;
  if (typeof value === "boolean") return value ? w.yes : w.no;
  if (Array.isArray(value)) return value.length === 0 ? w.none : value.map((v) => shown(w, inner(field), v)).join(", ");
  if (typeof value === "object") return row(w, field, value as Values);
  const option = field && "options" in field ? field.options.find((o) => o.value === value) : undefined;
  return option?.text ?? plain(String(value));
}

function inner(field: Field | undefined): Field | undefined {
  return field?.kind === "rows" && field.columns.length === 1 ? field.columns[0] : field;
}

function row(w: YesNo, field: Field | undefined, value: Values): string {
  const columns = field?.kind === "rows" ? field.columns : [];
  const parts = Object.entries(value)
    .filter(([, v]) => !equal(v, false) && v !== "" && v !== null)
    .map(([name, v]) => {
      const column = columns.find((c) => c.name === name);
      return v === true ? (column?.label ?? name) : shown(w, column, v);
    });
  return parts.join(" · ");
}
