import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CallView } from "../feed/messages";
import type { Locks } from "../phone/keeper";
import { openPage, pageOf, popOf } from "./pop";
import type { State } from "./state";

const ringing = { id: "c", commands: ["answer", "decline"], state: "offering", role: "agent" } as unknown as CallView;
const talking = { id: "c", commands: ["hangup"], state: "talking", role: "agent" } as unknown as CallView;

describe("the page beside a call", () => {
  it("is https and nothing else", () => {
    expect(pageOf({ url: "https://crm.example/?phone=%2B82", when: "ring" })).toBe("https://crm.example/?phone=%2B82");
    for (const url of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,x",
      "http://crm.example/",
      "//crm.example",
      "https://a:b@crm.example/",
      "",
      " ",
    ]) {
      expect(pageOf({ url, when: "ring" })).toBeNull();
    }
    expect(pageOf(undefined)).toBeNull();
  });

  it("opens on ring, or on answer", () => {
    const url = "https://x.example/";
    const pop = (when: "ring" | "answer", call: CallView, rang = true) =>
      popOf({ view: { call }, caller: { call: "c", caller: { screen_pop: { url, when } }, rang } } as unknown as State);
    expect(pop("ring", ringing)).toEqual({ call: "c", url });
    expect(pop("answer", ringing)).toBeNull();
    expect(pop("answer", talking)).toEqual({ call: "c", url });
    expect(pop("answer", talking, false)).toBeNull();
    expect(pop("ring", { ...ringing, id: "another" })).toBeNull();
  });

  describe("opens once for a call in all tabs", () => {
    const storage = () => {
      const kept = new Map<string, string>();
      return { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v) };
    };
    const opened: { opener: unknown; went: string }[] = [];
    const open = () => {
      const tab = { opener: "us" as unknown, went: "", location: { replace: (_: string) => {} } };
      tab.location.replace = (url) => {
        tab.went = url;
      };
      opened.push(tab);
      return tab as unknown as Window;
    };
    beforeEach(() => opened.splice(0));

    it("and knows nothing of the page that opened it", async () => {
      const tabs = { open, storage: storage(), locks: null };
      await openPage(tabs, "c1", "https://x.example/");
      await openPage(tabs, "c1", "https://x.example/");
      await openPage({ ...tabs, open: () => null }, "c2", "https://x.example/"); // the browser refuses
      await openPage(tabs, "c3", "https://x.example/3");
      expect(opened.map(({ opener, went }) => ({ opener, went }))).toEqual([
        { opener: null, went: "https://x.example/" },
        { opener: null, went: "https://x.example/3" },
      ]);
    });

    it("also where another tab reads a moment later what one has stored", async () => {
      vi.useFakeTimers();
      const held = new Set<string>();
      const request = async (name: string, _: object, work: (lock: object | null) => Promise<void>) => {
        if (held.has(name)) return work(null);
        held.add(name);
        await work({});
        held.delete(name);
      };
      const locks = { request } as unknown as Locks;
      const [one, two] = [
        { open, storage: storage(), locks },
        { open, storage: storage(), locks },
      ];
      const both = [openPage(one, "c1", "https://x.example/"), openPage(two, "c1", "https://x.example/")];
      await vi.advanceTimersByTimeAsync(5_000);
      await Promise.all(both);
      expect(opened).toHaveLength(1);
      expect(held.size).toBe(0);
      vi.useRealTimers();
    });
  });
});
