// The frame and the window that takes the phone from it are of one origin, but browsers keep their storage, locks and channels apart. So they speak to each other as windows:
// the window, which knows the page that opened it through all of that page's changes, looks for frames there; a frame answers. Nothing of this is heard from or said to another origin.
import type { Browser, Wire } from "../api/session";
import type { App } from "../app";
import type { State } from "../state/state";
import { isRecord } from "./wire";

/** The frame's path. */
export const FRAME = "/embed";
/** How long a frame that had given the phone away waits, when it is loaded anew, for the window to be heard of, in ms: it speaks twice a second. */
const LOST_MS = 2_500;
/** How often it is looked whether the window was closed. */
const LOOK_MS = 500;
/** The window's own patience with a frame that does not give the phone up. */
const MINE_MS = 1_500;
/** No session is asked for again within this time. */
const ASK_MS = 3_000;

type Peer = Pick<Window, "postMessage" | "closed">;
type Heard = Pick<MessageEvent<unknown>, "source" | "origin" | "data">;

/** From the window, twice a second: who is signed in there ("": nobody), and whether it wants a session. */
interface Here {
  switchroom: "phone";
  agent: string;
  asks: boolean;
}
/** From the window: it goes. */
interface Gone {
  switchroom: "gone";
}
/** A session, either way. */
interface Given {
  switchroom: "session";
  session: Wire;
}
/** From the frame: it wants a session; the phone is the window's now; the window is to be closed. From the window at the door (door.ts): it has a session to give. */
interface Word {
  switchroom: "asks" | "yours" | "close" | "offers";
}
type Said = Here | Gone | Given | Word;

export function say(to: Peer, m: Said): void {
  to.postMessage(m, location.origin);
}

/** Null: it is of another origin, of this very window, or nothing that is meant here. */
export function heard({ source, origin, data }: Heard): { from: Peer; said: Said } | null {
  if (origin !== location.origin || source === null || source === window || !isRecord(data)) return null;
  return { from: source as Window, said: data as unknown as Said };
}

function agentOf({ session }: State): string {
  return session.kind === "signed_in" ? session.identity.id : "";
}

/** Once at a time and not again at once. */
class Sparing {
  #next = 0;

  do(work: () => Promise<void>): void {
    if (Date.now() < this.#next) return;
    this.#next = Date.now() + ASK_MS;
    void work().catch(() => {}); // the other side asks again
  }
}

/** The frame's part. */
export class FrameSide {
  readonly #app: App;
  readonly #storage: Browser["storage"];
  readonly #listeners = new Set<() => void>();
  readonly #sparing = new Sparing();
  #window: Peer | null = null;
  #away = false;
  #moved: Promise<void> = Promise.resolve();
  /** Until when, in ms of the local clock, the window is not heard: it was told to go. */
  #deafUntil = 0;
  /** Somebody here has gone to sign in in a window. */
  #wants = false;

  constructor(app: App, storage: Browser["storage"]) {
    this.#app = app;
    this.#storage = storage;
    if (storage.getItem(AWAY) !== null) {
      this.#become(true);
      setTimeout(() => {
        if (this.#window === null) this.#become(false);
      }, LOST_MS);
    }
    setInterval(() => {
      if (this.#window?.closed) this.#become(false);
    }, LOOK_MS);
  }

  /** The phone is in the window. */
  away = (): boolean => this.#away;

  /** Returns the function that ends the subscription. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  received(e: Heard): void {
    const { from, said } = heard(e) ?? {};
    if (from === undefined || said === undefined) return;
    if (said.switchroom === "phone" && Date.now() >= this.#deafUntil) this.#windowIs(from, said);
    else if (said.switchroom === "gone" && from === this.#window) this.#become(false);
    else if (said.switchroom === "offers" && this.#asks()) say(from, { switchroom: "asks" });
    else if (said.switchroom === "session" && agentOf(this.#app.store.get()) === "") {
      this.#wants = false;
      this.#app.gate.adopt(said.session);
    }
  }

  /** Somebody goes to sign in in a window: its session is wanted here, also after they had signed out. */
  wants = (): void => {
    this.#wants = true;
  };

  #asks(): boolean {
    return this.#wants && agentOf(this.#app.store.get()) === "";
  }

  /** Closes the window and takes the phone back. */
  bringBack = (): void => {
    if (this.#window !== null) say(this.#window, { switchroom: "close" });
    this.#deafUntil = Date.now() + LOST_MS;
    this.#become(false);
  };

  #windowIs(from: Peer, { agent, asks }: Here): void {
    const state = this.#app.store.get();
    const own = agentOf(state);
    if (agent !== "" && agent === own) {
      this.#window = from;
      void this.#become(true).then(() => say(from, { switchroom: "yours" }));
    } else if (agent === "" && asks && own !== "") {
      this.#sparing.do(async () => say(from, { switchroom: "session", session: await this.#app.gate.second() }));
    } else if (
      agent !== "" &&
      (this.#asks() || (state.session.kind === "signed_out" && state.session.why !== "by_choice"))
    ) {
      this.#sparing.do(async () => say(from, { switchroom: "asks" }));
    } else if (from === this.#window) {
      this.#become(false);
    }
  }

  /** Returns when the phone has moved as far as that is this side's doing. */
  #become(away: boolean): Promise<void> {
    if (!away) this.#window = null;
    if (away === this.#away) return this.#moved;
    this.#away = away;
    if (away) this.#storage.setItem(AWAY, "1");
    else this.#storage.removeItem(AWAY);
    this.#moved = this.#app.handset.keeper.stepAside(away);
    for (const listener of [...this.#listeners]) listener();
    return this.#moved;
  }
}

const AWAY = "switchroom.away";

/** The window's part. opener is the page that opened it; null: none did, or the browser does not tell. */
export class WindowSide {
  readonly #app: App;
  readonly #opener: Window | null;
  readonly #sparing = new Sparing();
  #waits = true;
  #asks = true;

  constructor(app: App, opener: Window | null) {
    this.#app = app;
    this.#opener = opener;
    void app.handset.keeper.stepAside(true);
    if (this.#frames().length === 0) this.#take();
    app.store.subscribe(() => this.tick());
    addEventListener("pagehide", () => this.#tell({ switchroom: "gone" }));
  }

  /** To be called twice a second. */
  tick(): void {
    const agent = agentOf(this.#app.store.get());
    if (agent !== "") {
      this.#asks = false;
      if (this.#waits) setTimeout(() => this.#take(), MINE_MS);
    }
    this.#tell({ switchroom: "phone", agent, asks: this.#asks });
  }

  received(e: Heard): void {
    const { from, said } = heard(e) ?? {};
    const signedIn = agentOf(this.#app.store.get()) !== "";
    if (from === undefined || said === undefined) return;
    if (said.switchroom === "yours") this.#take();
    else if (said.switchroom === "close") void this.#close();
    else if (said.switchroom === "session" && this.#asks && !signedIn) this.#app.gate.adopt(said.session);
    else if (said.switchroom === "asks" && signedIn) {
      this.#sparing.do(async () => say(from, { switchroom: "session", session: await this.#app.gate.second() }));
    }
  }

  /** Leaves the phone first: the browser would ask whether a window in mid-call is to be closed, and the phone would be in both meanwhile. */
  async #close(): Promise<void> {
    this.#waits = false;
    await this.#app.handset.keeper.stepAside(true);
    window.close();
  }

  #take(): void {
    if (!this.#waits) return;
    this.#waits = false;
    void this.#app.handset.keeper.stepAside(false);
  }

  #tell(m: Said): void {
    for (const frame of this.#frames()) say(frame, m);
  }

  #frames(): Window[] {
    return this.#opener === null || this.#opener.closed ? [] : framesOf(this.#opener);
  }
}

/** The widget's frames in a page, however deep. What is of another origin cannot be read, which is how they are told apart. */
function framesOf(page: Window): Window[] {
  const found: Window[] = [];
  for (let i = 0; i < page.length; i++) {
    const frame = page[i] as Window;
    try {
      if (frame.location.origin === location.origin && frame.location.pathname === FRAME) found.push(frame);
    } catch {
      found.push(...framesOf(frame));
    }
  }
  return found;
}
