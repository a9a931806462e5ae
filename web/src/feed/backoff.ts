// Pauses between attempts to connect: they double, with jitter, so that a hundred pages do not come back in the same instant.

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** The pause before attempt n (from 0), in ms: random between half and all of min(LONGEST, FIRST·2ⁿ). random is in [0, 1). */
export function pause(n: number, random: () => number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(n, 16));
  return Math.round(whole / 2 + (whole / 2) * random());
}
