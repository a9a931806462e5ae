import { describe, expect, it } from "vitest";
import type { Area } from "../../words/area";
import { acts } from "./acts";

const modules = import.meta.glob<Record<string, Area<object>>>(["./*.ts", "!./*.test.ts"], { eager: true });
const areas = Object.values(modules).flatMap((m) => Object.entries(m));

/** Each entry as text, by its path; those that are made of something are given a sample. */
function entries(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, entry]): [string, string][] => {
    const at = `${path}.${key}`;
    if (typeof entry === "string") return [[at, entry]];
    if (typeof entry === "function") return [[at, String(entry(...["2", "3", "4"].slice(0, entry.length)))]];
    return entries(entry, at);
  });
}

/** Where the controller names what it notes in the audit trail. */
const noted =
  /\b(?:change|note|revise|found|discard|touchDelivery)\((?:ctx|tx)(?:, s)?, [\w.]+, "([a-z_]+)"|\bNote\(ctx, [^"]*"([a-z_]+)"/g;

describe("the words of the administration", () => {
  it("are there", () => expect(areas.length).toBeGreaterThan(10));

  it("say each act that the controller notes", () => {
    const sources = import.meta.glob<string>(["../../../../store/sql/*.go", "../../../../api/*.go", "!**/*_test.go"], {
      eager: true,
      query: "?raw",
      import: "default",
    });
    const all = [...Object.values(sources).join("\n").matchAll(noted)].map((m) => m[1] ?? m[2] ?? "");
    expect(all.length).toBeGreaterThan(75);
    expect(all.filter((act) => !Object.hasOwn(acts.en, act))).toEqual([]);
  });

  it("say each operation of the contract that somebody may be refused", () => {
    const contract = Object.values(
      import.meta.glob<string>("../../../../api/openapi.yaml", { eager: true, query: "?raw", import: "default" }),
    ).join();
    const roles = /operationId: (\w+)\n(?:(?!operationId).*\n)*? +x-roles: \[(.*)\]/g;
    const names = [...contract.matchAll(roles)]
      .filter(([, , who = ""]) => !who.includes("agent"))
      .map(([, name = ""]) => name.replace(/(?!^)[A-Z]/g, (capital) => `_${capital}`).toLowerCase());
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name) => !Object.hasOwn(acts.en, name))).toEqual([]);
  });

  it.each(areas)("of %s say in Korean what they say in English", (_, { en, ko }) => {
    const [inEnglish, inKorean] = [entries(en), entries(ko)];
    expect(inKorean.map(([at]) => at)).toEqual(inEnglish.map(([at]) => at));
    for (const [at, text] of inKorean) expect(text, at).toMatch(/[가-힣]/);
  });
});
