import { describe, expect, it } from "vitest";
import type { CallView, View } from "../feed/messages";
import { noPhone } from "../phone/keeper";
import { reduce } from "./reduce";
import { canCommand, isInCall, isPending, isRinging, ringsHere } from "./select";
import { initial, type Message, type State } from "./state";

const call: CallView = {
  id: "c1",
  state: "offering",
  since: "2026-01-01T00:00:00Z",
  leg: "c1-a1",
  service: "demo",
  queue: "sales",
  caller: { number: "1" },
  commands: ["answer", "decline"],
};

function viewWith(c: Partial<CallView> | null): View {
  return {
    agent: "anna",
    name: "Anna",
    cti: "A1",
    queues: ["sales"],
    status: { code: c === null ? "ready" : "ringing", since: "2026-01-01T00:00:00Z" },
    phone: { device: "webrtc", number: "2001", reachable: true },
    call: c === null ? null : { ...call, ...c },
    wrap_up: null,
  };
}

let seq = 0;
const shows = (c: Partial<CallView> | null): Message => ({ type: "view", seq: ++seq, data: viewWith(c) });
const given = (...messages: Message[]): State => messages.reduce(reduce, initial);
const fault = (action: "answer" | "ready", code = "x") =>
  ({ type: "refused", fault: { action, code, title: "T", detail: "D" } }) as const;

describe("a view", () => {
  it("replaces the one before it, whole", () => {
    expect(given(shows({}), shows(null)).view).toEqual(viewWith(null));
  });

  it("is kept while the connection is away", () => {
    const s = given(shows({}), { type: "feed", status: { kind: "stale", since: 1 } });
    expect(s.view?.call?.id).toBe("c1");
    expect(canCommand(s)).toBe(true);
    expect(canCommand(reduce(s, { type: "feed", status: { kind: "offline", since: 1 } }))).toBe(false);
  });

  it("is gone for the next person", () => {
    const s = given(shows({}), fault("answer"), { type: "session", session: { kind: "signed_out", why: "ended" } });
    expect(s).toEqual({ ...initial, session: { kind: "signed_out", why: "ended" } });
  });
});

describe("a command about a call", () => {
  const asked: Message = { type: "asked", action: "answer" };
  const accepted: Message = { type: "accepted", action: "answer" };

  it("is pending until the call has changed, not until the request was accepted", () => {
    const s = given(shows({}), asked, accepted, shows({ deadline: "2026-01-01T00:00:20Z" }));
    expect(isPending(s, "answer")).toBe(true);
    expect(isPending(reduce(s, shows({ state: "connecting" })), "answer")).toBe(false);
  });

  it("is void when the call is gone, and when another has come", () => {
    expect(given(shows({}), asked, shows(null)).pending).toEqual([]);
    expect(given(shows({}), asked, shows({ id: "c2" })).pending).toEqual([]);
  });

  it("that was refused may be given again, and its fault goes with the call", () => {
    const s = given(shows({}), asked, fault("answer"));
    expect(s.pending).toEqual([]);
    expect(s.fault?.detail).toBe("D");
    expect(reduce(s, shows({})).fault).not.toBeNull();
    expect(reduce(s, shows(null)).fault).toBeNull();
  });

  it("may be given again when the microphone failed", () => {
    const s = given(shows({}), asked, accepted, { type: "phone", state: { ...noPhone, microphone: "denied" } });
    expect(s.pending).toEqual([]);
  });
});

describe("another request", () => {
  it("is pending until it was accepted", () => {
    const s = given(shows(null), { type: "asked", action: "ready" });
    expect(isPending(s, "ready")).toBe(true);
    expect(isPending(reduce(s, shows(null)), "ready")).toBe(true);
    expect(reduce(s, { type: "accepted", action: "ready" }).pending).toEqual([]);
  });

  it("takes the earlier fault away, and its own fault stays until dismissed", () => {
    const s = given(shows(null), fault("ready"), { type: "asked", action: "rest" });
    expect(s.fault).toBeNull();
    const t = given(shows(null), fault("ready"), shows(null));
    expect(t.fault).not.toBeNull();
    expect(reduce(t, { type: "dismissed" }).fault).toBeNull();
  });

  it("finds out that this is no demo", () => {
    expect(given(fault("ready", "not_a_demo")).demo).toBe(false);
  });
});

describe("ringing", () => {
  it("is what the server says, and sounds where the phone is", () => {
    const s = given(shows({}));
    expect([isRinging(s), ringsHere(s), isInCall(s)]).toEqual([true, false, false]);
    expect(ringsHere(reduce(s, { type: "phone", state: { ...noPhone, holder: "this_tab" } }))).toBe(true);
  });

  it("is over once answered", () => {
    const s = given(shows({}), shows({ state: "talking" }));
    expect([isRinging(s), isInCall(s)]).toEqual([false, true]);
  });
});
