// What an agent says: a steady tone, which Chromium's fake microphone plays again and again from a file.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const RATE = 48_000;
const LEVEL = 0.18; // of full scale, about -15 dBFS

/** Writes the tone as WAV, a whole second of it, so that the loop has no seam. Returns the file's path. */
export function toneFile(dir: string, hz: number): string {
  mkdirSync(dir, { recursive: true });
  const data = Buffer.alloc(RATE * 2);
  for (let i = 0; i < RATE; i++) {
    data.writeInt16LE(Math.round(LEVEL * 32_767 * Math.sin((2 * Math.PI * hz * i) / RATE)), i * 2);
  }
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22); // mono
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  const path = join(dir, `tone-${hz}.wav`);
  const whole = `${path}.${process.pid}`; // another worker may have it open
  writeFileSync(whole, Buffer.concat([head, data]));
  renameSync(whole, path);
  return path;
}
