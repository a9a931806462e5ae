// One SIP session of JsSIP as a leg: answered at most once, and never hung up on by the library's own initiative.
//
// JsSIP sends BYE when ICE fails, a dialog gets out of step or a transaction times out. To the server that is an agent
// hanging up, which ends the customer's call. Here such a session is only let go: its media is closed, the leg disappears,
// and the page asks the server to call the phone again. The server ends the old session when it does.
import type { IceCandidateEvent, PeerConnectionEvent, RTCSession } from "jssip/lib/RTCSession";
import { closeMicrophone, MicrophoneError, openMicrophone } from "./microphone";
import type { Leg, MicrophoneFault } from "./phone";

/** Answering waits no longer than this for the browser to find its network addresses. */
const GATHER_MS = 500;

export interface LegDeps {
  iceServers: RTCIceServer[];
  onChange(): void;
  /** The leg is gone; lost: by a fault, nobody hung up. */
  onGone(leg: SipLeg, lost: boolean): void;
  onUp(leg: SipLeg): void;
  onTrack(leg: SipLeg, stream: MediaStream): void;
  onMicrophone(fault: MicrophoneFault | null): void;
}

export class SipLeg {
  readonly id: string;
  state: Leg["state"] = "ringing";
  /** The media flows: ICE and DTLS are through. */
  connected = false;
  readonly #session: RTCSession;
  readonly #deps: LegDeps;
  readonly #hangUp: () => void;
  #microphone: MediaStream | null = null;
  #gone = false;

  constructor(id: string, session: RTCSession, deps: LegDeps) {
    this.id = id;
    this.#session = session;
    this.#deps = deps;
    const terminate = session.terminate.bind(session);
    this.#hangUp = () => terminate();
    session.terminate = () => this.#leave(true);
    session.on("accepted", () => {
      this.state = "up";
      this.#deps.onUp(this);
      this.#deps.onChange();
    });
    session.on("ended", () => this.#leave(false));
    session.on("failed", () => this.#leave(false));
    session.on("peerconnection", (e: PeerConnectionEvent) => this.#watch(e.peerconnection));
    this.#capGathering();
  }

  /** Does nothing unless the leg rings: it is never answered twice. */
  async answer(): Promise<void> {
    if (this.state !== "ringing" || this.#gone) return;
    this.state = "answering";
    this.#deps.onMicrophone(null);
    this.#deps.onChange();
    let stream: MediaStream;
    try {
      stream = await openMicrophone();
    } catch (e) {
      this.state = "ringing"; // it goes on ringing: the agent may mend it and answer, or decline
      this.#deps.onMicrophone(e instanceof MicrophoneError ? e.fault : "missing");
      this.#deps.onChange();
      return;
    }
    if (this.#gone) {
      closeMicrophone(stream);
      return;
    }
    this.#microphone = stream;
    try {
      this.#session.answer({ mediaStream: stream, pcConfig: { iceServers: this.#deps.iceServers } });
    } catch {
      this.#leave(true); // the session cannot be answered any more, or the browser has no WebRTC
    }
  }

  /** Ends the session with the other side being told: BYE, or a refusal while it rings. */
  hangUp(): void {
    if (this.#gone) return;
    this.#leave(false);
    if (!this.#session.isEnded()) this.#hangUp();
  }

  #leave(lost: boolean): void {
    if (this.#gone) return;
    this.#gone = true;
    if (this.#microphone !== null) closeMicrophone(this.#microphone);
    if (lost) this.#session.connection?.close();
    this.#deps.onGone(this, lost);
  }

  #watch(pc: RTCPeerConnection): void {
    pc.addEventListener("track", ({ track, streams }) => {
      if (track.kind === "audio") this.#deps.onTrack(this, streams[0] ?? new MediaStream([track]));
    });
    pc.addEventListener("connectionstatechange", () => {
      this.connected = pc.connectionState === "connected";
      if (pc.connectionState === "failed") this.#leave(true);
      else this.#deps.onChange();
    });
  }

  #capGathering(): void {
    let capped = false;
    this.#session.on("icecandidate", ({ candidate, ready }: IceCandidateEvent) => {
      // The first address seen from outside is as good as any: the server learns the rest from the packets.
      if (candidate.type === "srflx" || candidate.type === "relay") ready();
      else if (!capped) setTimeout(ready, GATHER_MS);
      capped = true;
    });
  }
}
