import { describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import type { Identity } from "../api/session";
import type { SignInAnswer } from "../api/sign-in";
import { Store } from "../state/store";
import { Entrance } from "./entrance";

const anna: Identity = { id: "anna", name: "Anna", roles: ["agent"] };
const arrival = { provider: "keycloak", answer: { state: "s", code: "c" } };

function refusal(code: string, status = 403): Problem {
  return new Problem({ code, title: "No", detail: "Do this.", status });
}

/** An entrance whose controller answers that, one after the other. */
function entrance(...answers: (Problem | string)[]) {
  const sent: [string, SignInAnswer][] = [];
  const entered: [string, string][] = [];
  const left: string[] = [];
  const faults: unknown[] = [];
  const store = new Store();
  const door = new Entrance({
    session: {
      signInBy: async (provider, answer) => {
        sent.push([provider, answer]);
        const next = answers.shift();
        if (typeof next !== "string") throw next;
        return { identity: anna, returnTo: next };
      },
    },
    store,
    ask: async (work) => {
      await work().catch((e) => void faults.push(e));
      return null;
    },
    here: () => "/calls?direction=inbound",
    leave: (address) => void left.push(address),
    enter: (identity, returnTo) => void entered.push([identity.id, returnTo]),
  });
  return { door, sent, entered, left, faults, step: () => store.get().returning };
}

describe("the entrance", () => {
  it("lets in who came back from a provider, to where they wanted to go", async () => {
    const e = entrance("/tickets/T-000001");
    const done = e.door.arrive(arrival);
    expect(e.step()).toBe("checked");
    await done;
    expect(e.entered).toEqual([["anna", "/tickets/T-000001"]]);
    expect(e.sent).toEqual([["keycloak", { state: "s", code: "c" }]]);
  });

  it("asks for a code as often as it takes, and sends it with the state alone", async () => {
    const e = entrance(refusal("code_required", 401), refusal("bad_code", 401), refusal("too_many_attempts", 429), "/");
    await e.door.arrive(arrival);
    for (const code of ["1", "2", "3"]) {
      expect(e.step()).toBe("code");
      await e.door.prove(code);
    }
    expect(e.entered).toHaveLength(1);
    expect(e.sent.slice(1).map(([, a]) => a)).toEqual(["1", "2", "3"].map((c) => ({ state: "s", second_factor: c })));
  });

  it.each(["not_registered", "sign_in_expired", "provider_denied"])(
    "after %s it begins anew, by any way",
    async (code) => {
      const e = entrance(refusal(code));
      await e.door.arrive(arrival);
      expect([e.step(), e.entered, e.faults.length]).toEqual([null, [], 1]);
    },
  );

  it.each([
    ["https://login.example.com/auth?x=1", true],
    ["javascript:alert(1)", false],
  ])("leaves for %s: %s", async (address, goes) => {
    const asked: unknown[] = [];
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      asked.push([path, init.body, init.credentials]);
      return Response.json({ address });
    });
    const e = entrance();
    await e.door.go("keycloak");
    expect(e.left).toEqual(goes ? [address] : []);
    expect(asked).toEqual([
      ["/api/v1/sign-in/providers/keycloak", '{"return_to":"/calls?direction=inbound"}', "same-origin"],
    ]);
    vi.unstubAllGlobals();
  });

  it("has the password where the providers cannot be had", async () => {
    vi.stubGlobal("fetch", async () => Response.json({ code: "store_away" }, { status: 503 }));
    const e = entrance();
    await e.door.load();
    expect(e.faults).toEqual([]);
    vi.unstubAllGlobals();
  });
});
