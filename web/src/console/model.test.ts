import { describe, expect, it } from "vitest";
import type { Api } from "../api/client";
import type { View } from "../feed/messages";
import { Store } from "../state/store";
import { Console } from "./model";
import type { Place } from "./navigation";

const talking = (call: string, ticket: string): View =>
  ({
    agent: "anna",
    call: { id: call, ticket, connected_at: "2026-11-22T09:31:00Z", commands: [] },
  }) as unknown as View;
const ringing = { agent: "anna", call: { id: "c1", commands: ["answer"] } } as unknown as View;
const none = { agent: "anna", call: null } as unknown as View;

/** A console at that address, and what the history has become. */
function at(address: string) {
  const history = [address];
  const place: Place = {
    read: () => history.at(-1) ?? "",
    push: (a) => void history.push(a),
    replace: (a) => void history.splice(-1, 1, a),
    watch: () => {},
  };
  const store = new Store();
  const model = new Console(store, place, {} as Api);
  const sees = (...views: View[]) => {
    for (const data of views) store.dispatch({ type: "view", seq: 1, data });
  };
  return { history, store, model, sees };
}

describe("S15: the page goes to the ticket", () => {
  it("when the call connects, once", () => {
    const { history, model, sees } = at("/calls");
    sees(none, ringing, talking("c1", "T-000007"));
    expect(history).toEqual(["/calls", "/tickets/T-000007"]);
    model.navigation.go({ at: "customers", filter: {} });
    sees(talking("c1", "T-000007"));
    expect(history.at(-1)).toBe("/customers");
  });

  it("not after a reload in mid-call, unless nobody has gone anywhere", () => {
    const reloaded = at("/calls");
    reloaded.sees(talking("c1", "T-000007"));
    expect(reloaded.history).toEqual(["/calls"]);
    const opened = at("/");
    opened.sees(talking("c1", "T-000007"));
    expect(opened.history.at(-1)).toBe("/tickets/T-000007");
  });

  it("not while another one is being written in: then a notice waits, until the person goes there", () => {
    const { history, model, sees } = at("/tickets/T-000001");
    model.drafts.set({ at: "ticket", ticket: "T-000001" }, { note: "half a" });
    sees(none, talking("c1", "T-000007"));
    expect(history).toEqual(["/tickets/T-000001"]);
    expect(model.waiting()).toBe("T-000007");
    model.navigation.go({ at: "ticket", ticket: "T-000007" });
    expect(model.waiting()).toBeNull();
    expect(model.drafts.has({ at: "ticket", ticket: "T-000001" })).toBe(true);
  });

  it("and nothing that one person wrote is there for the next", () => {
    const { store, model, sees } = at("/tickets/T-000001");
    model.drafts.set({ at: "ticket", ticket: "T-000001" }, "half a");
    sees(none, talking("c1", "T-000007"));
    store.dispatch({ type: "session", session: { kind: "signed_out", why: "by_choice" } });
    expect(model.drafts.any).toBe(false);
    expect(model.waiting()).toBeNull();
  });

  it("but whose session ended by itself finds it again, and nobody else does", () => {
    const { store, model } = at("/tickets/T-000001");
    const signIn = (id: string) =>
      store.dispatch({ type: "session", session: { kind: "signed_in", identity: { id, name: "", roles: [] } } });
    signIn("anna");
    model.drafts.set({ at: "ticket", ticket: "T-000001" }, "half a");
    store.dispatch({ type: "session", session: { kind: "signed_out", why: "ended" } });
    signIn("anna");
    expect(model.drafts.get({ at: "ticket", ticket: "T-000001" })).toBe("half a");
    store.dispatch({ type: "session", session: { kind: "signed_out", why: "ended" } });
    signIn("ben");
    expect(model.drafts.any).toBe(false);
  });
});
