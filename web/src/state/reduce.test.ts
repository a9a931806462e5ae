import { describe, expect, it } from "vitest";
import type { FeedStatus } from "../feed/client";
import type { CallView, View } from "../feed/messages";
import { noPhone } from "../phone/keeper";
import { reduce } from "./reduce";
import { belongsToDialog, canCommand, isInCall, isOnPhone, isPending, isRinging, ringsHere } from "./select";
import { type CallAction, initial, type Message, type Panel, type State } from "./state";

const call: CallView = {
  id: "c1",
  node: "pbx-1",
  state: "offering",
  since: "2026-01-01T00:00:00Z",
  role: "agent",
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
const live: Message = { type: "feed", status: { kind: "live" } };
const given = (...messages: Message[]): State => messages.reduce(reduce, initial);
const fault = (action: CallAction | "ready", code = "x") =>
  ({ type: "refused", fault: { action, code, detail: "D" } }) as const;

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

describe("Mute", () => {
  const on: Partial<CallView> = { state: "talking", commands: ["mute"] };

  it("is pending until it is so, whatever else happens to the call", () => {
    const s = given(shows(on), { type: "asked", action: "mute" }, { type: "accepted", action: "mute" });
    expect(isPending(reduce(s, shows({ ...on, state: "held" })), "mute")).toBe(true);
    expect(isPending(reduce(s, shows({ ...on, state: "held", muted: true })), "mute")).toBe(false);
  });

  it("is done when it was accepted, where it was so already: a page that embeds the widget may ask twice", () => {
    const again = given(shows({ ...on, muted: true }), { type: "asked", action: "mute", muted: true });
    expect(isPending(reduce(again, { type: "accepted", action: "mute" }), "mute")).toBe(false);
    expect(isPending(reduce(again, shows({ ...on, muted: true })), "mute")).toBe(false);
    const first = given(
      shows(on),
      { type: "asked", action: "mute", muted: true },
      { type: "accepted", action: "mute" },
    );
    expect(isPending(first, "mute")).toBe(true);
  });

  it("can be taken back", () => {
    const s = given(shows({ ...on, muted: true }), { type: "asked", action: "mute" });
    expect(isPending(reduce(s, shows({ ...on, muted: true })), "mute")).toBe(true);
    expect(isPending(reduce(s, shows(on)), "mute")).toBe(false);
  });
});

describe("a command that leads back to the same state", () => {
  it("is done when the call has been elsewhere meanwhile, seen or not", () => {
    const held: Partial<CallView> = { state: "held", commands: ["consult"] };
    const s = given(shows(held), { type: "asked", action: "consult" });
    expect(isPending(reduce(s, shows({ ...held, held_long: 1 })), "consult")).toBe(true);
    expect(isPending(reduce(s, shows({ ...held, since: "2026-01-01T00:00:30Z" })), "consult")).toBe(false);
  });
});

describe("digits", () => {
  const talking: Partial<CallView> = { state: "talking", commands: ["digits"] };

  it("are done when they were accepted: nothing shows them", () => {
    const s = given(shows(talking), { type: "asked", action: "digits" });
    expect(isPending(reduce(s, { type: "accepted", action: "digits" }), "digits")).toBe(false);
  });

  it("are those that were sent in this call", () => {
    const s = given(shows(talking), { type: "digits_sent", digits: "12" }, { type: "digits_sent", digits: "#" });
    expect(reduce(s, shows({ ...talking, muted: true })).digits).toBe("12#");
    expect(reduce(s, shows({ ...talking, id: "c2" })).digits).toBe("");
  });
});

describe("what is open beside the call", () => {
  const talking: Partial<CallView> = {
    state: "talking",
    commands: ["transfer", "consult", "digits", "force_disconnect"],
  };
  const open = (panel: Panel | null): Message => ({ type: "panel", panel });

  it.each(["transfer", "keypad", "disconnect"] as const)("%s: is there while it is possible", (panel) => {
    const s = given(shows(talking), open(panel));
    expect(s.panel).toBe(panel);
    expect(reduce(s, shows({ ...talking, muted: true })).panel).toBe(panel);
    expect(reduce(s, open(null)).panel).toBeNull();
    expect(reduce(s, shows({ ...talking, commands: ["hangup"] })).panel).toBeNull();
    expect(reduce(s, shows({ ...talking, id: "c2" })).panel).toBeNull();
    expect(reduce(s, shows(null)).panel).toBeNull();
  });

  it("does not open where it is not possible", () => {
    expect(given(shows({ state: "talking", commands: ["hangup"] }), open("transfer")).panel).toBeNull();
    expect(given(shows(null), open("keypad")).panel).toBeNull();
  });

  it("takes its own fault with it, and no other", () => {
    const s = given(shows(talking), open("transfer"));
    expect(reduce(reduce(s, fault("consult")), open(null)).fault).toBeNull();
    expect(reduce(reduce(s, fault("ready")), open(null)).fault).not.toBeNull();
  });

  it("the agents who are Ready are forgotten with the dialog", () => {
    const ben = { agent: "ben", name: "Ben", number: "2002", queues: [] };
    const found: Message = { type: "directory", change: { found: [ben] } };
    const s = given(shows(talking), open("transfer"), { type: "directory", change: { search: "b" } }, found);
    expect(s.directory).toEqual({ search: "b", found: [ben], fault: null });
    expect(reduce(reduce(s, open(null)), open("transfer")).directory.found).toBeNull();
    expect(given(shows(talking), found).directory.found).toBeNull();
  });
});

describe("Dial up", () => {
  const open: Message = { type: "panel", panel: "dial" };
  const asked: Message = { type: "asked", action: "dial" };
  const accepted: Message = { type: "accepted", action: "dial" };
  const placed: Partial<CallView> = { state: "dialing", outbound: true, commands: ["answer", "decline", "hangup"] };
  const fails = (call: string): Message => ({
    type: "view",
    seq: ++seq,
    data: { ...viewWith(null), dial_failure: { call, number: "1", why: "busy", at: "2026-01-01T00:00:00Z" } },
  });

  it("is pending until the call is there, whichever comes first", () => {
    const s = given(shows(null), open, asked, accepted);
    expect([isPending(s, "dial"), s.panel]).toEqual([true, "dial"]);
    const there = reduce(s, shows(placed));
    expect([isPending(there, "dial"), there.panel]).toEqual([false, null]);
    expect(isPending(given(shows(null), open, asked, shows(placed), accepted), "dial")).toBe(false);
  });

  it("is done when the call has come to nothing already, and after a gap in what was told", () => {
    const s = given(fails("c0"), open, asked, accepted);
    expect(isPending(reduce(s, fails("c0")), "dial")).toBe(true);
    expect(isPending(reduce(s, fails("c1")), "dial")).toBe(false);
    const snapshot: Message = { type: "snapshot", epoch: "e", seq: 1, data: viewWith(null) };
    expect(isPending(reduce(s, snapshot), "dial")).toBe(false);
  });

  it("keeps its dialog while it was refused, and takes the fault with it", () => {
    const refused: Message = {
      type: "refused",
      fault: { action: "dial", code: "bad_number", detail: "D" },
    };
    const s = given(shows(null), open, asked, refused);
    expect([isPending(s, "dial"), s.panel, belongsToDialog(s)]).toEqual([false, "dial", true]);
    expect(reduce(s, { type: "panel", panel: null }).fault).toBeNull();
  });

  it("keeps what was entered over a call that comes in between, until it is dialled or closed", () => {
    const entered = given(shows(null), open, { type: "entry", number: "0301" });
    const interrupted = reduce(reduce(entered, shows({})), shows(null));
    expect([interrupted.panel, interrupted.entry, reduce(interrupted, open).entry]).toEqual([null, "0301", "0301"]);
    expect(reduce(entered, shows(placed)).entry).toBe("");
    expect(reduce(entered, { type: "panel", panel: null }).entry).toBe("");
  });

  it("is no ringing: the own phone just comes first", () => {
    const s = given(shows(placed));
    expect([isRinging(s), isInCall(s)]).toEqual([false, true]);
    expect(isRinging(given(shows({ ...placed, role: "target" })))).toBe(true);
  });

  it("is closed by a call that comes, and by logging out", () => {
    expect(given(shows(null), open, shows({})).panel).toBeNull();
    const out: Message = {
      type: "view",
      seq: ++seq,
      data: { ...viewWith(null), status: { code: "logged_out", since: "2026-01-01T00:00:00Z" } },
    };
    expect(given(shows(null), open, out).panel).toBeNull();
    expect(given(out, open).panel).toBeNull();
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
    const s = given(live, shows({}));
    expect([isRinging(s), ringsHere(s), isInCall(s)]).toEqual([true, false, false]);
    expect(ringsHere(reduce(s, { type: "phone", state: { ...noPhone, holder: "this_tab" } }))).toBe(true);
  });

  it("sounds for as long as it can be answered: what the server said before it was lost may have ended long ago", () => {
    const here: Message = { type: "phone", state: { ...noPhone, holder: "this_tab" } };
    const at = (...status: FeedStatus[]) =>
      given(live, shows({}), here, ...status.map((s) => ({ type: "feed", status: s }) as const));
    expect(ringsHere(at({ kind: "stale", since: 1 }))).toBe(true);
    expect(ringsHere(at({ kind: "stale", since: 1 }, { kind: "offline", since: 1 }))).toBe(false);
    expect(ringsHere(at({ kind: "stopped", code: 4203 }))).toBe(false);
    expect(ringsHere(at({ kind: "offline", since: 1 }, { kind: "live" }))).toBe(true);
  });

  it("is over once answered", () => {
    const s = given(shows({}), shows({ state: "talking", commands: ["hangup"] }));
    expect([isRinging(s), isInCall(s)]).toEqual([false, true]);
  });

  it.each([
    ["consult_ringing", "target"],
    ["transferring", "target"],
    ["rejoining", "target"],
    ["recalling", "agent"],
  ] as const)("is %s too, for the %s", (state, role) => {
    expect(isRinging(given(shows({ state, role })))).toBe(true);
  });

  it("of a colleague's phone does not ring here", () => {
    const s = given(shows({ state: "consult_ringing", commands: ["complete", "cancel"] }));
    expect([isRinging(s), isInCall(s)]).toEqual([false, true]);
  });
});

describe("the phone is believed to carry the call", () => {
  const on = (c: Partial<CallView>) => isOnPhone({ ...call, commands: ["hangup"], ...c });

  it.each(["talking", "held", "consult_ringing", "consulting", "swapped", "conference", "agents_only"] as const)(
    "of its owner, %s",
    (state) => expect(on({ state })).toBe(true),
  );

  it.each(["consulting", "swapped", "conference", "agents_only"] as const)("of the target, %s", (state) =>
    expect(on({ state, role: "target" })).toBe(true),
  );

  it.each(["agent", "target"] as const)("of the %s, who waits for the other's", (role) => {
    const other = { kind: "agent", agent: "ben", party: { number: "2002" } } as const;
    expect(on({ state: "rejoining", role, other: { ...other, rejoins: true } })).toBe(true);
    expect(on({ state: "rejoining", role, other })).toBe(false);
  });

  it("neither while it rings nor while it is called back", () => {
    const rings = { commands: ["answer", "decline"] } as const satisfies Partial<CallView>;
    expect(on({ state: "consult_ringing", role: "target", commands: [...rings.commands] })).toBe(false);
    expect(on({ state: "rejoining", role: "target", commands: [...rings.commands] })).toBe(false);
    for (const state of ["rejoining", "offering", "recalling", "connecting", "ended"] as const)
      expect(on({ state })).toBe(false);
  });
});
