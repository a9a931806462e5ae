// What draws the agent's eye and ear to a call: sound, the tab's title, a notification when the page is hidden.
import type { CallView } from "../feed/messages";
import { isRinging, ringsHere } from "../state/select";
import type { State } from "../state/state";
import { callerName, callState, words } from "../words";
import { Ringtone } from "./ringtone";

const BLINK_MS = 1000;

export class Alerts {
  readonly #ringtone: Ringtone;
  #blink: ReturnType<typeof setInterval> | undefined;
  #notified: { call: string; notification: Notification } | null = null;

  constructor(tellSound: (on: boolean) => void) {
    this.#ringtone = new Ringtone(tellSound);
  }

  /** To be called from a click or key. */
  unlock(): void {
    this.#ringtone.unlock();
  }

  update(s: State): void {
    this.#ringtone.ring(ringsHere(s));
    this.#title(s);
    this.#notify(s);
  }

  #title(s: State): void {
    if (!isRinging(s)) {
      clearInterval(this.#blink);
      this.#blink = undefined;
      document.title = words.product;
      return;
    }
    if (this.#blink !== undefined) return;
    document.title = words.incomingTitle;
    this.#blink = setInterval(() => {
      document.title = document.title === words.product ? words.incomingTitle : words.product;
    }, BLINK_MS);
  }

  #notify(s: State): void {
    const call = isRinging(s) ? s.view?.call : null;
    if (!call) {
      this.#notified?.notification.close();
      this.#notified = null;
      return;
    }
    if (this.#notified?.call === call.id || !document.hidden || s.notifications !== "granted") return;
    this.#notified = { call: call.id, notification: notificationOf(call) };
  }
}

/** The tag makes several tabs of one agent show one notification between them. */
function notificationOf(call: CallView): Notification {
  const n = new Notification(callState(call), {
    body: `${callerName(call.caller)} · ${call.service} · ${call.queue}`,
    tag: call.id,
    icon: "/favicon.svg",
    requireInteraction: true,
  });
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
