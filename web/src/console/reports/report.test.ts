import { describe, expect, it } from "vitest";
import { type AgentLine, askedOf, barsOf, type CallLine, dayIn, levelOf, reportPath, totalOf } from "./report";

const line = (period: string, change: Partial<CallLine> = {}): CallLine => ({
  period,
  calls: 4,
  completed: 2,
  abandoned: 1,
  overflow: 1,
  refused: 0,
  unanswered: 0,
  within_10_s: 0,
  within_20_s: 1,
  within_30_s: 1,
  within_60_s: 2,
  within_120_s: 2,
  waited_ms: 1000,
  longest_wait_ms: 900,
  queue_ms: 1,
  ring_ms: 1,
  talk_ms: 60_000,
  hold_ms: 0,
  ...change,
});
const now = new Date("2026-11-29T20:30:00Z");

describe("a report", () => {
  it("is of the last seven days where the service is, unless something else is asked for", () => {
    expect(dayIn("Asia/Seoul", now)).toBe("2026-11-30");
    expect(dayIn("America/New_York", now)).toBe("2026-11-29");
    expect(dayIn("No/Where", now)).toMatch(/^2026-11-(29|30)$/);
    expect(askedOf({}, "Asia/Seoul", now)).toEqual({
      of: "calls",
      period: "day",
      from: "2026-11-24",
      until: "2026-11-30",
    });
    expect(askedOf({ of: "<b>", period: "century", from: "2026-01-01" }, "UTC", now)).toMatchObject({
      of: "calls",
      period: "day",
      from: "2026-01-01",
    });
  });

  it("of agents is not by the hour, nor about queues", () => {
    const filter = { of: "agents", period: "hour", queue: "sales", split: "queue", agent: "a&b" };
    const asked = askedOf(filter, "UTC", now);
    expect(asked.period).toBe("day");
    expect(reportPath(filter, asked)).toBe(
      "/api/v1/reports/agents?from=2026-11-23&until=2026-11-29&period=day&agent=a%26b",
    );
  });

  it("is asked for with what it is narrowed by, and comes as a file too", () => {
    const filter = { service: "care", direction: "inbound", split: "queue" };
    expect(reportPath(filter, askedOf(filter, "UTC", now), "csv")).toBe(
      "/api/v1/reports/calls?from=2026-11-23&until=2026-11-29&period=day&service=care&direction=inbound&split=queue&format=csv",
    );
  });

  it("has a total of everything, in which the longest wait is the longest of all", () => {
    const total = totalOf([line("2026-11-28", { of: "a" }), line("2026-11-29", { of: "b", longest_wait_ms: 5000 })]);
    expect(total).toMatchObject({
      period: "",
      of: "",
      calls: 8,
      completed: 4,
      longest_wait_ms: 5000,
      talk_ms: 120_000,
    });
    expect(totalOf([])).toBeNull();
    expect(totalOf([line("2026-11-28")])).toMatchObject({ calls: 4 });
  });

  it("has a service level where there was something to answer", () => {
    expect(levelOf(line("x"))).toBe(0.25);
    expect(levelOf(line("x", { completed: 0, abandoned: 0, overflow: 0 }))).toBeNull();
  });

  it("has one bar for each period, whatever its lines are split by", () => {
    const lines = [line("1", { of: "a" }), line("1", { of: "b" }), line("2")];
    expect(barsOf({ of: "calls", lines })).toEqual([
      { period: "1", all: 8, done: 4 },
      { period: "2", all: 4, done: 2 },
    ]);
    const agents = [{ period: "1", offers: 5, misses: 2 }] as AgentLine[];
    expect(barsOf({ of: "agents", lines: agents, names: {} })).toEqual([{ period: "1", all: 5, done: 3 }]);
  });
});
