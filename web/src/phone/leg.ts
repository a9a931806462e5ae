// One SIP session of JsSIP as a leg: answered at most once, and never hung up on by the library's own initiative.
//
// JsSIP sends BYE when ICE fails, a dialog gets out of step or a transaction times out. To the server that is an agent
// hanging up, which ends the customer's call. Here such a session is only let go: its media is closed, the leg disappears,
// and the page asks the server to call the phone again. The server ends the old session when it does.
import type { IceCandidateEvent, PeerConnectionEvent, RTCSession } from "jssip/lib/RTCSession";
import { closeMicrophone, MicrophoneError, openMicrophone } from "./microphone";
import type { Leg, MicrophoneFault } from "./phone";
import { type Sample, sampleOf } from "./quality";

/** Answering waits no longer than this for the browser to find its network addresses. */
const GATHER_MS = 500;
/** Within this time after it was answered the media flows, or there is no way for it. */
const CONNECT_MS = 8_000;
/** How often it is measured how the call sounds. */
const MEASURE_MS = 1_000;

export interface LegDeps {
  iceServers: RTCIceServer[];
  onChange(): void;
  /** The leg is gone, and why: "no_route" if it never had media, "lost" if that broke; null: somebody hung up. */
  onGone(leg: SipLeg, fault: "lost" | "no_route" | null): void;
  onSample(leg: SipLeg, sample: Sample): void;
  onUp(leg: SipLeg): void;
  onTrack(leg: SipLeg, stream: MediaStream): void;
  onMicrophone(fault: MicrophoneFault | null): void;
  /** The id of the microphone that is chosen; "": the system's. */
  microphone(): string;
}

export class SipLeg {
  readonly id: string;
  state: Leg["state"] = "ringing";
  /** The media flows: ICE and DTLS are through. */
  connected = false;
  /** It was to be answered, and still rings for want of a microphone. */
  unanswered = false;
  /** It was answered long ago and is not connected still. */
  late = false;
  readonly #session: RTCSession;
  readonly #deps: LegDeps;
  readonly #hangUp: () => void;
  #microphone: MediaStream | null = null;
  #gone = false;
  #wasConnected = false;
  #measuring: ReturnType<typeof setInterval> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, session: RTCSession, deps: LegDeps) {
    this.id = id;
    this.#session = session;
    this.#deps = deps;
    const terminate = session.terminate.bind(session);
    this.#hangUp = () => terminate();
    session.terminate = () => this.#leave(true);
    session.on("accepted", () => {
      this.state = "up";
      this.#deadline = setTimeout(() => this.#overdue(), CONNECT_MS);
      this.#deps.onUp(this);
      this.#deps.onChange();
    });
    session.on("ended", () => this.#leave(false));
    session.on("failed", () => this.#leave(false));
    session.on("peerconnection", (e: PeerConnectionEvent) => this.#watch(e.peerconnection));
    capGathering(session);
  }

  /** Does nothing unless the leg rings: it is never answered twice. */
  async answer(): Promise<void> {
    if (this.state !== "ringing" || this.#gone) return;
    this.state = "answering";
    this.#deps.onMicrophone(null);
    this.#deps.onChange();
    let stream: MediaStream;
    try {
      stream = await openMicrophone(this.#deps.microphone());
    } catch (e) {
      this.state = "ringing"; // it goes on ringing: the agent may mend it and answer, or decline
      this.unanswered = true;
      this.#deps.onMicrophone(e instanceof MicrophoneError ? e.fault : "missing");
      this.#deps.onChange();
      return;
    }
    if (this.#gone) {
      closeMicrophone(stream);
      return;
    }
    this.#keep(stream);
    try {
      this.#session.answer({ mediaStream: stream, pcConfig: { iceServers: this.#deps.iceServers } });
    } catch {
      this.#leave(true); // the session cannot be answered any more, or the browser has no WebRTC
    }
  }

  /** Takes the microphone that is chosen now, without a break in the call. */
  async takeMicrophone(): Promise<void> {
    if (this.state === "ringing" || this.#gone) return;
    let stream: MediaStream | null = null;
    let fault: MicrophoneFault | null = null;
    try {
      stream = await openMicrophone(this.#deps.microphone());
      const [track] = stream.getAudioTracks();
      const sender = this.#session.connection.getSenders().find((s) => s.track?.kind !== "video");
      if (track === undefined || sender === undefined) return closeMicrophone(stream);
      await sender.replaceTrack(track);
    } catch (e) {
      fault = e instanceof MicrophoneError ? e.fault : "missing";
    }
    if (stream !== null && (this.#gone || fault !== null)) closeMicrophone(stream);
    if (this.#gone) return; // the call is over, and with it the question
    if (fault === null && stream !== null) {
      if (this.#microphone !== null) closeMicrophone(this.#microphone);
      this.#keep(stream);
    }
    this.#deps.onMicrophone(fault);
  }

  /** A microphone that is unplugged ends its track: another is taken. */
  #keep(stream: MediaStream): void {
    this.#microphone = stream;
    for (const track of stream.getAudioTracks()) track.onended = () => void this.takeMicrophone();
  }

  /** Ends the session with the other side being told: BYE, or a refusal while it rings. */
  hangUp(): void {
    if (this.#gone) return;
    this.#leave(false);
    if (!this.#session.isEnded()) this.#hangUp();
  }

  /** Closes the media; the other side is told nothing. */
  letGo(): void {
    this.#leave(true);
  }

  #leave(lost: boolean): void {
    if (this.#gone) return;
    this.#gone = true;
    clearInterval(this.#measuring);
    clearTimeout(this.#deadline);
    if (this.#microphone !== null) closeMicrophone(this.#microphone);
    if (lost) this.#session.connection?.close();
    this.#deps.onGone(this, lost ? (this.#wasConnected ? "lost" : "no_route") : null);
  }

  #watch(pc: RTCPeerConnection): void {
    pc.addEventListener("track", ({ track, streams }) => {
      if (track.kind === "audio") this.#deps.onTrack(this, streams[0] ?? new MediaStream([track]));
    });
    pc.addEventListener("connectionstatechange", () => {
      this.connected = pc.connectionState === "connected";
      if (this.connected) this.#connected(pc);
      if (pc.connectionState === "failed") this.#leave(true);
      else this.#deps.onChange();
    });
  }

  #connected(pc: RTCPeerConnection): void {
    this.#wasConnected = true;
    this.late = false;
    this.#measuring ??= setInterval(() => void this.#measure(pc), MEASURE_MS);
  }

  async #measure(pc: RTCPeerConnection): Promise<void> {
    const report = await pc.getStats().catch(() => null); // closed meanwhile
    if (report !== null && !this.#gone) this.#deps.onSample(this, sampleOf(report.values(), Date.now()));
  }

  #overdue(): void {
    if (this.connected) return;
    this.late = true;
    this.#deps.onChange();
  }
}

/** Makes the session answer or call as soon as one good address is known. */
export function capGathering(session: RTCSession): void {
  let capped = false;
  session.on("icecandidate", ({ candidate, ready }: IceCandidateEvent) => {
    // The first address seen from outside is as good as any: the server learns the rest from the packets.
    if (candidate.type === "srflx" || candidate.type === "relay") ready();
    else if (!capped) setTimeout(ready, GATHER_MS);
    capped = true;
  });
}
