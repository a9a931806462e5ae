import { describe, expect, it } from "vitest";
import { read } from "../feed/messages";
import { reduce } from "../state/reduce";
import { initial, type Message, type State } from "../state/state";
import { happened, widgetState } from "./told";

const golden = import.meta.glob<string>("../../../api/testdata/ws/server-*.json", {
  eager: true,
  query: "?raw",
  import: "default",
});

const signedIn: State = {
  ...initial,
  session: { kind: "signed_in", identity: { id: "anna", name: "Anna Berg", roles: ["agent"] } },
  feed: { kind: "live" },
};

function view(name: string): Message {
  const m = read(golden[`../../../api/testdata/ws/server-${name}.json`]);
  if (m?.type !== "view" && m?.type !== "snapshot") throw new Error(`${name} is no view`);
  return m;
}

const next = (state: State, ...messages: Message[]) => messages.reduce(reduce, state);
const types = (before: State, now: State) => happened(before, now, "https://c.example").map((t) => t.type);

const ready = next(signedIn, view("view-ready"));
const offered = next(ready, view("view-offered"));
const talking = next(offered, view("view-talking"));
const done = next(talking, view("view-ticket-processing"));

describe("an embedding page is told", () => {
  it("of a call: that it rings, is answered, has a ticket, has ended", () => {
    expect(types(ready, offered)).toEqual(["status", "call-ringing"]);
    expect(types(offered, talking)).toEqual(["status", "call-answered", "ticket"]);
    expect(types(talking, done)).toEqual(["status", "call-ended"]);
  });

  it("of a change that does not touch it nothing", () => {
    expect(types(talking, next(talking, { type: "panel", panel: "keypad" }, view("view-talking")))).toEqual([]);
  });

  it("of the ticket with its address", () => {
    const { ticket, id } = talking.view?.call ?? {};
    expect(happened(offered, talking, "https://c.example").at(-1)).toEqual({
      type: "ticket",
      detail: { id: ticket, call: id, url: `https://c.example/tickets/${ticket}` },
    });
  });

  it("of a call that was there when its page was loaded only if it rings", () => {
    expect(types(signedIn, next(signedIn, view("view-talking")))).toEqual(["status"]);
    expect(types(signedIn, next(signedIn, view("view-offered")))).toEqual(["status", "call-ringing"]);
  });

  it("of hold and resume by the status alone", () => {
    const held = next(talking, view("view-held"));
    expect(types(talking, held)).toEqual(["status"]);
    expect(types(held, next(held, view("view-talking")))).toEqual(["status"]);
  });

  it("of who signs in and out, of where the phone is, of what failed", () => {
    expect(types(initial, signedIn)).toEqual(["session"]);
    expect(types(ready, next(ready, { type: "session", session: { kind: "signed_out", why: "ended" } }))).toEqual([
      "session",
    ]);
    const here = next(ready, { type: "phone", state: { ...ready.phone, holder: "this_tab" } });
    expect(happened(ready, here, "")).toEqual([{ type: "phone", detail: { phone: "here" } }]);
    const failed = next(ready, { type: "refused", fault: { action: "dial", code: "denied", detail: "No." } });
    expect(happened(ready, failed, "")).toEqual([{ type: "error", detail: { code: "denied", message: "No." } }]);
  });

  it("of another system's page once for each call, and of none that is no https page", () => {
    const call = offered.view?.call?.id ?? "";
    const pop = (url: string, when: "ring" | "answer" = "ring"): Message => ({
      type: "caller",
      known: { call, caller: { tickets: 0, latest: [], screen_pop: { url, when } } },
    });
    const popped = next(offered, pop("https://crm.example/?n=1"));
    expect(happened(offered, popped, "")).toEqual([
      { type: "screen-pop", detail: { url: "https://crm.example/?n=1", call } },
    ]);
    expect(types(popped, next(popped, view("view-talking")))).not.toContain("screen-pop");
    expect(types(offered, next(offered, pop("javascript:alert(1)")))).toEqual([]);
    const later = next(offered, pop("https://crm.example/", "answer"));
    expect(types(offered, later)).toEqual([]);
    expect(types(later, next(later, view("view-talking")))).toContain("screen-pop");
  });

  it("of a call what is documented, and nothing more", () => {
    expect(Object.keys(widgetState(talking)).sort()).toEqual(["agent", "call", "live", "phone", "signedIn", "status"]);
    const fields = ["connectedAt", "direction", "id", "muted", "name", "number", "queue", "ringing", "service"];
    expect(Object.keys(widgetState(talking).call ?? {}).sort()).toEqual([...fields, "state", "ticket"]);
    expect(Object.keys(widgetState(talking).status ?? {}).sort()).toEqual(["code", "since"]);
  });

  it("names of strangers as plain text", () => {
    const name = widgetState(next(ready, view("view-offered-hostile-name"))).call?.name ?? "";
    expect(name).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  });
});
