// The microphone: opened when a call is answered, closed when it ends.
import type { MicrophoneFault } from "./phone";

export class MicrophoneError extends Error {
  readonly fault: MicrophoneFault;

  constructor(fault: MicrophoneFault) {
    super(fault);
    this.fault = fault;
  }
}

/** "ask": the browser will ask the agent. "unknown": it does not say. */
export type Permission = "granted" | "ask" | "denied" | "unknown" | "insecure";

/**
 * Opens the microphone of that id; "", or where it is not there: the system's. Throws MicrophoneError. A microphone that is
 * silent or muted is no error: the agent hears the caller all the same.
 */
export async function openMicrophone(device: string): Promise<MediaStream> {
  if (!hasMicrophoneAPI()) throw new MicrophoneError("insecure");
  try {
    return await open(device);
  } catch (e) {
    if (device === "" || faultOf(e) !== "missing") throw new MicrophoneError(faultOf(e));
  }
  try {
    return await open("");
  } catch (e) {
    throw new MicrophoneError(faultOf(e));
  }
}

function open(device: string): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(device === "" ? {} : { deviceId: { exact: device } }),
    },
    video: false,
  });
}

export function closeMicrophone(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Asks for the permission while no call waits for it. */
export async function askPermission(): Promise<void> {
  closeMicrophone(await openMicrophone(""));
}

/** Tells the permission and, where the browser can, every change of it. */
export async function watchPermission(tell: (p: Permission) => void): Promise<void> {
  if (!hasMicrophoneAPI()) {
    tell("insecure");
    return;
  }
  try {
    const status = await navigator.permissions.query({ name: "microphone" as PermissionName });
    const say = () => tell(status.state === "prompt" ? "ask" : status.state);
    status.onchange = say;
    say();
  } catch {
    tell("unknown"); // a browser that cannot be asked about this permission
  }
}

function hasMicrophoneAPI(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}

function faultOf(e: unknown): MicrophoneFault {
  switch (e instanceof DOMException ? e.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "missing";
  }
}
