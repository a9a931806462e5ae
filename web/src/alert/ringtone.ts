// The ringing sound, made by the browser itself: two soft tones, like a desk phone's, again and again.
import type { SoundChoice } from "../phone/devices";
import { playOn, type Sink } from "../phone/output";

const TONES_HZ = [784, 988];
/** One ring: when each pair of tones begins, in s; it repeats after PERIOD_S. */
const BURSTS_S = [0, 0.45];
const BURST_S = 0.35;
const PERIOD_S = 2.4;
/** At full volume. */
const VOLUME = 0.2;

export class Ringtone {
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #wanted = false;
  #device = "";
  #volume = 1;
  readonly #tell: (on: boolean) => void;

  /** tell says whether sounds can be heard; browsers allow them after the first click or key. */
  constructor(tell: (on: boolean) => void) {
    this.#tell = tell;
  }

  /** To be called from a click or key. */
  unlock(): void {
    if (typeof AudioContext === "undefined") return;
    if (this.#context === null) {
      const context = new AudioContext();
      context.onstatechange = () => {
        this.#tell(context.state === "running");
        if (context.state === "running" && this.#wanted) this.#begin();
      };
      this.#context = context;
      void playOn(context as Sink, this.#device);
    }
    if (this.#context.state !== "running") void this.#context.resume().catch(() => {});
  }

  /** volume in percent. */
  choose({ ringer, ringVolume }: SoundChoice): void {
    this.#volume = ringVolume / 100;
    this.#device = ringer;
    if (this.#context !== null) void playOn(this.#context as Sink, ringer);
  }

  /** One ring, to be heard once: from a click. */
  async once(): Promise<void> {
    this.unlock();
    await this.#context?.resume().catch(() => {});
    if (this.#context !== null) this.#once(this.#context);
  }

  ring(on: boolean): void {
    if (on === this.#wanted) return;
    this.#wanted = on;
    if (on) this.#begin();
    else clearInterval(this.#timer);
  }

  #begin(): void {
    if (this.#context?.state !== "running") return;
    clearInterval(this.#timer);
    this.#once(this.#context);
    this.#timer = setInterval(() => {
      if (this.#context?.state === "running") this.#once(this.#context);
    }, PERIOD_S * 1000);
  }

  #once(context: AudioContext): void {
    for (const start of BURSTS_S) {
      for (const hz of TONES_HZ) this.#tone(context, hz, context.currentTime + start);
    }
  }

  #tone(context: AudioContext, hz: number, at: number): void {
    const tone = new OscillatorNode(context, { type: "sine", frequency: hz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    const volume = VOLUME * this.#volume;
    gain.gain.linearRampToValueAtTime(volume, at + 0.03);
    gain.gain.setValueAtTime(volume, at + BURST_S - 0.08);
    gain.gain.linearRampToValueAtTime(0, at + BURST_S);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + BURST_S);
  }
}
