import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallView, View } from "../feed/messages";
import {
  ANSWER_WITHIN_MS,
  Keeper,
  type KeeperState,
  type Locks,
  needsRejoin,
  noPhone,
  REJOIN_AFTER_MS,
  REJOIN_AGAIN_MS,
  STRAY_AFTER_MS,
} from "./keeper";
import { idle, type Leg, type Phone, type PhoneDeps, type PhoneState } from "./phone";

/** Locks of one browser: one holder for each name, the others wait in order. */
class FakeLocks {
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #held = new Set<string>();

  request = async (
    name: string,
    options: { ifAvailable?: boolean; signal?: AbortSignal },
    work: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> => {
    await null; // a browser never answers at once
    if (options.ifAvailable && this.#held.has(name)) return work(null);
    while (this.#held.has(name)) {
      await Promise.race([this.#queues.get(name), aborted(options.signal)]);
      if (options.signal?.aborted) throw new DOMException("aborted", "AbortError");
    }
    this.#held.add(name);
    const done = work({}).finally(() => this.#held.delete(name));
    this.#queues.set(name, done);
    return done;
  };
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done) => signal?.addEventListener("abort", () => done()));
}

class FakePhone implements Phone {
  state: PhoneState = idle;
  calls: string[] = [];
  readonly deps: PhoneDeps;

  constructor(deps: PhoneDeps) {
    this.deps = deps;
  }

  start = () => this.say({ registration: "connecting" });
  stop = () => this.calls.push("stop");
  leave = async () => void this.calls.push("leave");
  answer = (leg: string) => {
    this.calls.push(`answer ${leg}`);
    this.legs({ id: leg, state: "answering" });
  };
  letGo = () => {
    this.calls.push("let go");
    this.say({ legs: [], audio: "lost" });
  };
  unblockAudio = () => this.calls.push("unblock");
  reconnect = () => this.calls.push("reconnect");
  check = () => this.calls.push("check");
  choose = () => this.calls.push("choose");
  microphoneAgain = () => this.calls.push("microphone");
  echo = (on: boolean) => this.calls.push(`echo ${on}`);
  legs = (...legs: Leg[]) => this.say({ legs });
  say(change: Partial<PhoneState>): void {
    this.state = { ...this.state, ...change };
    this.deps.onState(this.state);
  }
}

interface Tab {
  keeper: Keeper;
  phones: FakePhone[];
  rejoins: string[];
  state: KeeperState;
  accountFails: boolean;
}

function tab(locks: Locks): Tab {
  const t: Tab = { phones: [], rejoins: [], state: noPhone, accountFails: false } as unknown as Tab;
  t.keeper = new Keeper({
    locks,
    create: (deps) => {
      const p = new FakePhone(deps);
      t.phones.push(p);
      return p;
    },
    account: async () => {
      if (t.accountFails) throw new Error("no account");
      return {
        device: "webrtc",
        sip_uri: "sip:anna@x",
        username: "anna",
        password: "p",
        ice_servers: [],
        number: "2001",
      };
    },
    rejoin: async (call) => {
      t.rejoins.push(call);
    },
    onState: (s) => {
      t.state = s;
    },
  });
  return t;
}

function view(call: Partial<CallView> | null, code: View["status"]["code"] = "ready", device = "webrtc"): View {
  const base: CallView = {
    id: "c1",
    node: "pbx-1",
    state: "offering",
    since: "",
    role: "agent",
    leg: "c1-a1",
    service: "demo",
    queue: "sales",
    caller: { number: "1" },
    commands: [],
  };
  return {
    agent: "anna",
    name: "Anna",
    cti: "A1",
    queues: [],
    status: { code, since: "" },
    phone: { device, number: "2001", reachable: true },
    call: call === null ? null : { ...base, ...call },
    wrap_up: null,
  };
}

const talking = view({ state: "talking", commands: ["hangup", "rejoin"] }, "on_call");
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

let locks: Locks;
let one: Tab;

/** The tab's only phone. */
function phone(t: Tab = one): FakePhone {
  const p = t.phones.at(-1);
  if (p === undefined) throw new Error("no phone was made");
  return p;
}

beforeEach(() => {
  vi.useFakeTimers();
  locks = new FakeLocks() as unknown as Locks;
  one = tab(locks);
});

afterEach(() => vi.useRealTimers());

describe("the phone", () => {
  it("is there while the agent is logged in to CTI", async () => {
    one.keeper.update(view(null, "logged_out"));
    await pass();
    expect(one.phones).toHaveLength(0);
    one.keeper.update(view(null, "business"));
    await pass();
    expect(one.state).toMatchObject({ holder: "this_tab", registration: "connecting" });
    one.keeper.update(view(null, "logged_out"));
    await pass();
    expect(phone().calls).toEqual(["stop"]);
    expect(one.state).toEqual(noPhone);
  });

  it("is none of this page's business when it stands on the desk", async () => {
    one.keeper.update(view(null, "ready", "desk"));
    await pass();
    expect(one.phones).toHaveLength(0);
  });

  it("is in one tab, and the next takes over when that one is gone", async () => {
    const two = tab(locks);
    one.keeper.update(view(null));
    await pass();
    two.keeper.update(view(null));
    await pass();
    expect([one.state.holder, two.state.holder]).toEqual(["this_tab", "another_tab"]);
    expect(two.phones).toHaveLength(0);
    one.keeper.update(null);
    await pass();
    expect(two.state.holder).toBe("this_tab");
    expect(two.phones).toHaveLength(1);
  });

  it("is not taken by a tab that was logged out while it waited", async () => {
    const two = tab(locks);
    one.keeper.update(view(null));
    await pass();
    two.keeper.update(view(null));
    await pass();
    two.keeper.update(null);
    one.keeper.update(null);
    await pass();
    expect(two.phones).toHaveLength(0);
  });

  it("is left to another window with the call on it, not hung up, and taken back", async () => {
    const two = tab(locks);
    void two.keeper.stepAside(true);
    one.keeper.update(talking);
    two.keeper.update(talking);
    await pass();
    expect(two.state.holder).toBe("another_tab");
    expect(two.phones).toHaveLength(0);
    const left = one.keeper.stepAside(true);
    await left;
    expect(phone().calls).toEqual(["leave"]);
    expect(one.state.holder).toBe("another_tab");
    void two.keeper.stepAside(false);
    await pass();
    expect(two.state.holder).toBe("this_tab");
    one.keeper.update(talking);
    await pass(REJOIN_AFTER_MS + REJOIN_AGAIN_MS);
    expect(one.phones).toHaveLength(1);
    expect(one.rejoins).toEqual([]);
    void two.keeper.stepAside(true);
    void one.keeper.stepAside(false);
    await pass();
    expect([one.state.holder, one.phones.length]).toEqual(["this_tab", 2]);
  });

  it("is left, and the call on it not hung up, when the session ends in mid-call; who signs in again has it back", async () => {
    one.keeper.update(talking);
    await pass();
    phone().say({ registration: "registered" });
    phone().legs({ id: "c1-a1", state: "up" });
    one.keeper.update(null);
    await pass();
    expect(phone().calls).toEqual(["leave"]);
    one.keeper.update(talking);
    await pass();
    phone().say({ registration: "registered" });
    await pass(REJOIN_AFTER_MS + 100);
    expect(one.rejoins).toEqual(["c1"]);
  });

  it("is not said to be here, nor in another tab, where it was let go before the browser had answered", async () => {
    one.keeper.update(view(null));
    one.keeper.update(null);
    await pass();
    expect(one.state.holder).toBe("nobody");
    const two = tab(locks);
    two.keeper.update(view(null));
    await pass();
    one.keeper.update(view(null));
    one.keeper.update(view(null, "logged_out"));
    await pass();
    expect(one.state.holder).toBe("nobody");
    expect(one.phones).toHaveLength(0);
  });

  it("is there without locks too", async () => {
    one = tab(null);
    one.keeper.update(view(null));
    await pass();
    expect(one.phones).toHaveLength(1);
  });

  it("is waited for while its account cannot be had", async () => {
    one.accountFails = true;
    one.keeper.update(view(null));
    await pass(1_000);
    expect(one.state.why).toBe("no account");
    one.accountFails = false;
    await pass(5_000);
    expect(one.phones).toHaveLength(1);
  });

  it("is started anew after logging out and in again", async () => {
    one.keeper.update(view(null));
    await pass();
    one.keeper.update(view(null, "logged_out"));
    one.keeper.update(view(null));
    await pass();
    expect(one.phones).toHaveLength(2);
    expect(one.state.holder).toBe("this_tab");
  });
});

describe("answer", () => {
  beforeEach(async () => {
    one.keeper.update(view({}, "ringing"));
    await pass();
  });

  it("answers the leg that rings, once, however often it is asked for", () => {
    phone().legs({ id: "c1-a1", state: "ringing" });
    one.keeper.answer({ leg: "c1-a1" });
    one.keeper.answer({ leg: "c1-a1" });
    phone().legs({ id: "c1-a1", state: "up" });
    one.keeper.answer({ leg: "c1-a1" });
    expect(phone().calls).toEqual(["answer c1-a1"]);
  });

  it("waits a moment for a leg that does not ring yet", async () => {
    one.keeper.answer({ leg: "c1-a1" });
    await pass(ANSWER_WITHIN_MS - 1_000);
    phone().legs({ id: "c1-a1", state: "ringing" });
    expect(phone().calls).toEqual(["answer c1-a1"]);
  });

  it("is forgotten after that: nobody is answered by surprise", async () => {
    one.keeper.answer({ leg: "c1-a1" });
    await pass(ANSWER_WITHIN_MS + 1_000);
    phone().legs({ id: "c1-a1", state: "ringing" });
    expect(phone().calls).toEqual([]);
  });

  it("touches no other leg", () => {
    phone().legs({ id: "c9-a1", state: "ringing" });
    one.keeper.answer({ leg: "c1-a1" });
    expect(phone().calls).toEqual([]);
  });

  it("does nothing in a tab without the phone", async () => {
    const two = tab(locks);
    two.keeper.update(view({}, "ringing"));
    await pass();
    two.keeper.answer({ leg: "c1-a1" });
    expect(two.phones).toHaveLength(0);
  });
});

describe("a leg that the server knows no call for", () => {
  beforeEach(async () => {
    one.keeper.update(talking);
    await pass();
    phone().say({ registration: "registered" });
    phone().legs({ id: "c1-a1", state: "up" });
  });

  it("is let go after a moment: Asterisk died, and could not end it", async () => {
    await pass(60_000); // as long as nobody knows
    expect(phone().calls).not.toContain("let go");
    one.keeper.update(view(null, "business"));
    await pass(STRAY_AFTER_MS - 100);
    expect(phone().calls).not.toContain("let go");
    await pass(200);
    expect(phone().calls.filter((c) => c === "let go")).toHaveLength(1);
    expect(one.state.legs).toEqual([]);
    await pass(60_000);
    expect(one.rejoins).toEqual([]);
  });

  it("is left alone when its call is known after all, and when its end comes by itself", async () => {
    one.keeper.update(view(null, "business"));
    await pass(STRAY_AFTER_MS - 100);
    one.keeper.update(talking);
    await pass(60_000);
    one.keeper.update(view(null, "business"));
    await pass(STRAY_AFTER_MS - 100);
    phone().legs();
    await pass(60_000);
    expect(phone().calls).not.toContain("let go");
  });

  it("is let go while it rings, too", async () => {
    phone().legs({ id: "c2-a1", state: "ringing" });
    one.keeper.update(view(null, "ready"));
    await pass(STRAY_AFTER_MS + 100);
    expect(phone().calls).toContain("let go");
  });
});

describe("a call that the server believes in and this phone does not have", () => {
  beforeEach(async () => {
    one.keeper.update(talking);
    await pass();
  });

  it("is asked for again after a moment, once registered", async () => {
    await pass(60_000);
    expect(one.rejoins).toEqual([]);
    phone().say({ registration: "registered" });
    await pass(REJOIN_AFTER_MS - 100);
    expect(one.rejoins).toEqual([]);
    await pass(200);
    expect(one.rejoins).toEqual(["c1"]);
  });

  it("is asked for again, with pauses, as long as that is so", async () => {
    phone().say({ registration: "registered" });
    await pass(REJOIN_AFTER_MS + 2 * REJOIN_AGAIN_MS + 500);
    expect(one.rejoins).toEqual(["c1", "c1", "c1"]);
  });

  it("is not asked for when the server's call comes meanwhile", async () => {
    phone().say({ registration: "registered" });
    await pass(REJOIN_AFTER_MS - 100);
    phone().legs({ id: "c1-a1", state: "ringing" });
    await pass(60_000);
    expect(one.rejoins).toEqual([]);
  });

  it("is not pulled back from another phone of the agent's that took it, but is when it was lost", async () => {
    phone().say({ registration: "registered" });
    phone().legs({ id: "c1-a1", state: "up" });
    one.keeper.update(talking);
    one.keeper.update(view({ state: "rejoining", leg: "c1-a2" }, "rejoining"));
    phone().legs();
    one.keeper.update(view({ state: "talking", leg: "c1-a2", commands: ["rejoin"] }, "on_call"));
    await pass(REJOIN_AFTER_MS + REJOIN_AGAIN_MS);
    expect(one.rejoins).toEqual([]);
    phone().legs({ id: "c1-a3", state: "up" });
    one.keeper.update(view({ state: "talking", leg: "c1-a3", commands: ["rejoin"] }, "on_call"));
    phone().say({ legs: [], audio: "lost" });
    await pass(REJOIN_AFTER_MS);
    expect(one.rejoins).toEqual(["c1"]);
  });

  it("is not asked for once it is over, or is being called back already", async () => {
    phone().say({ registration: "registered" });
    one.keeper.update(view({ state: "rejoining", commands: ["hangup", "rejoin"] }, "rejoining"));
    await pass(60_000);
    one.keeper.update(view(null));
    await pass(60_000);
    expect(one.rejoins).toEqual([]);
  });

  // What the controller takes in these states is its own table's business; the page looks at the commands.
  it.each([
    ["talking", "on_call"],
    ["held", "on_hold"],
    ["consult_ringing", "on_call_transfer_in_progress"],
    ["consulting", "on_call_transfer_in_progress"],
    ["swapped", "on_call_transfer_in_progress"],
    ["conference", "on_call_transfer_in_progress"],
    ["agents_only", "on_call"],
  ] as const)("is asked for again after a reload in %s", async (state, status) => {
    one.keeper.update(view({ state, commands: ["hangup", "rejoin", "mute"] }, status));
    phone().say({ registration: "registered" });
    await pass(REJOIN_AFTER_MS + 100);
    expect(one.rejoins).toEqual(["c1"]);
    one.keeper.update(view({ state: "rejoining", leg: "c1-a2", commands: ["hangup", "rejoin", "mute"] }, "rejoining"));
    phone().legs({ id: "c1-a2", state: "answering" });
    phone().legs({ id: "c1-a2", state: "up" });
    one.keeper.update(view({ state, leg: "c1-a2", commands: ["hangup", "rejoin", "mute"] }, status));
    await pass(60_000);
    expect(one.rejoins).toEqual(["c1"]);
  });

  it.each([
    ["consult_ringing", "target", ["answer", "decline"]],
    ["transferring", "target", ["answer", "decline"]],
    ["recalling", "agent", ["answer", "decline"]],
    ["consulting", "target", ["hangup", "mute"]],
    ["swapped", "target", ["hangup", "mute"]],
    ["conference", "target", ["hangup", "mute"]],
    ["rejoining", "target", ["hangup", "mute"]],
  ] as const)("is not asked for in %s as the %s: the controller would not call", async (state, role, commands) => {
    one.keeper.update(view({ state, role, commands: [...commands] }, "on_call"));
    phone().say({ registration: "registered" });
    await pass(60_000);
    expect(one.rejoins).toEqual([]);
  });

  it("is asked for by the command alone, so that a state of a newer controller is no obstacle", () => {
    const registered: KeeperState = { ...noPhone, holder: "this_tab", registration: "registered" };
    const state = "parked" as CallView["state"];
    expect(needsRejoin(view({ state, commands: ["rejoin"] }, "on_call"), registered)).toBe(true);
    expect(needsRejoin(view({ state, commands: [] }, "on_call"), registered)).toBe(false);
  });

  it("is asked for when only a leg of before is up", async () => {
    phone().say({ registration: "registered", legs: [{ id: "c1-a0", state: "up" }] });
    await pass(REJOIN_AFTER_MS + 100);
    expect(one.rejoins).toEqual(["c1"]);
  });
});
