import { describe, expect, it } from "vitest";
import { type Keeping, Preference } from "./preference";
import { preferredOf } from "./words/area";

/** Tabs of one browser. */
function browser(kept: Record<string, string> = {}) {
  const store = new Map(Object.entries(kept));
  const watchers: (() => void)[] = [];
  const keeping: Keeping = {
    storage: { getItem: (k) => store.get(k) ?? null, setItem: (k, v) => void store.set(k, v) },
    watch: (changed) => void watchers.push(changed),
  };
  return { store, keeping, changed: () => watchers.forEach((w) => void w()) };
}

const open = (keeping: Keeping) => new Preference("fruit", ["fig", "pear"], "fig", keeping);

describe("a preference", () => {
  it("is what was chosen before, or else the default, also where something strange is kept", () => {
    expect(open(browser().keeping).get()).toBe("fig");
    expect(open(browser({ fruit: "pear" }).keeping).get()).toBe("pear");
    expect(open(browser({ fruit: "<b>" }).keeping).get()).toBe("fig");
  });

  it("that is chosen is kept, counts at once, and in the other tabs too", () => {
    const b = browser();
    const [here, there] = [open(b.keeping), open(b.keeping)];
    const told: string[] = [];
    const end = here.subscribe(() => told.push(here.get()));
    here.choose("pear");
    here.choose("pear");
    expect([told, b.store.get("fruit"), there.get()]).toEqual([["pear"], "pear", "fig"]);
    b.changed();
    expect(there.get()).toBe("pear");
    end();
    here.choose("fig");
    expect(told).toHaveLength(1);
  });

  it("counts also where nothing can be kept", () => {
    const refuse = () => {
      throw new Error("forbidden");
    };
    const p = open({ storage: { getItem: refuse, setItem: refuse }, watch: () => {} });
    p.choose("pear");
    expect(p.get()).toBe("pear");
  });
});

describe("the language", () => {
  it.each([
    [["ko-KR", "en"], "ko"],
    [["de", "KO"], "ko"],
    [["en-GB", "ko"], "en"],
    [["kok", "de"], "en"],
    [[], "en"],
  ] as const)("of a browser that asks for %j is %s", (wanted, expected) => {
    expect(preferredOf(wanted)).toBe(expected);
  });
});
