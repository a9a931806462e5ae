// Microphones and speakers: which there are, and which the person chose.

export interface Device {
  id: string;
  name: string;
}

export interface Devices {
  microphones: readonly Device[];
  speakers: readonly Device[];
  /** The browser lets a page choose the speaker. */
  canChooseSpeaker: boolean;
}

export const noDevices: Devices = { microphones: [], speakers: [], canChooseSpeaker: false };

/** Devices by id; "": the system's own choice. Volumes in percent. */
export interface SoundChoice {
  microphone: string;
  speaker: string;
  ringer: string;
  volume: number;
  ringVolume: number;
}

export const systemsChoice: SoundChoice = { microphone: "", speaker: "", ringer: "", volume: 100, ringVolume: 60 };

/** What is kept of a choice; anything strange in it is the system's. */
export function choiceOf(kept: string): SoundChoice {
  let found: Partial<Record<keyof SoundChoice, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(kept);
    if (typeof parsed === "object" && parsed !== null) found = parsed;
  } catch {
    // nothing was chosen yet
  }
  const device = (v: unknown) => (typeof v === "string" && v.length <= 256 ? v : "");
  const percent = (v: unknown, otherwise: number) =>
    typeof v === "number" && v >= 0 && v <= 100 ? Math.round(v) : otherwise;
  return {
    microphone: device(found.microphone),
    speaker: device(found.speaker),
    ringer: device(found.ringer),
    volume: percent(found.volume, systemsChoice.volume),
    ringVolume: percent(found.ringVolume, systemsChoice.ringVolume),
  };
}

/** What was chosen is not plugged in. Before the microphone is allowed no device is known, and none is missed. */
export function isMissing(chosen: string, among: readonly Device[]): boolean {
  return chosen !== "" && among.length > 0 && !among.some((d) => d.id === chosen);
}

/** The choice that can be carried out now: the system's own in place of what is missing. */
export function inEffect(choice: SoundChoice, { microphones, speakers }: Devices): SoundChoice {
  const there = (id: string, among: readonly Device[]) => (isMissing(id, among) ? "" : id);
  return {
    ...choice,
    microphone: there(choice.microphone, microphones),
    speaker: there(choice.speaker, speakers),
    ringer: there(choice.ringer, speakers),
  };
}

/** Tells the devices now and whenever one comes or goes, or the returned function is called: ids and names are there once the microphone is allowed. */
export function watchDevices(tell: (devices: Devices) => void): () => void {
  const media = navigator.mediaDevices;
  if (typeof media?.enumerateDevices !== "function") return () => {};
  const look = async () => {
    const all = await media.enumerateDevices().catch(() => []);
    tell({ ...sorted(all), canChooseSpeaker: "setSinkId" in HTMLMediaElement.prototype });
  };
  media.addEventListener("devicechange", () => void look());
  void look();
  return () => void look();
}

/** "default" and "communications" are what the system chose, under other names. */
export function sorted(all: readonly Pick<MediaDeviceInfo, "kind" | "deviceId" | "label">[]) {
  const of = (kind: MediaDeviceKind) =>
    all
      .filter((d) => d.kind === kind && !["", "default", "communications"].includes(d.deviceId))
      .map((d) => ({ id: d.deviceId, name: d.label }));
  return { microphones: of("audioinput"), speakers: of("audiooutput") };
}
