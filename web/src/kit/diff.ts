// What an act changed, from what the audit trail says was there before and after. Both are JSON, or nothing, or a code; written by whoever did it.
import { equal } from "./setting";

export interface Line {
  /** "" where it is all of it. */
  field: string;
  before: string;
  after: string;
}

/** The fields that differ, as text; "": it was not there. */
export function difference(before: string, after: string): Line[] {
  const [a, b] = [parsed(before), parsed(after)];
  if (!isObject(a) && !isObject(b)) return before === after ? [] : [{ field: "", before: text(a), after: text(b) }];
  const [x, y] = [isObject(a) ? a : {}, isObject(b) ? b : {}];
  const lines = [...new Set([...Object.keys(x), ...Object.keys(y)])]
    .filter((field) => !equal(x[field], y[field]))
    .map((field) => ({ field, before: text(x[field]), after: text(y[field]) }));
  // One side is no object: a code, such as a refusal's.
  if (!isObject(b) && b !== undefined) lines.push({ field: "", before: "", after: text(b) });
  return lines;
}

function parsed(json: string): unknown {
  if (json === "") return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function isObject(v: unknown): v is Record<string, unknown> {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}

function text(v: unknown): string {
  if (v === undefined) return "";
  return typeof v === "string" ? v : JSON.stringify(v);
}
