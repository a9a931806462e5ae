// How loud the microphone is, while a person tests it.
import { closeMicrophone, openMicrophone } from "./microphone";

const TOLD_EACH_MS = 100;

/** Opens the microphone and tells how loud it is, 0 to 1, until the returned function is called. Throws MicrophoneError. */
export async function watchLevel(device: string, tell: (level: number) => void): Promise<() => void> {
  const stream = await openMicrophone(device);
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const heard = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(heard);
    tell(levelOf(heard));
  }, TOLD_EACH_MS);
  return () => {
    clearInterval(timer);
    closeMicrophone(stream);
    void context.close();
  };
}

/** The ear counts in decibels: -60 dB and less is 0, full scale is 1. */
export function levelOf(heard: Float32Array): number {
  let sum = 0;
  for (const v of heard) sum += v * v;
  const db = 10 * Math.log10(sum / Math.max(1, heard.length) + 1e-9);
  return Math.min(1, Math.max(0, 1 + db / 60));
}
