import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Client } from "./client";
import { Problem } from "./problem";
import { type Browser, Session, SignedOut } from "./session";

/** A controller that hands out tokens and knows which refresh token is good. */
class FakeController {
  requests: { method: string; path: string; headers: Headers; body: unknown }[] = [];
  refreshable = new Set<string>();
  tokens = 0;
  /** The next answers to anything but sessions; "cut": none comes. */
  answers: (Response | "cut")[] = [];

  fetch = async (path: string, init: RequestInit): Promise<Response> => {
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    this.requests.push({ method: init.method ?? "", path, headers: new Headers(init.headers), body });
    if (path === "/api/v1/sessions" && init.method === "POST") return this.#session();
    if (path === "/api/v1/sessions/second") {
      if (!this.refreshable.delete(body.refresh_token)) return refused(401, "session_revoked");
      const [own, second] = [await this.#session().json(), await this.#session().json()];
      return Response.json({ own, second });
    }
    if (path === "/api/v1/sessions/refresh") {
      if (!this.refreshable.delete(body.refresh_token)) return refused(401, "session_revoked");
      return this.#session();
    }
    const answer = this.answers.shift() ?? new Response(null, { status: 204 });
    if (answer === "cut") throw new TypeError("network");
    return answer;
  };

  paths = () => this.requests.map((r) => `${r.method} ${r.path}`);

  #session(): Response {
    this.tokens++;
    this.refreshable.add(`R${this.tokens}`);
    return Response.json({
      access_token: `A${this.tokens}`,
      token_type: "Bearer",
      expires_in: 600,
      refresh_token: `R${this.tokens}`,
      agent: { id: "anna", name: "Anna", roles: ["agent"] },
    });
  }
}

function refused(status: number, code: string): Response {
  return Response.json({ type: "", title: "No", status, code, detail: "Do this.", request_id: "r1" }, { status });
}

/** One browser: what its tabs share. */
function browser(): Browser {
  const items = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    storage: {
      getItem: (k) => items.get(k) ?? null,
      setItem: (k, v) => void items.set(k, v),
      removeItem: (k) => void items.delete(k),
    },
    exclusively: (_, work) => {
      const mine = last.then(work, work);
      last = mine.catch(() => {});
      return mine;
    },
  };
}

let controller: FakeController;
let shared: Browser;
let session: Session;

beforeEach(() => {
  vi.useFakeTimers();
  controller = new FakeController();
  vi.stubGlobal("fetch", controller.fetch);
  shared = browser();
  session = new Session(shared);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a session", () => {
  it("survives a reload by its refresh token", async () => {
    await session.signIn("anna", "pw");
    const reloaded = new Session(shared);
    expect(reloaded.resume()?.id).toBe("anna");
    expect(await reloaded.token()).toBe("A2");
  });

  it("is renewed before it runs out, once for all who ask", async () => {
    await session.signIn("anna", "pw");
    expect(await session.token()).toBe("A1");
    vi.advanceTimersByTime(550_000);
    expect(await Promise.all([session.token(), session.token()])).toEqual(["A2", "A2"]);
  });

  it("is shared by tabs that never use a refresh token twice", async () => {
    await session.signIn("anna", "pw");
    const tabs = [1, 2, 3].map(() => new Session(shared));
    for (const t of tabs) t.resume();
    const tokens = await Promise.all(tabs.map((t) => t.token()));
    expect(new Set(tokens).size).toBe(3);
  });

  it("ends in every tab when it was revoked", async () => {
    await session.signIn("anna", "pw");
    controller.refreshable.clear();
    const over = vi.fn();
    session.onOver = over;
    await expect(session.token(true)).rejects.toThrow(SignedOut);
    expect(over).toHaveBeenCalledOnce();
    expect(new Session(shared).resume()).toBeNull();
  });

  it("does not end because the controller is away", async () => {
    await session.signIn("anna", "pw");
    vi.stubGlobal("fetch", async () => new Response("bad gateway", { status: 502 }));
    await expect(session.token(true)).rejects.toThrow(Problem);
    vi.stubGlobal("fetch", controller.fetch);
    expect(await session.token(true)).toBe("A2");
  });

  it.each([
    ["a proxy without a controller behind it", new Response("404 page not found", { status: 404 })],
    ["a network that wants to be signed in to", new Response("<html>", { status: 403 })],
    ["a page in place of the answer", new Response("<html>", { status: 200 })],
  ])("does not end because of %s: only the controller says so", async (_, answer) => {
    await session.signIn("anna", "pw");
    const over = vi.fn();
    session.onOver = over;
    vi.stubGlobal("fetch", async () => answer);
    await expect(session.token(true)).rejects.toThrow(Problem);
    expect(over).not.toHaveBeenCalled();
    vi.stubGlobal("fetch", controller.fetch);
    expect(await session.token(true)).toBe("A2");
  });

  it("is not taken over by a tab of somebody else", async () => {
    await session.signIn("anna", "pw");
    const stored = shared.storage.getItem("switchroom.session") ?? "";
    shared.storage.setItem("switchroom.session", stored.replace("anna", "ben"));
    expect(session.shared).toBe(false);
    await expect(session.token(true)).rejects.toThrow(SignedOut);
  });

  it("gives another to a window with a storage of its own, and both go on", async () => {
    await session.signIn("anna", "pw");
    const wire = await session.second();
    const other = new Session(browser());
    expect(other.adopt(wire).id).toBe("anna");
    expect(await session.token()).not.toBe(await other.token());
    expect(await session.token(true)).not.toBe(await other.token(true));
  });

  it("that is over gives no other", async () => {
    await session.signIn("anna", "pw");
    controller.refreshable.clear();
    await expect(session.second()).rejects.toThrow(SignedOut);
  });

  it("that was damaged in storage is none", () => {
    for (const bad of ["", "{", "null", "[]", '{"refresh":1}']) {
      shared.storage.setItem("switchroom.session", bad);
      expect(session.resume()).toBeNull();
    }
  });

  it("is ended at the controller by signing out", async () => {
    await session.signIn("anna", "pw");
    await session.signOut();
    expect(controller.paths().at(-1)).toBe("DELETE /api/v1/sessions");
    expect(shared.storage.getItem("switchroom.session")).toBeNull();
  });
});

describe("who signs out while the session is being renewed", () => {
  let answer: () => void;

  /** The next renewal's answer is on its way until answer is called. */
  function slow(): void {
    const come = new Promise<void>((done) => {
      answer = done;
    });
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      const response = await controller.fetch(path, init);
      if (path.endsWith("/refresh")) await come;
      return response;
    });
  }

  it("is signed out: what comes of it is ended, and found by nobody who loads the page", async () => {
    await session.signIn("anna", "pw");
    const reloaded = new Session(shared);
    reloaded.resume();
    slow();
    const renewed = expect(reloaded.token()).rejects.toThrow(SignedOut);
    await vi.advanceTimersByTimeAsync(0);
    await reloaded.signOut();
    answer();
    await renewed;
    expect(reloaded.identity).toBeNull();
    expect(new Session(shared).resume()).toBeNull();
    const last = controller.requests.at(-1);
    expect([last?.method, last?.headers.get("Authorization")]).toEqual(["DELETE", "Bearer A2"]);
  });

  it("in another tab is signed out in this one, too", async () => {
    await session.signIn("anna", "pw");
    slow();
    const renewed = expect(session.token(true)).rejects.toThrow(SignedOut);
    await vi.advanceTimersByTimeAsync(0);
    const other = new Session(shared);
    other.resume();
    await other.signOut();
    answer();
    await renewed;
    expect(new Session(shared).resume()).toBeNull();
  });

  it("leaves nothing to whoever signs in next", async () => {
    await session.signIn("anna", "pw");
    slow();
    const renewed = expect(session.token(true)).rejects.toThrow(SignedOut);
    await vi.advanceTimersByTimeAsync(0);
    await session.signOut();
    await session.signIn("anna", "pw");
    answer();
    await renewed;
    expect(await session.token()).toBe("A3");
    expect(session.identity?.id).toBe("anna");
  });

  it("has chosen that: a request that comes to nothing then does not say that the session ended", async () => {
    await session.signIn("anna", "pw");
    const over = vi.fn();
    session.onOver = over;
    await session.signOut();
    await expect(session.token()).rejects.toThrow(SignedOut);
    expect(over).not.toHaveBeenCalled();
  });
});

describe("a request", () => {
  let client: Client;

  beforeEach(async () => {
    client = new Client(session);
    await session.signIn("anna", "pw");
  });

  it("that acts carries a key of its own", async () => {
    await client.command("c/1", "answer");
    await client.command("c/1", "answer");
    const [a, b] = controller.requests.slice(-2);
    expect(a?.path).toBe("/api/v1/calls/c%2F1/answer");
    expect(a?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
    expect(a?.headers.get("Idempotency-Key")).not.toBe(b?.headers.get("Idempotency-Key"));
    expect(a?.headers.get("Authorization")).toBe("Bearer A1");
  });

  it("that was cut off is sent once more with the same key", async () => {
    controller.answers = ["cut"];
    const done = client.ctiLogin();
    await vi.advanceTimersByTimeAsync(1_000);
    await done;
    const [a, b] = controller.requests.slice(-2);
    expect(a?.headers.get("Idempotency-Key")).toBe(b?.headers.get("Idempotency-Key"));
  });

  it("without an answer says so in words", async () => {
    controller.answers = ["cut", "cut"];
    const done = expect(client.setStatus("ready")).rejects.toMatchObject({ code: "unreachable", status: 0 });
    await vi.advanceTimersByTimeAsync(1_000);
    await done;
  });

  it("whose token ran out is repeated with a new one", async () => {
    controller.answers = [refused(401, "token_expired")];
    await client.setStatus("ready");
    expect(controller.requests.at(-1)?.headers.get("Authorization")).toBe("Bearer A2");
  });

  it("that was refused brings the controller's own words", async () => {
    controller.answers = [refused(409, "wrong_state")];
    await expect(client.ctiLogin()).rejects.toMatchObject({ code: "wrong_state", detail: "Do this.", request: "r1" });
  });

  it("refused by something that is no controller is explained too", async () => {
    controller.answers = [new Response("<html>", { status: 413 })];
    await expect(client.ctiLogin()).rejects.toMatchObject({ code: "http_413" });
  });

  it("measures the controller's clock", async () => {
    const skews: number[] = [];
    client.onSkew = (ms) => skews.push(ms);
    const date = (ms: number) =>
      new Response(null, { status: 204, headers: { Date: new Date(Date.now() + ms).toUTCString() } });
    controller.answers = [date(900), date(60_000), date(61_000), date(0)];
    for (let i = 0; i < 4; i++) await client.ctiLogin();
    expect(skews).toHaveLength(2);
    expect(Math.abs((skews[0] ?? 0) - 60_000)).toBeLessThan(1_001);
    expect(skews[1]).toBe(0);
  });
});
