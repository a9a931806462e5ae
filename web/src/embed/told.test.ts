import { describe, expect, it } from "vitest";
import { read } from "../feed/messages";
import { reduce } from "../state/reduce";
import { initial, type Message, type State } from "../state/state";
import { happened, lostCall, passedOn, widgetState } from "./told";

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
/** The call as it was, but for that. */
function changed(state: State, change: object): State {
  const { view } = state;
  if (!view?.call) throw new Error("there is no call");
  return { ...state, view: { ...view, call: { ...view.call, ...change } } };
}
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

  it("of a conference: that it begins and ends, and with whom", () => {
    const consulting = next(talking, view("view-consulting"));
    const conference = next(consulting, view("view-conference"));
    const ben = { kind: "agent", id: "ben", number: "2002", name: "Ben Okafor" };
    expect(types(talking, consulting)).toEqual(["status"]);
    expect(happened(consulting, conference, "").at(-1)).toMatchObject({
      type: "conference-began",
      detail: { call: { other: ben }, with: ben },
    });
    expect(happened(conference, next(conference, view("view-talking")), "").slice(-1)).toMatchObject([
      { type: "conference-ended", detail: { with: ben } },
    ]);
    expect(types(conference, done)).toEqual(["status", "conference-ended", "call-ended"]);
    const lost = changed(conference, { state: "rejoining" });
    expect(types(conference, lost)).toEqual([]);
    expect(types(lost, conference)).toEqual([]);
  });

  it("of a call that a colleague passes on to this agent, and who that is", () => {
    const consulted = next(ready, view("view-consult-ringing-target"));
    const anna = { kind: "agent", id: "anna", number: "2001", name: "Anna Berg" };
    expect(happened(ready, consulted, "")).toContainEqual({
      type: "call-ringing",
      detail: { call: expect.objectContaining({ ringing: true, other: anna }) },
    });
    const consulting = next(consulted, view("view-consulting-target"));
    const own = changed(consulting, { state: "talking", role: "agent", other: undefined });
    expect(happened(consulting, own, "")).toMatchObject([{ type: "transferred-here", detail: { from: anna } }]);
  });

  it("of a transfer that came to nothing once, and why", () => {
    const failed = next(talking, view("view-transfer-failed"));
    expect(happened(talking, failed, "").at(-1)).toMatchObject({
      type: "transfer-failed",
      detail: { to: { kind: "agent", id: "ben", name: "Ben Okafor" }, why: "declined" },
    });
    expect(types(failed, changed(failed, { state: "talking" }))).toEqual([]);
    expect(types(signedIn, failed)).toEqual(["status"]);
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
    const pop = (url: string, when: "ring" | "answer" = "ring", rang = true): Message => ({
      type: "caller",
      known: { call, caller: { tickets: 0, latest: [], screen_pop: { url, when } }, rang },
    });
    const popped = next(offered, pop("https://crm.example/?n=1"));
    expect(happened(offered, popped, "")).toEqual([
      { type: "screen-pop", detail: { url: "https://crm.example/?n=1", call } },
    ]);
    expect(types(popped, next(popped, view("view-talking")))).not.toContain("screen-pop");
    expect(types(offered, next(offered, pop("javascript:alert(1)")))).toEqual([]);
    const talks = next(offered, view("view-talking"));
    expect(types(talks, next(talks, pop("https://crm.example/", "ring", false)))).toEqual([]); // loaded in mid-call
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

describe("a call that this agent has not any more", () => {
  const call = lostCall(talking, done);
  if (call === null) throw new Error("it is lost");
  const later = new Date(Date.parse(call.since) + 5_000).toISOString();
  const step = (what: string, state: string, more = {}) => ({ at: later, after_ms: 0, what, state, ...more });
  const tell = (...steps: ReturnType<typeof step>[]) =>
    passedOn(call, "anna", {
      call: call.id,
      service: "demo",
      caller: call.caller,
      diverged: false,
      names: { ben: "Ben" },
      steps,
    });

  it("is looked for only if it was this agent's, with a customer", () => {
    expect(lostCall(talking, talking)).toBeNull();
    expect(lostCall(offered, ready)).toBeNull();
    expect(lostCall(changed(talking, { role: "target" }), done)).toBeNull();
    expect(lostCall(changed(talking, { internal: true }), done)).toBeNull();
  });

  it.each([
    [
      "a transfer to an agent",
      step("transfer", "transferring", { by: "anna", agent: "ben" }),
      { kind: "agent", id: "ben", name: "Ben", number: "" },
    ],
    [
      "a transfer outside",
      step("transfer", "transferring", { by: "anna", number: "+82299" }),
      { kind: "number", id: "", name: "", number: "+82299" },
    ],
    [
      "a transfer to a queue",
      step("transfer", "queued", { by: "anna", queue: "sales" }),
      { kind: "queue", id: "sales", name: "", number: "" },
    ],
    ["connecting the two", step("complete", "talking", { by: "anna", agent: "ben" }), { kind: "agent", id: "ben" }],
    ["hanging up in a consultation", step("hangup", "forwarded", { by: "anna" }), null],
    ["laying down the handset in one", step("left", "talking", { agent: "anna" }), null],
  ])("was passed on by %s", (_, last, to) => {
    const told = tell(last, step("connected", "talking", { agent: "ben" }), step("ended", "ended"));
    expect(told).toMatchObject({ type: "transferred-away", detail: { call: { id: call.id }, to } });
  });

  it.each([
    ["this agent hung up", [step("hangup", "ended", { by: "anna" })], null],
    [
      "it was disconnected",
      [step("force_disconnect", "farewell", { by: "anna" }), step("left", "farewell", { agent: "anna" })],
      null,
    ],
    ["the customer hung up", [step("customer_left", "ended")], null],
    ["another did it", [step("transfer", "transferring", { by: "ben", agent: "anna" })], undefined],
    ["nothing is known yet", [], undefined],
    [
      "it was earlier",
      [{ ...step("transfer", "transferring", { by: "anna" }), at: "2020-01-01T00:00:00Z" }],
      undefined,
    ],
  ])("was not if %s", (_, steps, want) => expect(tell(...steps)).toBe(want));
});
