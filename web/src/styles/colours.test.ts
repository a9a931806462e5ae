// The contrast of every pair of colours that the page puts upon each other, as WCAG 2.2 counts it.
import { describe, expect, it } from "vitest";

const sheets = import.meta.glob<string>("./*.css", { eager: true, query: "?raw", import: "default" });
const colours = new Map(
  [...(sheets["./colours.css"] ?? "").matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }] as const,
  ),
);

/** Relative luminance of #rrggbb. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

const AA_TEXT = 4.5;
/** Of what is no text but has to be seen: edges of fields, lamps, the ring around the focus. */
const AA_SHAPE = 3;

const pairs: [on: string, least: number, what: string[]][] = [
  ["ground", AA_TEXT, ["text", "faint", "accent", "good", "warn", "bad"]],
  ["card", AA_TEXT, ["text", "faint", "accent", "good", "warn", "bad"]],
  ["hover", AA_TEXT, ["text", "faint", "accent", "bad"]],
  ["warn-ground", AA_TEXT, ["text", "accent", "warn"]],
  ["bad-ground", AA_TEXT, ["text", "accent", "bad"]],
  ["ring-ground", AA_TEXT, ["text", "faint", "good", "accent", "warn"]],
  ["accent", AA_TEXT, ["on-accent"]],
  ["accent-hover", AA_TEXT, ["on-accent"]],
  ["good", AA_TEXT, ["on-good"]],
  ["good-hover", AA_TEXT, ["on-good"]],
  ["bad", AA_TEXT, ["on-bad"]],
  ["bad-hover", AA_TEXT, ["on-bad"]],
  ["qr-light", AA_SHAPE, ["qr-dark"]],
  ["ground", AA_SHAPE, ["edge"]],
  ["card", AA_SHAPE, ["edge"]],
  ["ring-ground", AA_SHAPE, ["edge"]],
];

describe.each(["light", "dark"] as const)("in the %s", (scheme) => {
  const cases = pairs.flatMap(([on, least, what]) => what.map((front) => [front, on, least] as const));
  it.each(cases)("%s on %s can be told apart: at least %d to 1", (front, on, least) => {
    const [a, b] = [colours.get(front)?.[scheme], colours.get(on)?.[scheme]];
    expect(contrast(a ?? "no such colour", b ?? "no such colour")).toBeGreaterThanOrEqual(least);
  });
});

describe("colours", () => {
  it("are counted right", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  });

  it("have all their names tested but for the lines between things", () => {
    const tested = new Set(pairs.flatMap(([on, , what]) => [on, ...what]));
    expect([...colours.keys()].filter((name) => !tested.has(name))).toEqual(["line"]);
  });

  it("are named in one file only, and only such as there are are used", () => {
    for (const [path, sheet] of Object.entries(sheets)) {
      if (path !== "./colours.css") expect(sheet, path).not.toMatch(/light-dark|#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(/i);
      for (const [, name = ""] of sheet.matchAll(/var\(--([\w-]+)\)/g)) {
        expect(colours.has(name) || ["radius", "behind", "level"].includes(name), `${path}: ${name}`).toBe(true);
      }
    }
  });
});
