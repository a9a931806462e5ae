// What draws the agent's eye and ear to a call: sound, the tab's title, a notification when the page is hidden.
import type { CallView } from "../feed/messages";
import type { SoundChoice } from "../phone/devices";
import { callsOut, ringsHere } from "../state/select";
import type { State } from "../state/state";
import type { Language } from "../words/area";
import { callerName, callState, call as callWords } from "../words/call";
import { product } from "../words/common";
import { plain } from "../words/format";
import { Ringtone } from "./ringtone";

const BLINK_MS = 1000;

export class Alerts {
  readonly #ringtone: Ringtone;
  /** What the title says of a call that rings. */
  #incoming = "";
  #blink: ReturnType<typeof setInterval> | undefined;
  #notified: { call: string; notification: Notification } | null = null;

  constructor(tellSound: (on: boolean) => void) {
    this.#ringtone = new Ringtone(tellSound);
  }

  choose(choice: SoundChoice): void {
    this.#ringtone.choose(choice);
  }

  /** Lets the ringing sound be heard once. To be called from a click. */
  ringOnce(): Promise<void> {
    return this.#ringtone.once();
  }

  /** To be called from a click or key. */
  unlock(): void {
    this.#ringtone.unlock();
  }

  /** language is that of the title and of notifications from now on. */
  update(s: State, language: Language): void {
    this.#ringtone.ring(ringsHere(s));
    this.#title(s, callWords[language].incoming);
    this.#notify(s, language);
  }

  #title(s: State, incoming: string): void {
    this.#incoming = incoming;
    if (!callsOut(s)) {
      clearInterval(this.#blink);
      this.#blink = undefined;
      document.title = product;
      return;
    }
    if (this.#blink !== undefined) return;
    document.title = incoming;
    this.#blink = setInterval(() => {
      document.title = document.title === product ? this.#incoming : product;
    }, BLINK_MS);
  }

  #notify(s: State, language: Language): void {
    const call = callsOut(s) ? s.view?.call : null;
    if (this.#notified !== null && this.#notified.call !== call?.id) {
      this.#notified.notification.close();
      this.#notified = null;
    }
    if (!call || this.#notified !== null || !document.hidden || s.notifications !== "granted") return;
    const notification = notificationOf(call, language);
    if (notification !== null) this.#notified = { call: call.id, notification };
  }
}

/** The tag makes several tabs of one agent show one notification between them. Null: this browser leaves them to service workers, as on telephones. */
function notificationOf(call: CallView, language: Language): Notification | null {
  const w = callWords[language];
  let n: Notification;
  try {
    n = new Notification(callState(w, call), {
      body: [callerName(w, call.caller), plain(call.service), plain(call.queue)].join(" · "),
      tag: call.id,
      icon: "/favicon.svg",
      requireInteraction: true,
    });
  } catch {
    return null;
  }
  n.onclick = () => {
    window.focus();
    n.close();
  };
  return n;
}

export async function askNotifications(): Promise<State["notifications"]> {
  if (typeof Notification === "undefined") return "unsupported";
  return Notification.requestPermission();
}

export function notificationPermission(): State["notifications"] {
  return typeof Notification === "undefined" ? "unsupported" : Notification.permission;
}
