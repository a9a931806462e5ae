import { expect, it } from "vitest";
import type { Client, Caller as Known } from "../api/client";
import type { CallView, View } from "../feed/messages";
import { Store } from "../state/store";
import { Caller } from "./caller";

const ringing = { id: "c1", state: "offering", role: "agent", commands: ["answer", "decline"] } as unknown as CallView;
const talking = { ...ringing, state: "talking", commands: ["hangup"] } as CallView;
const pop = { url: "https://crm.example/", when: "ring" } as const;

function page(answers: (Known | Error)[]) {
  const store = new Store();
  const asked: string[] = [];
  const opened: string[] = [];
  const client = {
    caller: async (id: string) => {
      asked.push(id);
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error("asked too often");
      return answer;
    },
  } as unknown as Client;
  const caller = new Caller(store, client, (_, url) => opened.push(url));
  const sees = (call: CallView | null) => {
    const view = { call, status: { code: "on_call" } } as View;
    store.dispatch({ type: "view", seq: 1, data: view });
    return caller.update(view);
  };
  const signIn = () =>
    store.dispatch({
      type: "session",
      session: { kind: "signed_in", identity: { id: "anna", name: "Anna", roles: ["agent"] } },
    });
  return { asked, opened, sees, signIn, known: () => store.get().caller };
}

it("asks who calls once for each call, and again when that failed", async () => {
  const { asked, sees, known } = page([new Error("away"), { tickets: 1, latest: [] }]);
  await sees(ringing);
  await sees(talking);
  await sees(talking);
  expect(asked).toEqual(["c1", "c1"]);
  expect(known()).toMatchObject({ call: "c1", caller: { tickets: 1 } });
});

it("asks in whatever state it first sees the call, but of colleagues", async () => {
  const { asked, sees, known } = page([{ tickets: 2, latest: [] }]);
  await sees({ ...talking, id: "c0", internal: true });
  await sees({ ...talking, state: "swapped" });
  expect(asked).toEqual(["c1"]);
  expect(known()?.caller.tickets).toBe(2);
});

it("asks again about a call that was given away and comes back", async () => {
  const { asked, sees, known } = page([
    { tickets: 1, latest: [] },
    { tickets: 1, latest: [] },
  ]);
  await sees(talking);
  await sees(null);
  await sees({ ...ringing, state: "recalling" });
  expect(asked).toEqual(["c1", "c1"]);
  expect(known()?.call).toBe("c1");
});

it("opens another system's page for a call that it has seen ring, and for no other", async () => {
  const rang = page([{ tickets: 0, latest: [], screen_pop: pop }]);
  await rang.sees(ringing);
  expect(rang.opened).toEqual([pop.url]);
  const late = page([{ tickets: 0, latest: [], screen_pop: pop }]);
  await late.sees(talking);
  expect(late.opened).toEqual([]);
});

it("asks again for who signs in anew in the same call", async () => {
  const { asked, sees, signIn, known } = page([
    { tickets: 3, latest: [] },
    { tickets: 3, latest: [] },
  ]);
  signIn();
  await sees(talking);
  signIn();
  await sees(talking);
  expect(asked).toEqual(["c1", "c1"]);
  expect(known()?.caller.tickets).toBe(3);
});
