import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { OPEN_MS, SipSocket } from "./sip-socket";

class FakeWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  readyState = 0;
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { wasClean: boolean; code: number; reason: string }) => void) | null = null;

  constructor() {
    made.push(this);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  close(): void {
    this.closed = true;
    this.readyState = 3;
  }
}

let made: FakeWebSocket[];
let lost: number;
let socket: SipSocket;

/** The newest of the browser's sockets. */
function ws(): FakeWebSocket {
  const last = made.at(-1);
  if (last === undefined) throw new Error("no socket was made");
  return last;
}

beforeEach(() => {
  vi.useFakeTimers();
  [made, lost] = [[], 0];
  vi.stubGlobal("WebSocket", FakeWebSocket);
  socket = new SipSocket("wss://pbx.example/sip");
  socket.ondisconnect = () => lost++;
  socket.connect();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("a connection that does not come about, as in a network that swallows all, is given up after a while", () => {
  vi.advanceTimersByTime(OPEN_MS - 1);
  expect(lost).toBe(0);
  vi.advanceTimersByTime(1);
  expect([lost, ws().closed]).toEqual([1, true]);
  socket.connect();
  ws().open();
  vi.advanceTimersByTime(10 * OPEN_MS);
  expect([lost, socket.isConnected()]).toEqual([1, true]);
});

it("what is asked for and does not come shows that the connection is dead", () => {
  ws().open();
  socket.expectWithin(5_000);
  vi.advanceTimersByTime(5_000);
  expect([lost, socket.isConnected()]).toEqual([1, false]);
});

it("whatever comes shows that it lives", () => {
  ws().open();
  socket.expectWithin(5_000);
  vi.advanceTimersByTime(4_000);
  ws().onmessage?.({ data: "SIP/2.0 200 OK" });
  vi.advanceTimersByTime(60_000);
  expect([lost, socket.isConnected()]).toEqual([0, true]);
});

it("what was expected of one connection is not asked of the next", () => {
  ws().open();
  socket.expectWithin(5_000);
  ws().onclose?.({ wasClean: true, code: 1000, reason: "" });
  expect(lost).toBe(1);
  socket.connect();
  ws().open();
  vi.advanceTimersByTime(60_000);
  expect([lost, socket.isConnected()]).toEqual([1, true]);
});
