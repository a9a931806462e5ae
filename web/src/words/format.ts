// Text from the network, slugs, numbers, dates and times of the day as people read them.
import type { Language } from "./area";

/**
 * Text from the network, without what would hide or reorder the text around it: control characters and the marks of
 * writing direction. It stays text; nothing here makes it safe as HTML, and nothing uses it so.
 */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, "")
    .trim()
    .slice(0, 120)
    .replace(/\p{Cs}$/u, ""); // half a character
}

/** A longer text from the network: as plain, but its lines stay and nothing of it is cut off. */
export function lines(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, "").trim();
}

/** A slug in words: "team_meeting" → "Team Meeting". */
export function titleCase(slug: string): string {
  return plain(slug)
    .split("_")
    .filter((w) => w !== "")
    .map((w) => w.charAt(0).toUpperCase() + w.slice(1))
    .join(" ");
}

/** Words from the controller as a sentence. */
export function sentence(text: string): string {
  const t = text.trim();
  if (t === "") return "";
  return t.charAt(0).toUpperCase() + t.slice(1) + (/[.!?]$/.test(t) ? "" : ".");
}

const two = (n: number) => String(n).padStart(2, "0");

/** A running clock, the same in all languages: m:ss, or h:mm:ss; never negative. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

// Making a formatter costs more than using it a thousand times.
const kept = new Map<string, unknown>();

function once<T>(name: string, make: () => T): T {
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name) as T;
}

/** "12,345", "0.5". */
export function number(language: Language, n: number, options: Intl.NumberFormatOptions = {}): string {
  const name = `number ${language} ${JSON.stringify(options)}`;
  return once(name, () => new Intl.NumberFormat(language, options)).format(n);
}

/** One of two forms, by the language's own rules: Korean has one for all numbers. */
export function plural(language: Language, n: number, forms: { one: string; other: string }): string {
  return once(`plural ${language}`, () => new Intl.PluralRules(language)).select(n) === "one" ? forms.one : forms.other;
}

/** The day of an instant (RFC 3339) where the browser is: "Nov 20, 2026", "2026. 11. 20.". */
export function day(language: Language, at: string): string {
  return whole(inForm(language, at, { dateStyle: "medium" }));
}

/** Day and time of an instant (RFC 3339) where the browser is. Where a line ends it is broken between the two. */
export function dayAndTime(language: Language, at: string): string {
  const both = inForm(language, at, { dateStyle: "medium", timeStyle: "short" });
  const time = inForm(language, at, { timeStyle: "short" });
  return both === time ? both : `${whole(both.slice(0, -time.length))} ${whole(time)}`;
}

/** Not to be broken where a line ends. */
function whole(text: string): string {
  return text.trim().replaceAll(" ", "\u00a0");
}

/** The time of the day of an instant (ms since 1970, or RFC 3339) where the browser is, with seconds. */
export function timeOfDay(language: Language, at: number | string): string {
  return inForm(language, typeof at === "number" ? new Date(at).toISOString() : at, { timeStyle: "medium" });
}

/** What is no date is shown as it came. */
function inForm(language: Language, at: string, options: Intl.DateTimeFormatOptions): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return plain(at);
  const name = `date ${language} ${JSON.stringify(options)}`;
  return once(name, () => new Intl.DateTimeFormat(language, options)).format(time);
}

/** A span of time in words: "2 hours 5 minutes", "2시간 5분"; in seconds when it is less than a minute. */
export function span(language: Language, ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  const unit = (n: number, unit: "hour" | "minute" | "second") =>
    number(language, n, { style: "unit", unit, unitDisplay: "long" });
  if (s < 60) return unit(s, "second");
  const minutes = Math.round(s / 60);
  const parts = [unit(Math.floor(minutes / 60), "hour"), unit(minutes % 60, "minute")];
  return parts.filter((_, i) => (i === 0 ? minutes >= 60 : minutes % 60 > 0)).join(" ");
}
