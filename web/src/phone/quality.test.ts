import { describe, expect, it } from "vitest";
import { gradeOf, type Meter, measure, type Sample, sampleOf, unmeasured } from "./quality";

/** Fifty packets a second each way, none lost. */
const perfect: Omit<Sample, "at"> = { received: 50, lost: 0, jitter: 2, roundTrip: 20, sent: 50, unheard: 0 };

/** A meter after those seconds; each says what is different in it, counts being of that second alone. */
function metered(...seconds: Partial<Sample>[]): Meter {
  let total = { received: 0, lost: 0, sent: 0 };
  return seconds.reduce<Meter>((meter, second, i) => {
    const s = { ...perfect, ...second };
    total = { received: total.received + s.received, lost: total.lost + s.lost, sent: total.sent + s.sent };
    return measure(meter, { ...s, ...total, at: (i + 1) * 1000 });
  }, unmeasured);
}

const times = (n: number, second: Partial<Sample> = {}): Partial<Sample>[] => Array.from({ length: n }, () => second);

describe("quality", () => {
  it("is said after three samples, not before", () => {
    expect(metered(...times(2)).quality.grade).toBeNull();
    expect(metered(...times(3)).quality).toEqual({
      grade: "good",
      loss: 0,
      jitter: 2,
      roundTrip: 20,
      nothingComes: 0,
      nothingGoes: 0,
    });
  });

  it.each([
    [{ loss: 0.02, jitter: 30, roundTrip: 300 }, "good"],
    [{ loss: 0.021, jitter: 0, roundTrip: null }, "fair"],
    [{ loss: 0, jitter: 31, roundTrip: 0 }, "fair"],
    [{ loss: 0, jitter: 0, roundTrip: 301 }, "fair"],
    [{ loss: 0.061, jitter: 0, roundTrip: 0 }, "poor"],
    [{ loss: 0, jitter: 61, roundTrip: 0 }, "poor"],
    [{ loss: 0, jitter: 0, roundTrip: 601 }, "poor"],
  ] as const)("of %j is %s", (numbers, grade) => {
    expect(gradeOf(numbers)).toBe(grade);
  });

  it("counts loss over the last five seconds, in either direction", () => {
    const lossy = metered(...times(4), { received: 45, lost: 5 });
    expect(lossy.quality.loss).toBeCloseTo(5 / 200, 5);
    expect(metered(...times(3), ...times(6, { received: 45, lost: 5 })).quality.loss).toBeCloseTo(0.1, 5);
    expect(metered(...times(3), { unheard: 0.3 }).quality.loss).toBe(0.3);
  });

  it("falls after two bad seconds and rises after five good ones, and does not flicker between", () => {
    const bad = { jitter: 100 };
    expect(metered(...times(3), bad).quality.grade).toBe("good");
    expect(metered(...times(3), bad, bad).quality.grade).toBe("poor");
    expect(metered(...times(3), bad, {}, bad, {}, bad).quality.grade).toBe("good");
    expect(metered(...times(3), bad, bad, ...times(4)).quality.grade).toBe("poor");
    expect(metered(...times(3), bad, bad, ...times(5)).quality.grade).toBe("good");
  });

  it("says for how long nothing comes, and nothing goes out, each by itself", () => {
    const deaf = metered(...times(3), ...times(4, { received: 0 })).quality;
    expect([deaf.nothingComes, deaf.nothingGoes]).toEqual([4000, 0]);
    const dumb = metered(...times(3), ...times(4, { sent: 0 })).quality;
    expect([dumb.nothingComes, dumb.nothingGoes]).toEqual([0, 4000]);
    expect(metered(...times(3), ...times(4, { received: 0 }), {}).quality.nothingComes).toBe(0);
  });

  it("takes what all gets lost on its way for not sent", () => {
    expect(metered(...times(3), ...times(3, { unheard: 1 })).quality.nothingGoes).toBe(3000);
    expect(metered(...times(3), ...times(3, { unheard: 0.5 })).quality.nothingGoes).toBe(0);
  });

  it("from the very beginning without a packet says so too", () => {
    expect(metered(...times(5, { received: 0 })).quality.nothingComes).toBe(4000);
  });
});

describe("the browser's report", () => {
  it("is read for its audio, and strange values count as none", () => {
    const report = [
      { type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: -3, jitter: 0.012 },
      { type: "inbound-rtp", kind: "video", packetsReceived: 9, packetsLost: 9, jitter: 9 },
      { type: "outbound-rtp", kind: "audio", packetsSent: 90 },
      { type: "remote-inbound-rtp", kind: "audio", roundTripTime: 0.04, fractionLost: 0.1 },
      { type: "candidate-pair", kind: "audio" },
      { type: "inbound-rtp", kind: "audio", packetsReceived: Number.NaN, packetsLost: "x" },
    ];
    expect(sampleOf(report, 7)).toEqual({
      at: 7,
      received: 100,
      lost: 0,
      jitter: 12,
      roundTrip: 40,
      sent: 90,
      unheard: 0.1,
    });
    expect(sampleOf([], 7)).toMatchObject({ received: 0, roundTrip: null, unheard: null });
  });
});
