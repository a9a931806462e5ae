// How well a call sounds, from what the browser counts of it once a second. Pure.

/** What the browser has counted of one leg so far. */
export interface Sample {
  /** ms since 1970. */
  at: number;
  /** Packets that came, and that should have come and did not. */
  received: number;
  lost: number;
  /** ms. */
  jitter: number;
  /** ms; null: not known yet. */
  roundTrip: number | null;
  /** Packets that went out. */
  sent: number;
  /** Which part of what went out lately did not arrive, 0 to 1; null: the other side has not said. */
  unheard: number | null;
}

export type Grade = "good" | "fair" | "poor";

export interface Quality {
  /** Null: too early to say. */
  grade: Grade | null;
  /** The part of the packets that was lost in the last seconds, either way: 0 to 1. */
  loss: number;
  /** ms. */
  jitter: number;
  /** ms; null: not known yet. */
  roundTrip: number | null;
  /** For how long nothing has come, or gone out and arrived, in ms. */
  nothingComes: number;
  nothingGoes: number;
}

export interface Meter {
  quality: Quality;
  /** The last ones, oldest first. */
  samples: readonly Sample[];
  /** How many samples in a row were worse than the grade, and how many were better. */
  worse: number;
  better: number;
  cameAt: number | null;
  wentAt: number | null;
}

/** Loss counts over this many samples. */
const WINDOW = 5;
/** A grade falls after so many worse samples in a row, and rises after so many better ones: it does not flicker. */
const FALLS_AFTER = 2;
const RISES_AFTER = 5;
/** So much of what went out is missing that nobody can have understood a word. */
const UNHEARD = 0.95;

const limits: Record<"good" | "fair", { loss: number; jitter: number; roundTrip: number }> = {
  good: { loss: 0.02, jitter: 30, roundTrip: 300 },
  fair: { loss: 0.06, jitter: 60, roundTrip: 600 },
};

export const unmeasured: Meter = {
  quality: { grade: null, loss: 0, jitter: 0, roundTrip: null, nothingComes: 0, nothingGoes: 0 },
  samples: [],
  worse: 0,
  better: 0,
  cameAt: null,
  wentAt: null,
};

/** Takes one more sample of the same leg. */
export function measure(meter: Meter, sample: Sample): Meter {
  const before = meter.samples.at(-1);
  const samples = [...meter.samples, sample].slice(-WINDOW - 1);
  const came = before === undefined || sample.received > before.received;
  const went = before === undefined || (sample.sent > before.sent && (sample.unheard ?? 0) < UNHEARD);
  const cameAt = came ? sample.at : meter.cameAt;
  const wentAt = went ? sample.at : meter.wentAt;
  const { jitter, roundTrip } = sample;
  const loss = Math.max(lossOf(samples), sample.unheard ?? 0);
  const silence = { nothingComes: sample.at - (cameAt ?? sample.at), nothingGoes: sample.at - (wentAt ?? sample.at) };
  const counts = graded(meter, gradeOf({ loss, jitter, roundTrip }), samples.length > 2);
  return { ...counts, samples, cameAt, wentAt, quality: { grade: counts.grade, loss, jitter, roundTrip, ...silence } };
}

function lossOf(samples: readonly Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const [lost, received] = [Math.max(0, last.lost - first.lost), last.received - first.received];
  return lost + received > 0 ? lost / (lost + received) : 0;
}

export function gradeOf({ loss, jitter, roundTrip }: Pick<Quality, "loss" | "jitter" | "roundTrip">): Grade {
  const within = (l: (typeof limits)["good"]) =>
    loss <= l.loss && jitter <= l.jitter && (roundTrip ?? 0) <= l.roundTrip;
  if (within(limits.good)) return "good";
  return within(limits.fair) ? "fair" : "poor";
}

const order: readonly Grade[] = ["poor", "fair", "good"];

/** The grade that is shown, after one more sample that alone would be graded now. */
function graded(m: Meter, now: Grade, enough: boolean): { grade: Grade | null; worse: number; better: number } {
  const { grade } = m.quality;
  if (grade === null) return { grade: enough ? now : null, worse: 0, better: 0 };
  const step = order.indexOf(now) - order.indexOf(grade);
  const worse = step < 0 ? m.worse + 1 : 0;
  const better = step > 0 ? m.better + 1 : 0;
  if (worse >= FALLS_AFTER || better >= RISES_AFTER) return { grade: now, worse: 0, better: 0 };
  return { grade, worse, better };
}

/** One entry of what RTCPeerConnection.getStats() reports. */
type Entry = Readonly<Record<string, unknown>>;

/** Reads what of the report is of interest here. */
export function sampleOf(entries: Iterable<Entry>, at: number): Sample {
  const sample: Sample = { at, received: 0, lost: 0, jitter: 0, roundTrip: null, sent: 0, unheard: null };
  const count = (v: unknown) => (typeof v === "number" && Number.isFinite(v) ? v : 0);
  for (const e of entries) {
    if (e.kind !== "audio") continue;
    switch (e.type) {
      case "inbound-rtp":
        sample.received += count(e.packetsReceived);
        sample.lost += Math.max(0, count(e.packetsLost));
        sample.jitter = Math.max(sample.jitter, count(e.jitter) * 1000);
        break;
      case "outbound-rtp":
        sample.sent += count(e.packetsSent);
        break;
      case "remote-inbound-rtp":
        if (typeof e.roundTripTime === "number") sample.roundTrip = count(e.roundTripTime) * 1000;
        if (typeof e.fractionLost === "number") sample.unheard = count(e.fractionLost);
        break;
    }
  }
  return sample;
}
