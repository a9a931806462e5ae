import { describe, expect, it } from "vitest";
import { read } from "../feed/messages";
import { reduce } from "./reduce";
import { digitOf, pressed, type Shortcut, shortcuts, works } from "./shortcuts";
import { initial } from "./state";

const golden = import.meta.glob<string>("../../../api/testdata/ws/server-view-*.json", {
  eager: true,
  query: "?raw",
  import: "default",
});

function working(view: string, live = true): Shortcut[] {
  const m = read(golden[`../../../api/testdata/ws/server-view-${view}.json`]);
  if (m?.type !== "view") throw new Error(`${view} is no view`);
  const state = reduce({ ...initial, feed: live ? { kind: "live" } : { kind: "offline", since: 0 } }, m);
  return (Object.keys(shortcuts) as Shortcut[]).filter((s) => works(s, state));
}

const key = (code: string, held: Partial<KeyboardEvent> = {}) => ({
  code,
  altKey: true,
  shiftKey: true,
  ctrlKey: false,
  metaKey: false,
  repeat: false,
  ...held,
});

describe("shortcuts", () => {
  it("are pressed with Alt and Shift, by the key's place, once", () => {
    expect([pressed(key("KeyA")), pressed(key("Digit1")), pressed(key("Slash"))]).toEqual(["answer", "ready", "help"]);
    for (const held of [
      { altKey: false },
      { shiftKey: false },
      { ctrlKey: true },
      { metaKey: true },
      { repeat: true },
    ]) {
      expect(pressed(key("KeyA", held))).toBeNull();
    }
    expect(pressed(key("KeyQ"))).toBeNull();
  });

  it("are not digits to a keypad that has the focus, nor are the browser's own", () => {
    const typed = (key: string, held: object = {}) =>
      digitOf({
        key,
        code: "",
        altKey: false,
        shiftKey: false,
        ctrlKey: false,
        metaKey: false,
        repeat: false,
        ...held,
      });
    expect(["1", "*", "a", "Enter"].map((k) => typed(k))).toEqual(["1", "*", null, null]);
    expect(typed("#", { shiftKey: true })).toBe("#");
    expect(typed("#", { shiftKey: true, altKey: true })).toBeNull(); // Rest, where Shift and 3 are #
    expect(typed("2", { ctrlKey: true })).toBeNull(); // the browser's second tab
    expect(typed("2", { metaKey: true })).toBeNull();
    expect(typed("#", { altKey: true, ctrlKey: true })).toBe("#"); // AltGr, where it takes that
    expect(typed("1", { repeat: true })).toBeNull();
  });

  it("have a key each", () => {
    expect(new Set(Object.values(shortcuts)).size).toBe(Object.keys(shortcuts).length);
  });

  const always = ["ready", "business", "rest", "help"];
  it.each([
    ["ready", ["dial"]],
    ["offered", ["answer", "decline"]],
    ["talking", ["hold", "mute", "transfer", "keypad", "hangup"]],
    ["held", ["hold", "mute", "transfer", "hangup"]],
    ["consulting", ["mute", "complete", "cancel", "swap", "conference", "keypad", "hangup"]],
  ])("in %s do what the buttons there do, and nothing else", (view, expected) => {
    expect(working(view)).toEqual([...expected, ...always]);
  });

  it("do nothing while the server is out of reach", () => {
    expect(working("talking", false)).toEqual(["help"]);
  });
});
