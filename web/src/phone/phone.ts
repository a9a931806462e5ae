// The browser's phone behind an interface: what the page wants of it, whatever SIP library is underneath.
import type { PhoneAccount } from "../api/client";
import type { SoundChoice } from "./devices";
import type { EchoState } from "./echo";
import type { Quality } from "./quality";

/** One SIP call to this phone. The server decides what it is for; see CallView.leg. */
export interface Leg {
  /** The header X-Switchroom-Leg. */
  id: string;
  state: "ringing" | "answering" | "up";
}

export type Registration =
  | "off"
  /** Not registered yet, or lost and on its way back. */
  | "connecting"
  | "registered"
  /** The server said no: another password, or no such phone. */
  | "refused";

export type Audio =
  | "none"
  /** Answered; ICE and DTLS are on their way. */
  | "connecting"
  | "playing"
  /** The browser wants a click before it lets a page be heard. */
  | "blocked"
  /** The network path of the audio broke. */
  | "lost"
  /** No way through the network was found for the audio. */
  | "no_route";

export type MicrophoneFault = "denied" | "missing" | "busy" | "insecure";

export interface PhoneState {
  registration: Registration;
  /** Why it is refused, or cannot connect: in the server's words, for the administrator. Empty: nothing to say. */
  why: string;
  legs: readonly Leg[];
  audio: Audio;
  /** Why the last attempt to answer failed; null: it did not. */
  microphone: MicrophoneFault | null;
  /** The echo test. */
  echo: EchoState;
  /** Of the leg that is up; null: none is. */
  quality: Quality | null;
}

export const idle: PhoneState = {
  registration: "off",
  why: "",
  legs: [],
  audio: "none",
  microphone: null,
  echo: "off",
  quality: null,
};

/** Each method may be called at any time, and says what it did by the next state. */
export interface Phone {
  readonly state: PhoneState;
  start(): void;
  /** Unregisters. Not to be called with a call up: the caller would be cut off. A page that goes away calls nothing at all. */
  stop(): void;
  /** Unregisters without a word to whoever is in the call: the server calls back when the phone is there again, wherever that is. */
  leave(): Promise<void>;
  /** Answers the leg if it is ringing. Called again, or for a leg that is not there, it does nothing. */
  answer(leg: string): void;
  /** Closes the media of each leg without a word: should there be a call after all, the server calls back. */
  letGo(): void;
  /** After a click: lets the caller be heard if the browser had blocked it. */
  unblockAudio(): void;
  /** Uses these devices and volumes from now on, also in a call. To be called again when a device came or went. */
  choose(choice: SoundChoice): void;
  /** Tries to have the microphone again after it could not be had, and answers the leg that waits for it. */
  microphoneAgain(): void;
  /** Begins the echo test, or ends it. A call ends it too. */
  echo(on: boolean): void;
  /** The connection to the server is probably dead, such as after sleep: make a new one. In a call the server calls back. */
  reconnect(): void;
  /** The connection to the server may be dead, such as in another network: makes a new one, unless it is heard of within moments. */
  check(): void;
}

export interface PhoneDeps {
  account: PhoneAccount;
  choice: SoundChoice;
  onState(s: PhoneState): void;
}

export type PhoneFactory = (deps: PhoneDeps) => Phone;
