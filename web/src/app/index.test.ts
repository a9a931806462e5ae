import { afterEach, beforeEach, expect, it, vi } from "vitest";
import golden from "../../../api/testdata/ws/server-view-ready.json?raw";
import { idle, type Phone, type PhoneDeps } from "../phone/phone";
import { Preference } from "../preference";
import { inMemory } from "../storage";
import { languages } from "../words/area";
import { App } from ".";

const view = JSON.parse(golden).data;
const listeners = new Map<string, () => void>();
const listen = (name: string, work: () => void) => void listeners.set(name, work);
const keeping = { storage: inMemory(), watch: () => {} };

interface FakeSocket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(): void;
  close(): void;
}

let sockets: FakeSocket[];
let asked: string[];

function fakePhone({ onState }: PhoneDeps): Phone {
  const note = (what: string) => () => void asked.push(what);
  return new Proxy({} as Phone, {
    get: (_, name: string) =>
      name === "state" ? idle : name === "start" ? () => onState({ ...idle, registration: "registered" }) : note(name),
  });
}

async function answer(path: string): Promise<Response> {
  const agent = { id: "anna", name: "Anna", roles: ["agent"] };
  if (path.endsWith("/refresh"))
    return Response.json({ access_token: "A", token_type: "Bearer", expires_in: 600, refresh_token: "R", agent });
  if (path.endsWith("/names")) return Response.json({ services: [] });
  return Response.json({});
}

/** The newest socket opens and says that. */
async function says(message: object): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_000);
  const socket = sockets.at(-1);
  socket?.onopen?.();
  socket?.onmessage?.({ data: JSON.stringify(message) });
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, asked] = [[], []];
  vi.stubGlobal("document", { documentElement: { dataset: {} }, addEventListener: listen, hidden: false });
  vi.stubGlobal("addEventListener", listen);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("fetch", answer);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("a network that was gone for a moment has perhaps taken the phone's connection with it: that is checked, too", async () => {
  const storage = inMemory();
  storage.setItem(
    "switchroom.session",
    JSON.stringify({ refresh: "R0", agent: { id: "anna", name: "", roles: ["agent"] } }),
  );
  const app = new App({
    browser: { storage, exclusively: (_, work) => work() },
    locks: null,
    openFeed: () => {
      const socket: FakeSocket = { onopen: null, onmessage: null, onclose: null, send: () => {}, close: () => {} };
      sockets.push(socket);
      return socket;
    },
    createPhone: fakePhone,
    language: new Preference("l", languages, "en", keeping),
    scheme: new Preference("s", ["system", "light", "dark"] as const, "system", keeping),
    sound: new Preference<string>("v", null, "", keeping),
    place: { read: () => "/", push: () => {}, replace: () => {}, watch: () => {} },
    openPage: () => {},
    door: null,
  });
  app.start();
  await says({ type: "snapshot", epoch: "E", seq: 1, data: view });
  expect(app.store.get().phone).toMatchObject({ holder: "this_tab", registration: "registered" });
  expect(asked).not.toContain("check");
  listeners.get("offline")?.();
  listeners.get("online")?.();
  await says({ type: "resumed", seq: 1 });
  expect(app.store.get().feed.kind).toBe("live");
  expect(asked).toContain("check");
});
