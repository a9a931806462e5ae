import { beforeEach, describe, expect, it } from "vitest";
import { MOST_RECENT, Recent } from "./recent";

let kept: Map<string, string>;
let recent: Recent;

beforeEach(() => {
  kept = new Map();
  recent = new Recent({
    getItem: (k) => kept.get(k) ?? null,
    setItem: (k, v) => void kept.set(k, v),
    removeItem: (k) => void kept.delete(k),
  });
});

describe("what was dialled lately", () => {
  it("is each agent's own, newest first, each number once", () => {
    for (const n of ["1", "2", "1"]) recent.add("anna", n);
    expect(recent.list("anna")).toEqual(["1", "2"]);
    expect(recent.list("ben")).toEqual([]);
  });

  it("is not much", () => {
    for (let n = 0; n < 20; n++) recent.add("anna", `${n}`);
    expect(recent.list("anna")).toHaveLength(MOST_RECENT);
    expect(recent.list("anna")[0]).toBe("19");
  });

  it.each(["{", "{}", "null", `[1,null,"",["x"],"${"1".repeat(65)}"]`])(
    "is nothing where the storage holds %s",
    (text) => {
      kept.set("switchroom.recent.anna", text);
      expect(recent.list("anna")).toEqual([]);
      expect(recent.add("anna", "112")).toEqual(["112"]);
    },
  );

  it("is forgotten where nothing may be stored", () => {
    const forbidden = () => {
      throw new Error("forbidden");
    };
    const none = new Recent({ getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    expect(none.add("anna", "112")).toEqual(["112"]);
    expect(none.list("anna")).toEqual([]);
  });
});
