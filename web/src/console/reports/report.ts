// Reports: what is asked, the lines that come, their totals and bars. Pure.
import type { components } from "../../api/contract.gen";
import type { Names } from "../loaded";
import type { Filter } from "../route";

type Schemas = components["schemas"];
export type CallLine = Schemas["CallReport"]["lines"][number];
export type AgentLine = Schemas["AgentReport"]["lines"][number];
export type Period = Schemas["ReportPeriod"];

export const periods: readonly Period[] = ["hour", "day", "week", "month", "whole"];

/** A report as it was asked for: everything has a value. */
export interface Asked {
  of: "calls" | "agents";
  period: Period;
  from: string;
  until: string;
}

/** What came. */
export type Report = { of: "calls"; lines: CallLine[] } | { of: "agents"; lines: AgentLine[]; names: Names };

/** The most lines that are shown; the file has all. */
export const SHOWN = 500;

/** The day that it is in a time zone, so many days later. */
export function dayIn(zone: string | undefined, at: Date, later = 0): string {
  const moved = new Date(at.getTime() + later * 86_400_000);
  const parts = (timeZone?: string) => new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(moved);
  try {
    return parts(zone);
  } catch {
    return parts();
  }
}

/** What was left open is the last seven days, by the day. Agents' work is not kept by the hour. */
export function askedOf(filter: Filter<"reports">, zone: string | undefined, now: Date): Asked {
  const of = filter.of === "agents" ? "agents" : "calls";
  const wanted = periods.find((p) => p === filter.period) ?? "day";
  return {
    of,
    period: of === "agents" && wanted === "hour" ? "day" : wanted,
    from: filter.from ?? dayIn(zone, now, -6),
    until: filter.until ?? dayIn(zone, now),
  };
}

/** Where the report is read. */
export function reportPath(filter: Filter<"reports">, { of, period, from, until }: Asked, format?: "csv"): string {
  const { service, queue, direction, split, agent } = filter;
  const more = of === "calls" ? { service, queue, direction, split } : { service, agent };
  const query = new URLSearchParams({ from, until, period });
  for (const [name, value] of Object.entries({ ...more, format })) if (value !== undefined) query.set(name, value);
  return `/api/v1/reports/${of}?${query}`;
}

/** All lines as one. What is longest is the longest of all, everything else a sum. */
export function totalOf<T extends CallLine | AgentLine>(lines: readonly T[]): T | null {
  const [first, ...rest] = lines;
  if (first === undefined) return null;
  return rest.reduce<T>((sum, line) => {
    const both = Object.entries(sum).map(([name, value]) => {
      const other = line[name as keyof T];
      if (typeof value !== "number" || typeof other !== "number") return [name, ""];
      return [name, name === "longest_wait_ms" ? Math.max(value, other) : value + other];
    });
    return Object.fromEntries(both) as T;
  }, first);
}

/** Null: there is nothing to divide by. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Of the calls that somebody could have answered, how many were within 20 s; for inbound calls only. */
export const levelOf = (l: CallLine) => share(l.within_20_s, l.completed + l.abandoned + l.overflow);

export interface Bar {
  period: string;
  all: number;
  done: number;
}

/** One bar for each period, whatever the lines are split by. */
export function barsOf(report: Report): Bar[] {
  const bars = new Map<string, Bar>();
  const add = (period: string, all: number, done: number) => {
    const bar = bars.get(period) ?? { period, all: 0, done: 0 };
    bars.set(period, { period, all: bar.all + all, done: bar.done + done });
  };
  if (report.of === "calls") for (const l of report.lines) add(l.period, l.calls, l.completed);
  else for (const l of report.lines) add(l.period, l.offers, l.offers - l.misses);
  return [...bars.values()];
}
