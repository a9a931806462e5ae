// Where sound is played.

/** What of an element, or of an AudioContext, is used. Browsers that cannot choose a speaker lack setSinkId. */
export interface Sink {
  setSinkId?(id: string): Promise<void>;
}

/** Plays on the speaker of that id; where it is not there, on the system's. */
export async function playOn(sink: Sink, speaker: string): Promise<void> {
  try {
    await sink.setSinkId?.(speaker);
  } catch {
    await sink.setSinkId?.("").catch(() => {});
  }
}

const TONE_HZ = 440;
const TONE_S = 0.8;

/** Plays a soft tone on that speaker. To be called from a click. */
export async function playTone(speaker: string, volume: number): Promise<void> {
  const context = new AudioContext();
  await playOn(context as Sink, speaker);
  const tone = new OscillatorNode(context, { type: "sine", frequency: TONE_HZ });
  const gain = new GainNode(context, { gain: (0.3 * volume) / 100 });
  gain.gain.setTargetAtTime(0, context.currentTime + TONE_S - 0.1, 0.03);
  tone.connect(gain).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start();
  tone.stop(context.currentTime + TONE_S);
}
