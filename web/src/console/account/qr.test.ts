import { describe, expect, it } from "vitest";
import { drawn } from "./QrCode";

describe("a QR code", () => {
  const { size, path } = drawn(
    "otpauth://totp/Switchroom:anna?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Switchroom",
  );
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`));

  it("has its three finders, each in a corner within the quiet zone", () => {
    const far = size - 4 - 7;
    for (const [left, top] of [
      [4, 4],
      [far, 4],
      [4, far],
    ] as const) {
      for (let y = 0; y < 7; y++)
        for (let x = 0; x < 7; x++) {
          const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3));
          expect(dark.has(`${left + x} ${top + y}`), `${x},${y} of ${left},${top}`).toBe(ring !== 2);
        }
    }
    expect(dark.has(`${far + 3} ${far + 3}`) && dark.has(`${far} ${far}`) && dark.has(`${far + 6} ${far + 6}`)).toBe(
      false,
    );
  });

  it("leaves four squares free around it", () => {
    for (const place of dark) for (const n of place.split(" ").map(Number)) expect(n >= 4 && n < size - 4).toBe(true);
  });
});
