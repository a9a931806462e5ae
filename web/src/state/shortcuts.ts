// What the keyboard does, wherever the focus is: always with Alt and Shift, so that no letter that is typed does anything. Pure.
import { can, canCommand, canDial } from "./select";
import type { State } from "./state";

/** In the order in which they are shown. The letters are the keys' places (KeyboardEvent.code): the same with Korean letters on. */
export const shortcuts = {
  answer: "A",
  decline: "D",
  hold: "H",
  mute: "M",
  transfer: "T",
  complete: "C",
  cancel: "X",
  swap: "S",
  conference: "J",
  keypad: "K",
  hangup: "E",
  dial: "P",
  ready: "1",
  business: "2",
  rest: "3",
  help: "/",
} as const;

export type Shortcut = keyof typeof shortcuts;

/** As it is told to screen readers (aria-keyshortcuts). */
export function keysOf(s: Shortcut): string {
  return `Alt+Shift+${shortcuts[s]}`;
}

const codes = new Map<string, Shortcut>(
  (Object.entries(shortcuts) as [Shortcut, string][]).map(([name, key]) => [
    key === "/" ? "Slash" : /\d/.test(key) ? `Digit${key}` : `Key${key}`,
    name,
  ]),
);

/** In the order of a telephone's keypad. */
export const digits: readonly string[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

type Key = Pick<KeyboardEvent, "code" | "altKey" | "shiftKey" | "ctrlKey" | "metaKey" | "repeat">;

/** The shortcut that was pressed; null: none. */
export function pressed(e: Key): Shortcut | null {
  if (!e.altKey || !e.shiftKey || e.ctrlKey || e.metaKey || e.repeat) return null;
  return codes.get(e.code) ?? null;
}

/** The tone that was typed on a keypad; null: none. With Alt or Ctrl it is a shortcut, of ours or of the browser's; with both it is AltGr, by which some layouts type #. */
export function digitOf(e: Key & Pick<KeyboardEvent, "key">): string | null {
  if (e.metaKey || e.repeat || e.altKey !== e.ctrlKey) return null;
  return digits.includes(e.key) ? e.key : null;
}

/** It does something now: exactly where its button is there and can be pressed. */
export function works(s: Shortcut, state: State): boolean {
  const { view } = state;
  if (s === "help") return true;
  if (!canCommand(state) || view === null) return false;
  const { call, status } = view;
  switch (s) {
    case "ready":
    case "business":
    case "rest":
      return status.code !== "logged_out";
    case "dial":
      return canDial(view);
    case "hold":
      return can(call, "hold") || can(call, "resume");
    case "transfer":
      return can(call, "transfer") || can(call, "consult");
    case "keypad":
      return can(call, "digits");
    default:
      return can(call, s);
  }
}
