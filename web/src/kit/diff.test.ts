import { describe, expect, it } from "vitest";
import { difference } from "./diff";

describe("what an act changed", () => {
  it("is the fields that differ", () => {
    expect(difference('{"a":1,"b":[1,2],"c":"x"}', '{"a":1,"b":[2,1],"d":true}')).toEqual([
      { field: "b", before: "[1,2]", after: "[2,1]" },
      { field: "c", before: "x", after: "" },
      { field: "d", before: "", after: "true" },
    ]);
  });

  it("is all of it where something was made or deleted", () => {
    expect(difference("", '{"a":1}')).toEqual([{ field: "a", before: "", after: "1" }]);
    expect(difference('{"a":1}', "")).toEqual([{ field: "a", before: "1", after: "" }]);
  });

  it("takes what is no JSON as text, such as the code of a refusal", () => {
    expect(difference("", "not_an_administrator")).toEqual([{ field: "", before: "", after: "not_an_administrator" }]);
    expect(difference("[1]", "[2]")).toEqual([{ field: "", before: "[1]", after: "[2]" }]);
    expect(difference("", "")).toEqual([]);
  });

  it("takes names of fields that mean something to the language as names", () => {
    expect(difference("{}", '{"__proto__":1,"constructor":2}').map((l) => l.field)).toEqual([
      "__proto__",
      "constructor",
    ]);
  });
});
