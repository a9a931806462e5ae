import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Directory } from "../state/state";
import type { Colleague } from "./client";
import { Lookup, REFRESH_MS, TYPED_MS } from "./lookup";
import { unreachable } from "./problem";

const ben: Colleague = { agent: "ben", name: "Ben Okafor", number: "2002", queues: ["sales"] };
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

let asked: string[];
let told: Partial<Directory>[];
let answer: (search: string) => Promise<readonly Colleague[]>;
let lookup: Lookup;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  told = [];
  answer = async () => [ben];
  lookup = new Lookup({
    find: (search) => {
      asked.push(search);
      return answer(search);
    },
    tell: (change) => told.push(change),
  });
});

afterEach(() => {
  lookup.close();
  vi.useRealTimers();
});

describe("the agents who are Ready", () => {
  it("are asked for when the dialog opens, and again while it is open", async () => {
    lookup.open();
    await pass();
    expect(told).toEqual([{ found: [ben], fault: null }]);
    await pass(REFRESH_MS);
    expect(asked).toEqual(["", ""]);
    lookup.close();
    await pass(10 * REFRESH_MS);
    expect(asked).toHaveLength(2);
  });

  it("are searched once the agent pauses in typing", async () => {
    lookup.open();
    await pass();
    for (const text of ["b", "be", "ben "]) {
      lookup.search(text);
      await pass(TYPED_MS - 10);
    }
    expect(asked).toEqual([""]);
    await pass(20);
    expect(asked).toEqual(["", "ben"]);
    expect(told).toContainEqual({ search: "ben " });
  });

  it("are those of the newest question, whichever answer comes last", async () => {
    let late: (found: readonly Colleague[]) => void = () => {};
    const slow = new Promise<readonly Colleague[]>((done) => {
      late = done;
    });
    answer = (search) => (search === "" ? slow : Promise.resolve([ben]));
    lookup.open();
    lookup.search("ben");
    await pass(TYPED_MS);
    late([]);
    await pass();
    expect(told.at(-1)).toEqual({ found: [ben], fault: null });
  });

  it("stay as they were when they cannot be asked for, and it is said why", async () => {
    lookup.open();
    await pass();
    answer = async () => {
      throw unreachable();
    };
    await pass(REFRESH_MS);
    expect(told.at(-1)).toEqual({ fault: { code: "unreachable", detail: unreachable().detail } });
    answer = async () => [];
    await pass(REFRESH_MS);
    expect(told.at(-1)).toEqual({ found: [], fault: null });
  });

  it("are of no interest any more when the dialog is closed", async () => {
    lookup.open();
    lookup.close();
    await pass(10 * REFRESH_MS);
    expect(told).toEqual([]);
  });
});
