import { expect, it } from "vitest";
import { levelOf } from "./level";

it.each([
  [0, 0],
  [0.001, 0],
  [0.03, 0.5],
  [1, 1],
])("a microphone at %d of full scale is shown at %d", (amplitude, shown) => {
  expect(levelOf(new Float32Array(512).fill(amplitude))).toBeCloseTo(shown, 1);
});
