import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import golden from "../../../api/testdata/ws/server-view-offered.json?raw";
import type { Actions, App } from "../app";
import { read } from "../feed/messages";
import { Store } from "../state/store";
import { Host } from "./host";

const ORIGIN = "https://crm.example";
const said: { message: unknown; to: string }[] = [];
const parent = { postMessage: (message: unknown, to: string) => void said.push({ message, to }) };
const popIn = vi.fn();
let store: Store;
let calls: [string, unknown[]][];
let app: App;
let ports: MessagePort[];

/** Notes what it is asked for, and refuses hold. */
function fakeApp(): App {
  const actions = new Proxy({} as Actions, {
    get:
      (_, name: string) =>
      (...args: unknown[]) => {
        calls.push([name, args]);
        return Promise.resolve(name === "hold" ? { action: "hold", code: "wrong_state", detail: "Not now." } : null);
      },
  });
  return { actions, store } as App;
}

function host(allowed = [ORIGIN], origin = ORIGIN): Host {
  return new Host(app, {
    parent: parent as unknown as Window,
    origin,
    nonce: "n1",
    allowed,
    base: "https://c.example",
    popIn,
  });
}

function connect(h: Host, change: Partial<MessageEvent<unknown>> = {}): MessagePort {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const data = { switchroom: "connect", nonce: "n1" };
  h.received({ source: parent as unknown as Window, origin: ORIGIN, data, ports: [port2], ...change });
  return port1;
}

/** All that comes on the port until there is an answer with that id, or nothing for a moment. */
function heard(port: MessagePort, id = 0): Promise<Record<string, unknown>[]> {
  return new Promise((done) => {
    const all: Record<string, unknown>[] = [];
    const quiet = setTimeout(() => done(all), 50);
    port.onmessage = ({ data }) => {
      all.push(data);
      if (data.id !== id) return;
      clearTimeout(quiet);
      done(all);
    };
  });
}

async function ask(port: MessagePort, method: unknown, ...args: unknown[]): Promise<unknown> {
  port.postMessage({ id: 7, method, args });
  return (await heard(port, 7)).find((m) => m.id === 7)?.error;
}

beforeEach(() => {
  store = new Store();
  store.dispatch({
    type: "session",
    session: { kind: "signed_in", identity: { id: "anna", name: "Anna", roles: ["agent"] } },
  });
  said.length = 0;
  calls = [];
  ports = [];
  app = fakeApp();
});

afterEach(() => {
  for (const p of ports) p.close();
});

describe("the frame", () => {
  it("says hello to the site that its address names, if that is on the list, and to nobody else", () => {
    host().hello();
    expect(said).toEqual([{ message: { switchroom: "hello", version: 1, nonce: "n1" }, to: ORIGIN }]);
    said.length = 0;
    host([ORIGIN], "https://evil.example").hello();
    host([], ORIGIN).hello();
    host([ORIGIN], "*").hello();
    host([ORIGIN], "").hello();
    expect(said).toEqual([]);
  });

  it("is ready once it is known whether there is a call, and tells that it rings", async () => {
    const port = connect(host());
    expect(await heard(port)).toEqual([{ state: expect.objectContaining({ signedIn: true, call: null }) }]);
    const offered = read(golden);
    if (offered?.type !== "view") throw new Error("it is no view");
    store.dispatch(offered);
    const all = await heard(port);
    expect(all.map((m) => m.type ?? Object.keys(m)[0])).toEqual(["state", "ready", "call-ringing"]);
    expect(all[1]).toMatchObject({ detail: { version: 1, state: { agent: { id: "anna" }, call: { ringing: true } } } });
    expect(await heard(connect(host()))).toHaveLength(3);
  });

  it("is ready at once where nobody is signed in", async () => {
    store.dispatch({ type: "session", session: { kind: "signed_out", why: "new" } });
    expect((await heard(connect(host()))).map((m) => m.type)).toEqual([undefined, "ready"]);
  });

  it.each<[string, Partial<MessageEvent<unknown>>, string[]]>([
    ["another origin", { origin: "https://evil.example" }, [ORIGIN]],
    ["another window", { source: {} as Window }, [ORIGIN]],
    ["another nonce", { data: { switchroom: "connect", nonce: "n2" } }, [ORIGIN]],
    ["no nonce", { data: { switchroom: "connect" } }, [ORIGIN]],
    ["something else", { data: "connect" }, [ORIGIN]],
    ["a site that is not on the list", {}, ["https://other.example"]],
    ["a site that is part of one on the list", {}, [`${ORIGIN}:444`, "https://crm.example.org"]],
  ])("does not hear %s", async (_, change, allowed) => {
    const port = connect(host(allowed), change);
    port.postMessage({ id: 1, method: "answer", args: [] });
    expect(await heard(port)).toEqual([]);
    expect(calls).toEqual([]);
  });

  it("hears the newest channel only", async () => {
    const h = host();
    const [first, second] = [connect(h), connect(h)];
    first.postMessage({ id: 1, method: "answer", args: [] });
    expect(await ask(second, "decline")).toBeNull();
    expect(calls).toEqual([["decline", []]]);
  });

  it("does what the agent could click", async () => {
    const port = connect(host());
    expect(await ask(port, "setStatus", "rest", "lunch")).toBeNull();
    expect(await ask(port, "dial", "010-5555-0100", null)).toBeNull();
    expect(await ask(port, "transfer", { agent: "ben" })).toBeNull();
    expect(await ask(port, "mute", true)).toBeNull();
    expect(calls).toEqual([
      ["choose", ["rest", "lunch"]],
      ["dial", ["010-5555-0100", null]],
      ["transfer", [{ agent: "ben" }]],
      ["mute", [true]],
    ]);
    expect(await ask(port, "popIn")).toBeNull();
    expect(popIn).toHaveBeenCalled();
  });

  it("passes refusals on with their code", async () => {
    expect(await ask(connect(host()), "hold")).toEqual({ code: "wrong_state", message: "Not now." });
  });

  it.each([
    ["second", []],
    ["signIn", ["a", "b", ""]],
    ["signOut", []],
    ["forceDisconnect", ["x"]],
    ["constructor", []],
    ["__proto__", []],
    ["store", []],
  ])("has no method %s", async (method, args) => {
    expect(await ask(connect(host()), method, ...args)).toMatchObject({ code: "unknown_method" });
    expect(calls).toEqual([]);
  });

  it.each<[string, unknown[]]>([
    ["setStatus", ["logged_out", null]],
    ["setStatus", ["ready", {}]],
    ["dial", []],
    ["dial", ["", null]],
    ["dial", [{ toString: "1" }, null]],
    ["dial", ["1".repeat(201), null]],
    ["mute", ["yes"]],
    ["transfer", [null]],
    ["transfer", [{}]],
    ["transfer", [{ agent: "ben", queue: "sales" }]],
    ["consult", [{ constructor: "x" }]],
  ])("takes no nonsense: %s %j", async (method, args) => {
    expect(await ask(connect(host()), method, ...args)).toMatchObject({ code: "invalid" });
    expect(calls).toEqual([]);
  });

  it("does nothing for anybody when nobody is signed in", async () => {
    store.dispatch({ type: "session", session: { kind: "signed_out", why: "by_choice" } });
    expect(await ask(connect(host()), "answer")).toMatchObject({ code: "signed_out" });
    expect(calls).toEqual([]);
  });

  it("takes language and colours that there are", async () => {
    const port = connect(host());
    await ask(port, "look", ["language", "ko"], ["scheme", "dark"], ["scheme", "pink"], "language", ["x", "ko"]);
    expect(calls).toEqual([
      ["speak", ["ko"]],
      ["paint", ["dark"]],
    ]);
  });
});
