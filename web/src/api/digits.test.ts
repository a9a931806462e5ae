import { describe, expect, it } from "vitest";
import { Digits, MOST_DIGITS } from "./digits";

describe("digits", () => {
  it("that are pressed while others are under way go with the next request, in order", async () => {
    const digits = new Digits();
    const sent: string[] = [];
    digits.press("1");
    await digits.flush(async (d) => {
      sent.push(d);
      if (d === "1") for (const next of "23#") digits.press(next);
    });
    expect(sent).toEqual(["1", "23#"]);
  });

  it("are no more in one request than it takes", async () => {
    const digits = new Digits();
    const sent: string[] = [];
    for (let i = 0; i < MOST_DIGITS + 3; i++) digits.press("7");
    await digits.flush(async (d) => {
      sent.push(d);
    });
    expect(sent.map((d) => d.length)).toEqual([MOST_DIGITS, 3]);
  });

  it("are not sent when those before them were refused", async () => {
    const digits = new Digits();
    digits.press("1");
    const refused = digits.flush(async () => {
      digits.press("2");
      throw new Error("refused");
    });
    await expect(refused).rejects.toThrow("refused");
    const sent: string[] = [];
    await digits.flush(async (d) => {
      sent.push(d);
    });
    expect(sent).toEqual([]);
  });
});
