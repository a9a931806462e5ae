import { describe, expect, it } from "vitest";
import type { CallView } from "../feed/messages";
import { type Area, languages } from "./area";
import { call, otherName } from "./call";
import { calls } from "./calls";
import { commands } from "./commands";
import { common } from "./common";
import { connection } from "./connection";
import { console as consoleWords } from "./console";
import { customer, earlierTickets } from "./customer";
import { dial } from "./dial";
import { embed } from "./embed";
import { day, dayAndTime, duration, number, plain, span } from "./format";
import { help } from "./help";
import { kit } from "./kit";
import { phone } from "./phone";
import { explain, korean, microphoneFaults } from "./problems";
import { reset } from "./reset";
import { session } from "./session";
import { settings } from "./settings";
import { status } from "./status";
import { ticket } from "./ticket";
import { agentsFound, transfer } from "./transfer";
import { widget } from "./widget";

const areas: Record<string, Area<object>> = {
  call,
  calls,
  commands,
  common,
  connection,
  consoleWords,
  customer,
  dial,
  embed,
  help,
  kit,
  microphoneFaults,
  phone,
  reset,
  session,
  settings,
  status,
  ticket,
  transfer,
  widget,
};

/** Each entry of a dictionary as text, by its path; those that are made of something are given a sample. */
function entries(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, entry]): [string, string][] => {
    const at = `${path}.${key}`;
    if (typeof entry === "string") return [[at, entry]];
    if (typeof entry === "function") return [[at, String(entry(...["2", "3", "4", "5"].slice(0, entry.length)))]];
    return entries(entry, at);
  });
}

describe("the words", () => {
  it.each(Object.keys(areas))("of %s say in Korean what they say in English, at the same places", (name) => {
    const { en, ko } = areas[name] as Area<object>;
    const [inEnglish, inKorean] = [entries(en), entries(ko)];
    expect(inKorean.map(([at]) => at)).toEqual(inEnglish.map(([at]) => at));
    for (const [at, text] of inKorean) {
      const exempt = /^\.(person|numbered)$|^\.since$/.test(at);
      if (!exempt) expect(text, at).toMatch(/[가-힣]/);
      const slots = (t: string | undefined) => t?.match(/\{\w+\}/g) ?? [];
      expect(slots(text), at).toEqual(slots(inEnglish.find(([other]) => other === at)?.[1]));
    }
  });

  it("have a Korean sentence for each code with which the API refuses", () => {
    const sources = import.meta.glob<string>(["../../../api/*.go", "../../../prompt/*.go", "!**/*_test.go"], {
      eager: true,
      query: "?raw",
      import: "default",
    });
    const all = Object.values(sources).join("\n");
    const table = /var statuses = map\[string\]int\{([^}]*)\}/.exec(all)?.[1] ?? "";
    const codes = new Set([
      ...[...table.matchAll(/"([a-z_]+)":/g)].map((m) => m[1] ?? ""),
      ...[...all.matchAll(/fail\([^,()]+, "([a-z_]+)",/g)].map((m) => m[1] ?? ""),
      ...[...all.matchAll(/return fail\([^,]+, e\.Slug/g)].flatMap((m) =>
        [...(/case ([^:]*):\s*$/.exec(all.slice(0, m.index))?.[1] ?? "").matchAll(/"([a-z_]+)"/g)].map(
          (c) => c[1] ?? "",
        ),
      ),
      ...[...all.matchAll(/"(prompt_[a-z_]+)"/g)].map((m) => m[1] ?? ""),
    ]);
    expect(codes.size).toBeGreaterThan(75);
    expect([...codes].filter((c) => !Object.hasOwn(korean, c))).toEqual([]);
  });
});

describe("a refusal", () => {
  it("is said in the server's words in English, and by its code in Korean", () => {
    const refused = { code: "wrong_state", detail: "hold is not possible now" };
    expect(explain("en", refused)).toBe("Hold is not possible now.");
    expect(explain("ko", refused)).toBe("지금 통화 상태에서는 할 수 없습니다.");
  });

  it("with a code that is new is said in the server's words in every language", () => {
    for (const l of languages) expect(explain(l, { code: "toString", detail: "do that" })).toBe("Do that.");
  });

  it("brings the particulars that only the server knows", () => {
    expect(explain("ko", { code: "invalid", detail: "a name is not empty" })).toContain("(a name is not empty)");
    expect(explain("ko", { code: "not_available", detail: "you cannot dial now: phone_unreachable" })).toContain(
      "전화기에 연결할 수 없음",
    );
  });

  it("that this page makes itself is said in words of its own", () => {
    for (const code of ["unreachable", "page_error", "http_502", "microphone_denied"]) {
      const [en, ko] = languages.map((l) => explain(l, { code, detail: "" }));
      expect([en, ko]).toEqual([expect.stringMatching(/[a-z]+\.$/), expect.stringMatching(/[가-힣]+\.$/)]);
    }
  });
});

describe("numbers and times", () => {
  it("count as the language does", () => {
    expect([agentsFound(transfer.en, 1, ""), agentsFound(transfer.en, 1200, "")]).toEqual([
      "One agent is Ready.",
      "1,200 agents are Ready.",
    ]);
    expect(agentsFound(transfer.ko, 1, "")).toBe("상담원 1명이 대기 중입니다.");
    expect([earlierTickets(customer.en, 1), earlierTickets(customer.en, 7)]).toEqual([
      "1 earlier ticket:",
      "7 earlier tickets, the newest:",
    ]);
    expect(number("ko", 1234.5)).toBe("1,234.5");
  });

  it("say days and spans as the language does, and what is no date as it came", () => {
    expect([day("en", "2026-11-20T12:00:00Z"), day("ko", "2026-11-20T12:00:00Z"), day("ko", "x")]).toEqual([
      "Nov\u00a020,\u00a02026",
      "2026.\u00a011.\u00a020.",
      "x",
    ]);
    expect([span("en", 7_500_000), span("ko", 7_500_000)]).toEqual(["2 hours 5 minutes", "2시간 5분"]);
    expect([span("en", 45_000), span("en", 60_000), span("ko", 7_200_000)]).toEqual([
      "45 seconds",
      "1 minute",
      "2시간",
    ]);
  });

  it("are broken between day and time only", () => {
    const said = languages.map((l) => dayAndTime(l, "2026-11-20T12:00:00Z"));
    for (const text of said) expect(text).toMatch(/^[^ ]*2026[^ ]* [^ ]*\d:\d\d[^ ]*$/);
    expect(dayAndTime("en", "some day")).toBe("some day");
  });

  it("of a running clock are the same everywhere", () => {
    expect([duration(-5), duration(59_999), duration(60_000), duration(3_661_000)]).toEqual([
      "0:00",
      "0:59",
      "1:00",
      "1:01:01",
    ]);
  });
});

describe("names", () => {
  it("in Korean sentences end so that what follows them fits", () => {
    const named = (other: NonNullable<CallView["other"]>) => otherName(call.ko, other);
    expect(named({ kind: "agent", agent: "ben", party: { number: "2002", name: "Ben" } })).toBe("Ben님");
    expect(named({ kind: "agent", agent: "ben", party: { number: "2002" } })).toBe("2002번");
    expect(named({ kind: "queue", queue: "sales", party: { number: "" } })).toBe("sales 대기열");
    expect(otherName(call.ko, undefined)).toBe("동료 상담원");
  });

  it("lose their hiding places", () => {
    expect(plain("a\u202eb\u0000c\u2066\u200bd\u061c\n")).toBe("abcd");
    expect(plain(`${"x".repeat(119)}😀`)).toBe("x".repeat(119));
    expect(plain(`${"x".repeat(118)}😀`)).toBe(`${"x".repeat(118)}😀`);
    expect(plain("x".repeat(500))).toHaveLength(120);
    expect(plain("Zoë 李")).toBe("Zoë 李");
  });
});
