import { describe, expect, it } from "vitest";
import type { CallView } from "../feed/messages";
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

  it("opens once for a call in all tabs, and knows nothing of the page that opened it", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (k: string) => kept.get(k) ?? null,
      setItem: (k: string, v: string) => void kept.set(k, v),
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
    openPage({ open, storage }, "c1", "https://x.example/");
    openPage({ open, storage }, "c1", "https://x.example/");
    openPage({ open: () => null, storage }, "c2", "https://x.example/"); // the browser refuses
    openPage({ open, storage }, "c3", "https://x.example/3");
    expect(opened.map(({ opener, went }) => ({ opener, went }))).toEqual([
      { opener: null, went: "https://x.example/" },
      { opener: null, went: "https://x.example/3" },
    ]);
  });
});
