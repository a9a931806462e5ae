import { expect, it } from "vitest";
import { storageOf } from "./storage";

it("what a browser forbids is kept in memory", () => {
  const storage = storageOf(() => {
    throw new DOMException("no", "SecurityError");
  });
  storage.setItem("a", "1");
  expect(storage.getItem("a")).toBe("1");
  storage.removeItem("a");
  expect(storage.getItem("a")).toBeNull();
});
