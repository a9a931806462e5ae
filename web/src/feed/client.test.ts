import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Feed, type FeedStatus, OFFLINE_AFTER_MS, SessionOver, SILENCE_MS, type Socket } from "./client";
import type { FeedMessage } from "./messages";

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: unknown[] = [];
  closed = false;

  send(frame: string): void {
    this.sent.push(JSON.parse(frame));
  }

  close(): void {
    this.closed = true;
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const view = (seq: number) => ({ type: "view", seq, data: { status: {}, phone: {}, call: null } });
const snapshot = (seq: number, epoch = "E1") => ({ ...view(seq), type: "snapshot", epoch });

let sockets: FakeSocket[];
let seen: FeedMessage[];
let statuses: FeedStatus["kind"][];
let tokens: boolean[];
let refuse: Error | null;
let away: (readonly string[])[];
let silences: number;
let returns: number;
let feed: Feed;

const numbers = () => seen.map((m) => m.seq);

/** The newest socket. */
function socket(): FakeSocket {
  const last = sockets.at(-1);
  if (last === undefined) throw new Error("no socket was opened");
  return last;
}

/** Lets promises run, and so much time pass. */
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** Opens the newest socket and answers its hello. */
async function accept(...messages: object[]): Promise<FakeSocket> {
  await pass();
  const s = socket();
  s.onopen?.();
  for (const m of messages) s.say(m);
  return s;
}

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, seen, statuses, tokens, refuse, silences, returns, away] = [[], [], [], [], null, 0, 0, []];
  feed = new Feed({
    open: () => {
      const s = new FakeSocket();
      sockets.push(s);
      return s;
    },
    token: async (fresh) => {
      tokens.push(fresh);
      if (refuse !== null) throw refuse;
      return "T";
    },
    onMessage: (m) => seen.push(m),
    onStatus: (s) => statuses.push(s.kind),
    onAway: (nodes) => away.push(nodes),
    onSilence: () => silences++,
    onReturn: () => returns++,
    random: () => 0.5,
  });
  feed.start();
});

afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

describe("the feed's first connection", () => {
  it("says hello from nowhere and is live with the snapshot", async () => {
    const s = await accept(snapshot(5));
    expect(s.sent).toEqual([{ type: "hello", token: "T", epoch: "", seq: 0 }]);
    expect(statuses).toEqual(["connecting", "live"]);
    expect(numbers()).toEqual([5]);
  });

  it("is offline after a while without success", async () => {
    await pass();
    socket().onclose?.({ code: 1006 });
    await pass(OFFLINE_AFTER_MS);
    expect(statuses).toEqual(["connecting", "offline"]);
  });

  it("is given up when the session is over", async () => {
    feed.stop();
    sockets = [];
    refuse = new SessionOver();
    feed.start();
    await pass(60_000);
    expect(statuses.at(-1)).toBe("stopped");
    expect(sockets).toHaveLength(0);
  });

  it("is tried again when no token can be had at the moment", async () => {
    feed.stop();
    sockets = [];
    refuse = new Error("network");
    feed.start();
    await pass(2_000);
    expect(sockets).toHaveLength(0);
    refuse = null;
    await pass(5_000);
    expect(sockets).toHaveLength(1);
  });
});

describe("numbers", () => {
  it("are taken in order, each once", async () => {
    const s = await accept(snapshot(5), view(6), view(6), view(5), view(7));
    expect(numbers()).toEqual([5, 6, 7]);
    expect(s.closed).toBe(false);
  });

  it("with a gap make it resume from the last one without", async () => {
    const first = await accept(snapshot(5), view(6), view(8));
    expect(first.closed).toBe(true);
    expect(numbers()).toEqual([5, 6]);
    await pass(1_000);
    const second = await accept({ type: "resumed", seq: 8 }, view(7), view(8));
    expect(second.sent).toEqual([{ type: "hello", token: "T", epoch: "E1", seq: 6 }]);
    expect(numbers()).toEqual([5, 6, 7, 8]);
    expect(statuses).toEqual(["connecting", "live", "stale", "live"]);
  });

  it("in a beat are the nodes that are away, until a beat or a new connection says otherwise", async () => {
    const s = await accept(snapshot(5), { type: "beat", seq: 5, away: ["a"] }, { type: "beat", seq: 5, away: ["a"] });
    s.say({ type: "beat", seq: 5, away: ["a", "b"] });
    s.say({ type: "beat", seq: 5 });
    s.say({ type: "beat", seq: 5, away: ["b"] });
    socket().onclose?.({ code: 1006 });
    await pass(1_000);
    await accept({ type: "resumed", seq: 5 });
    expect(away).toEqual([["a"], ["a", "b"], [], ["b"], []]);
  });

  it("in a beat ahead of what came are a gap", async () => {
    const s = await accept(snapshot(5), { type: "beat", seq: 5 });
    expect(s.closed).toBe(false);
    s.say({ type: "beat", seq: 6 });
    expect(s.closed).toBe(true);
  });

  it("that went back make the place void", async () => {
    await accept(snapshot(5));
    socket().onclose?.({ code: 1006 });
    await pass(1_000);
    await accept({ type: "resumed", seq: 3 });
    await pass(1_000);
    const third = await accept(snapshot(3, "E2"));
    expect(third.sent).toEqual([{ type: "hello", token: "T", epoch: "", seq: 0 }]);
    expect(numbers()).toEqual([5, 3]);
  });

  it("start anew with a snapshot of another epoch", async () => {
    await accept(snapshot(5));
    socket().onclose?.({ code: 4001 });
    await pass(1_000);
    await accept(snapshot(1, "E2"), view(2));
    expect(numbers()).toEqual([5, 1, 2]);
  });
});

describe("a closed socket", () => {
  it.each([1001, 1006, 4001, 4002, 4005, 4006, 4008, 4009, 4099])("with %i reconnects", async (code) => {
    await accept(snapshot(5));
    socket().onclose?.({ code });
    await pass(1_000);
    expect(sockets).toHaveLength(2);
    expect(tokens).toEqual([false, false]);
  });

  it.each([4101, 4102, 4103, 4199])("with %i gets a new token first", async (code) => {
    await accept(snapshot(5));
    socket().onclose?.({ code });
    await pass(1_000);
    expect(tokens).toEqual([false, true]);
    expect(sockets).toHaveLength(2);
  });

  it.each([4200, 4201, 4203, 4204, 4299])("with %i is given up", async (code) => {
    await accept(snapshot(5));
    socket().onclose?.({ code });
    await pass(120_000);
    expect(sockets).toHaveLength(1);
    expect(statuses.at(-1)).toBe("stopped");
  });

  it("is followed by growing pauses", async () => {
    const gaps: number[] = [];
    for (let i = 0; i < 5; i++) {
      await pass();
      const [count, from] = [sockets.length, Date.now()];
      socket().onclose?.({ code: 1006 });
      while (sockets.length === count) await pass(25);
      gaps.push(Date.now() - from);
    }
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    expect(gaps.at(-1)).toBeGreaterThan(4_000);
  });

  it("is not waited for any longer after a nudge", async () => {
    await accept(snapshot(5));
    socket().onclose?.({ code: 1006 });
    feed.nudge();
    await pass();
    expect(sockets).toHaveLength(2);
  });

  it("is made anew, and resumes, when the network is said to be gone", async () => {
    const first = await accept(snapshot(5));
    feed.doubt();
    expect(statuses.at(-1)).toBe("stale");
    expect(first.closed).toBe(true);
    await pass(1_000);
    await accept({ type: "resumed", seq: 5 });
    expect(statuses.at(-1)).toBe("live");
  });

  it("is of no interest once another took its place", async () => {
    const first = await accept(snapshot(5), view(9));
    await pass(1_000);
    await accept({ type: "resumed", seq: 5 });
    first.onclose?.({ code: 4200 });
    first.say(view(6));
    expect(statuses.at(-1)).toBe("live");
    expect(numbers()).toEqual([5]);
  });
});

describe("silence", () => {
  it("makes it reconnect, and beats are no silence", async () => {
    const s = await accept(snapshot(5));
    for (let i = 0; i < 6; i++) {
      await pass(10_000);
      s.say({ type: "beat", seq: 5 });
    }
    expect(sockets).toHaveLength(1);
    await pass(SILENCE_MS + 1_000);
    expect(s.closed).toBe(true);
    expect(sockets).toHaveLength(2);
    expect(silences).toBe(1);
  });

  it("of a socket that never was live is told to nobody else", async () => {
    await pass(SILENCE_MS * 2);
    expect(sockets.length).toBeGreaterThan(1);
    expect(silences).toBe(0);
  });

  it("turns stale into offline, and back when it ends", async () => {
    const s = await accept(snapshot(5));
    s.onclose?.({ code: 1006 });
    expect(statuses.at(-1)).toBe("stale");
    await pass(OFFLINE_AFTER_MS);
    expect(statuses.at(-1)).toBe("offline");
    await accept({ type: "resumed", seq: 5 });
    expect(statuses.at(-1)).toBe("live");
  });
});

describe("the session on the open socket", () => {
  it("is renewed with the new token", async () => {
    const s = await accept(snapshot(5));
    feed.renew("T2");
    s.say({ type: "renewed", expires_in: 600 });
    expect(s.sent.at(-1)).toEqual({ type: "token", token: "T2" });
    expect(s.closed).toBe(false);
  });

  it("is not talked about before hello", async () => {
    await pass();
    feed.renew("T2");
    expect(socket().sent).toEqual([]);
  });
});

it("a frame that is no message makes the place void", async () => {
  const s = await accept(snapshot(5));
  s.onmessage?.({ data: "garbage" });
  expect(s.closed).toBe(true);
  await pass(1_000);
  const next = await accept(snapshot(6));
  expect(next.sent).toEqual([{ type: "hello", token: "T", epoch: "", seq: 0 }]);
});

it("a stopped feed opens nothing and says nothing more", async () => {
  const s = await accept(snapshot(5));
  feed.stop();
  s.say(view(6));
  await pass(120_000);
  expect(sockets).toHaveLength(1);
  expect(statuses.at(-1)).toBe("idle");
  expect(numbers()).toEqual([5]);
});

describe("other connections to the same server", () => {
  it("are doubted whenever the feed is there again, and not with the first connection", async () => {
    await accept(snapshot(5));
    expect(returns).toBe(0);
    feed.doubt();
    expect(returns).toBe(0);
    await pass(1_000);
    await accept({ type: "resumed", seq: 5 });
    expect(returns).toBe(1);
    feed.stop();
    feed.start();
    await accept(snapshot(5));
    expect(returns).toBe(1);
  });
});
