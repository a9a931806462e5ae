import { describe, expect, it } from "vitest";
import { dayOf, startOfDay, startOfNextDay } from "./days";
import { joined, loaded, type Page, unread } from "./loaded";
import { listPath } from "./records";

describe("a day", () => {
  it("begins at midnight where the browser is and ends when the next begins", () => {
    expect(startOfDay("2026-11-29")).toBe(new Date(2026, 10, 29).toISOString());
    expect(startOfNextDay("2026-12-31")).toBe(new Date(2027, 0, 1).toISOString());
    expect(dayOf(new Date(2026, 0, 1, 23, 59), -1)).toBe("2025-12-31");
  });

  it.each([undefined, "", "2026-02-30", "2026-13-01", "today", "2026-1-1", "<script>"])("%s is none", (text) => {
    expect(startOfDay(text)).toBeUndefined();
  });
});

describe("a list's address", () => {
  it("says what it is narrowed by, days as instants, and where the page begins", () => {
    const query = new URLSearchParams(
      listPath("/x", { tag: "a&b", from: "2026-11-01", until: "2026-11-01" }, "n1").slice(3),
    );
    expect(Object.fromEntries(query)).toEqual({
      tag: "a&b",
      from: startOfDay("2026-11-01"),
      until: startOfDay("2026-11-02"),
      after: "n1",
    });
    expect(listPath("/x", { from: "nonsense" }, null)).toBe("/x");
  });
});

describe("what is read", () => {
  const fault = { code: "unreachable", detail: "" };

  it("stays when it cannot be read again, and is then known to be old", () => {
    const there = loaded(unread as never, { type: "read", value: 1, at: 5 });
    const failed = loaded(loaded(there, { type: "again" }), { type: "failed", fault });
    expect(failed).toEqual({ value: 1, at: 5, busy: false, fault });
    expect(loaded(failed, { type: "read", value: 2, at: 6 })).toEqual({ value: 2, at: 6, busy: false, fault: null });
  });

  it("is gone as soon as something else is wanted", () => {
    expect(loaded({ value: 1, at: 5, busy: false, fault }, { type: "wanted" })).toEqual(unread);
  });

  it("has each item once, also when the pages overlap", () => {
    const first: Page<{ id: string }> = { items: [{ id: "3" }, { id: "2" }], next: "n", names: {} };
    expect(joined(first, { items: [{ id: "2" }, { id: "1" }], next: null, names: {} })).toEqual({
      items: [{ id: "3" }, { id: "2" }, { id: "1" }],
      next: null,
      names: {},
    });
  });
});
