// The echo test: a call to the telephone server's own echo, by which a person hears themselves as others would.
import type { UA } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import { capGathering } from "./leg";
import { closeMicrophone, MicrophoneError, openMicrophone } from "./microphone";
import type { MicrophoneFault } from "./phone";

/** In the dialplan: switchroom-echo. */
const EXTENSION = "*43";

export type EchoState = "off" | "calling" | "on" | "failed";

export interface EchoDeps {
  iceServers: RTCIceServer[];
  onState(state: EchoState): void;
  onStream(stream: MediaStream): void;
  onMicrophone(fault: MicrophoneFault): void;
}

export class Echo {
  readonly #deps: EchoDeps;
  #session: RTCSession | null = null;
  #stream: MediaStream | null = null;
  #over = false;

  constructor(deps: EchoDeps) {
    this.#deps = deps;
  }

  async start(ua: UA, microphone: string): Promise<void> {
    this.#deps.onState("calling");
    try {
      const stream = await openMicrophone(microphone);
      if (this.#over) return closeMicrophone(stream);
      this.#stream = stream;
    } catch (e) {
      this.#deps.onMicrophone(e instanceof MicrophoneError ? e.fault : "missing");
      this.#end("off");
      return;
    }
    const session = ua.call(EXTENSION, { mediaStream: this.#stream, pcConfig: { iceServers: this.#deps.iceServers } });
    this.#session = session;
    capGathering(session);
    session.on("confirmed", () => this.#deps.onState("on"));
    session.on("failed", () => this.#end("failed"));
    session.on("ended", () => this.#end("off"));
    session.connection.addEventListener("track", ({ track, streams }) => {
      this.#deps.onStream(streams[0] ?? new MediaStream([track]));
    });
  }

  stop(): void {
    this.#end("off");
  }

  #end(state: EchoState): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#stream !== null) closeMicrophone(this.#stream);
    if (this.#session?.isEnded() === false) this.#session.terminate();
    this.#deps.onState(state);
  }
}
