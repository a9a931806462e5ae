import { describe, expect, it } from "vitest";
import { type Field, instantOf, linesOf, localOf, moved, numberOf, optionsWith, shown } from "./field";
import { deep, flat } from "./flat";

describe("what is typed", () => {
  it.each([
    ["20", 20],
    [" 7 ", 7],
    ["-100", -100],
    ["", ""],
    ["1.5", "1.5"],
    ["1e3", "1e3"],
    ["12345678901", "12345678901"],
  ])("as a number, %j, is %j", (text, want) => expect(numberOf(text)).toBe(want));

  it("as lines is without blanks", () => expect(linesOf(" +82 \n\n+1\r\n")).toEqual(["+82", "+1"]));

  it("as an instant comes back as it was", () => {
    const at = instantOf("2026-11-20T18:30");
    expect(localOf(at)).toBe("2026-11-20T18:30");
    expect(instantOf("")).toBeNull();
    expect(localOf(null)).toBe("");
    expect(localOf("nonsense")).toBe("");
  });
});

describe("lists", () => {
  it("are moved by one place, and not over their ends", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
    expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
  });

  it("keep an option that is chosen and not there any more", () => {
    const options = [{ value: "a", text: "A" }];
    expect(optionsWith(options, ["a", "gone", ""])).toEqual([...options, { value: "gone", text: "gone" }]);
  });
});

describe("values in words", () => {
  const w = { yes: "Yes", no: "No", none: "None" };
  const choice: Field = { name: "s", kind: "choice", label: "Service", options: [{ value: "b", text: "Brand" }] };
  const rows: Field = {
    name: "services",
    kind: "rows",
    label: "Services",
    add: "Add",
    fresh: {},
    columns: [choice, { name: "phone", kind: "switch", label: "Phone permission" }],
  };

  it.each<[Field | undefined, unknown, string]>([
    [undefined, true, "Yes"],
    [undefined, "", "None"],
    [undefined, null, "None"],
    [undefined, [], "None"],
    [undefined, 0, "0"],
    [choice, "b", "Brand"],
    [choice, "x", "x"],
    [{ ...choice, kind: "picks" }, ["b", "x"], "Brand, x"],
    [
      rows,
      [
        { s: "b", phone: true },
        { s: "c", phone: false },
      ],
      "Brand · Phone permission, c",
    ],
  ])("of %j, %j: %s", (field, value, want) => expect(shown(w, field, value)).toBe(want));

  it("hide nothing behind marks of direction", () => expect(shown(w, undefined, "a\u202eb")).toBe("ab"));
});

describe("a setting with a part of its own", () => {
  const stored = { week: [], closed: { action: "queue", queue: "night" }, version: "1" };

  it("is a flat one in a form, and goes back", () => {
    const form = flat(stored, "closed");
    expect(form).toEqual({ week: [], closed_action: "queue", closed_queue: "night", version: "1" });
    expect(deep({ ...form, closed_prompt: "" }, "closed")).toEqual(stored);
  });
});
