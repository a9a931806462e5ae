import type { RTCSession } from "jssip/lib/RTCSession";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type LegDeps, SipLeg } from "./leg";
import type { MicrophoneFault } from "./phone";

/** Microphones that were opened, and whether they still are. */
let opened: { open: boolean }[];
let faults: (MicrophoneFault | null)[];
let replace: () => Promise<void>;
let session: Record<string, unknown>;
let said: Map<string, (e?: unknown) => void>;

function microphone(): MediaStream {
  const state = { open: true };
  opened.push(state);
  const track = { stop: () => (state.open = false), onended: null };
  return { getTracks: () => [track], getAudioTracks: () => [track] } as unknown as MediaStream;
}

function leg(): SipLeg {
  const none = () => {};
  const deps: LegDeps = {
    iceServers: [],
    onChange: none,
    onGone: none,
    onSample: none,
    onUp: none,
    onTrack: none,
    onMicrophone: (fault) => faults.push(fault),
    microphone: () => "",
  };
  return new SipLeg("c1-a1", session as unknown as RTCSession, deps);
}

beforeEach(() => {
  vi.useFakeTimers();
  [opened, faults, said] = [[], [], new Map()];
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: async () => microphone() } });
  session = {
    on: (event: string, work: () => void) => said.set(event, work),
    answer: () => {},
    terminate: () => {},
    isEnded: () => false,
    connection: { getSenders: () => [{ track: { kind: "audio" }, replaceTrack: () => replace() }], close: () => {} },
  };
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("a microphone that is changed is the only one that is open, and none is after the call", async () => {
  replace = async () => {};
  const l = leg();
  await l.answer();
  await l.takeMicrophone();
  expect(opened.map((m) => m.open)).toEqual([false, true]);
  said.get("ended")?.();
  expect(opened.map((m) => m.open)).toEqual([false, false]);
});

it("a call that ends while its microphone is being changed leaves none open, and says of none that it is missing", async () => {
  const l = leg();
  await l.answer();
  faults = [];
  replace = async () => said.get("ended")?.();
  await l.takeMicrophone();
  expect(opened.map((m) => m.open)).toEqual([false, false]);
  replace = () => Promise.reject(new DOMException("closed", "InvalidStateError"));
  const other = leg();
  await other.answer();
  await other.takeMicrophone();
  expect(opened.slice(2).map((m) => m.open)).toEqual([true, false]);
  expect(faults.slice(-1)).toEqual(["missing"]);
});
