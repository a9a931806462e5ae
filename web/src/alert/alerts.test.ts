import { afterEach, beforeEach, expect, it, vi } from "vitest";
import golden from "../../../api/testdata/ws/server-view-offered.json?raw";
import { read, type View } from "../feed/messages";
import { reduce } from "../state/reduce";
import { initial, type Message, type State } from "../state/state";
import { Alerts } from "./alerts";

const offered = read(golden);
if (offered?.type !== "view") throw new Error("it is no view");
const { data } = offered;

function rings(call: string): Message {
  return { type: "view", seq: 1, data: { ...data, call: { ...data.call, id: call } } as View };
}
const none: Message = { type: "view", seq: 1, data: { ...data, call: null } };
const live: Message = { type: "feed", status: { kind: "live" } };

/** Notifications that are shown, by their tags. */
let shown: string[];

class FakeNotification {
  onclick: (() => void) | null = null;
  readonly #tag: string;
  constructor(_: string, { tag }: { tag: string }) {
    this.#tag = tag;
    shown.push(tag);
  }
  close() {
    shown = shown.filter((tag) => tag !== this.#tag);
  }
}

let state: State;
let alerts: Alerts;

function see(...messages: Message[]): void {
  for (const m of messages) {
    state = reduce(state, m);
    alerts.update(state, "en");
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { title: "", hidden: true });
  vi.stubGlobal("Notification", FakeNotification);
  shown = [];
  state = { ...initial, notifications: "granted" };
  alerts = new Alerts(() => {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("a call that rings is notified of while the page is hidden, until it rings no more", () => {
  see(live, rings("c1"));
  expect(shown).toEqual(["c1"]);
  see(none);
  expect(shown).toEqual([]);
});

it("of a call that follows another at once only the second is left on the screen, and then none", () => {
  see(live, rings("c1"), rings("c2"));
  expect(shown).toEqual(["c2"]);
  see(none);
  expect(shown).toEqual([]);
});

it("a browser that lets pages show no notifications of their own takes nothing else away", () => {
  vi.stubGlobal(
    "Notification",
    class {
      constructor() {
        throw new TypeError("Illegal constructor");
      }
    },
  );
  see(live, rings("c1"));
  expect(document.title).not.toBe("");
  see(none);
});

it("what cannot be answered any more, because the controller is out of reach, draws nobody's eye", () => {
  see(live, none);
  const quiet = document.title;
  see(rings("c1"), { type: "feed", status: { kind: "stale", since: 0 } });
  expect(document.title).not.toBe(quiet);
  expect(shown).toEqual(["c1"]);
  see({ type: "feed", status: { kind: "offline", since: 0 } });
  vi.advanceTimersByTime(5_000);
  expect(document.title).toBe(quiet);
  expect(shown).toEqual([]);
  see(live);
  expect(shown).toEqual(["c1"]);
});
