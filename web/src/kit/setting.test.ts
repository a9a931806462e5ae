import { describe, expect, it } from "vitest";
import {
  changes,
  differences,
  equal,
  faultsAt,
  fresh,
  isDirty,
  type Message,
  reading,
  reduce,
  type Setting,
} from "./setting";

interface Queue extends Record<string, unknown> {
  name: string;
  pickup_seconds: number;
  music: string;
  version: string;
}
const stored: Queue = { name: "sales", pickup_seconds: 20, music: "default", version: "1" };
const run = (...messages: Message<Queue>[]): Setting<Queue> => messages.reduce(reduce<Queue>, reading<Queue>());
const read: Message<Queue> = { type: "read", value: stored };
const edit = (change: Partial<Queue>): Message<Queue> => ({ type: "edited", change });
const refusal = { code: "invalid", detail: "too long" };

describe("a setting", () => {
  it("is not dirty when read, and sends only what was changed", () => {
    expect(isDirty(run(read))).toBe(false);
    const s = run(read, edit({ pickup_seconds: 30 }));
    expect(isDirty(s)).toBe(true);
    expect(changes(stored, s.draft as Queue)).toEqual({ pickup_seconds: 30 });
    expect(isDirty(run(read, edit({ pickup_seconds: 30 }), edit({ pickup_seconds: 20 })))).toBe(false);
  });

  it("goes on from where the session ended, and asks where somebody else changed it since", () => {
    const { base, draft } = run(read, edit({ music: "jazz" }));
    const earlier = { base, draft };
    const again = run({ ...read, earlier });
    expect([again.draft?.music, isDirty(again), again.theirs]).toEqual(["jazz", true, null]);
    const theirs = { ...stored, pickup_seconds: 9, version: "2" };
    const both = run({ type: "read", value: theirs, earlier });
    expect([both.draft?.music, both.theirs]).toEqual(["jazz", theirs]);
    const stored2 = { ...stored, music: "jazz", version: "2" };
    expect(run({ type: "read", value: stored2, earlier })).toMatchObject({ draft: stored2, theirs: null, saved: true });
  });

  it("is saved when the server says so, and not before", () => {
    const asked = run(read, edit({ music: "jazz" }), { type: "saving" });
    expect(asked.saved).toBe(false);
    const value = { ...stored, music: "jazz", version: "2" };
    const s = reduce(asked, { type: "saved", value, sent: asked.draft as Queue });
    expect(s).toMatchObject({ phase: "editing", base: value, draft: value, saved: true });
    expect(reduce(s, edit({ music: "rock" })).saved).toBe(false);
  });

  it("keeps what is typed while it is being saved", () => {
    const asked = run(read, edit({ music: "jazz" }), { type: "saving" });
    const typed = reduce(asked, edit({ pickup_seconds: 9 }));
    const value = { ...stored, music: "jazz", version: "2" };
    const s = reduce(typed, { type: "saved", value, sent: asked.draft as Queue });
    expect(s.draft).toEqual({ ...value, pickup_seconds: 9 });
    expect(s.saved).toBe(false);
    expect(changes(value, s.draft as Queue)).toEqual({ pickup_seconds: 9 });
  });

  it("says at a field what was refused of it, until that is edited", () => {
    const s = run(
      read,
      edit({ music: "x" }),
      { type: "saving" },
      { type: "refused", complaint: refusal, field: "/music" },
    );
    expect(s).toMatchObject({ phase: "editing", faults: { "/music": refusal }, fault: null });
    expect(reduce(s, edit({ pickup_seconds: 1 })).faults).toEqual({ "/music": refusal });
    expect(reduce(s, edit({ music: "y" })).faults).toEqual({});
  });

  it("says as a whole what is no field's fault, and keeps the draft", () => {
    const s = run(read, edit({ music: "x" }), { type: "saving" }, { type: "refused", complaint: refusal, field: "" });
    expect(s).toMatchObject({ fault: refusal, faults: {} });
    expect(isDirty(s)).toBe(true);
  });

  describe("that somebody else changed meanwhile", () => {
    const theirs = { ...stored, music: "jazz", pickup_seconds: 40, version: "2" };
    const both = run(read, edit({ music: "rock" }), { type: "saving" }, { type: "changed_meanwhile", value: theirs });

    it("shows what they changed, and what was changed here, too", () => {
      expect(differences(both)).toEqual([
        { name: "pickup_seconds", was: 20, now: 40, mine: undefined },
        { name: "music", was: "default", now: "jazz", mine: "rock" },
      ]);
    });

    it("takes mine over theirs, and loses nothing that only they changed", () => {
      const s = reduce(both, { type: "chosen", whose: "mine" });
      expect(s.draft).toEqual({ ...theirs, music: "rock" });
      expect(s.base).toBe(theirs);
      expect(isDirty(s)).toBe(true);
    });

    it("takes theirs", () => {
      const s = reduce(both, { type: "chosen", whose: "theirs" });
      expect(s.draft).toBe(theirs);
      expect(isDirty(s)).toBe(false);
    });

    it("is saved if what is there is what was wanted: an answer had been lost", () => {
      const value = { ...stored, music: "rock", version: "2" };
      const s = run(read, edit({ music: "rock" }), { type: "saving" }, { type: "changed_meanwhile", value });
      expect(s).toMatchObject({ saved: true, theirs: null, base: value });
    });
  });

  it("goes back to what is stored", () => {
    expect(run(read, edit({ music: "x" }), { type: "discarded" }).draft).toEqual(stored);
    expect(fresh(stored).base).toBe(stored);
  });

  it("keeps what it had when it cannot be read again", () => {
    expect(run(read, { type: "unread", complaint: refusal })).toMatchObject({ fault: refusal, draft: stored });
  });
});

describe("helpers", () => {
  it("compare as JSON does", () => {
    expect(equal({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] })).toBe(true);
    expect(equal([1, 2], [2, 1])).toBe(false);
    expect(equal([], {})).toBe(false);
    expect(equal({ a: undefined }, {})).toBe(true);
  });

  it("find the complaints of one field and its parts", () => {
    const faults = { "/numbers/0/label": refusal, "/numbers": refusal, "/numberses": refusal };
    expect(faultsAt(faults, "numbers")).toEqual({ "/0/label": refusal, "": refusal });
  });
});
