// The window in which somebody signs in for a frame, because providers do not show themselves in frames. It keeps nothing: what it gets it gives to the frame that opened it, and goes.
import type { Wire } from "../api/session";
import type { App } from "../app";
import { heard, say } from "./beside";

/** The window's path. */
export const DOOR = "/phone/sign-in";
/** How often the session is offered until the frame has asked for it, in ms. */
const OFFER_MS = 300;
/** How long another window at the door may take to answer, in ms. */
const OTHER_MS = 300;

/**
 * Some providers' pages cut a window off from the page that opened it. Then it waits, signed in, until the frame has opened another, and gives the session to that one:
 * both are of the same storage, and so of the same channel.
 */
type Passed = { says: "asks" | "comes" } | { says: "session"; session: Wire };

export class Door {
  readonly #app: App;
  readonly #opener: Window | null;
  readonly #others = new BroadcastChannel("switchroom.door");
  #given = false;
  /** A session comes from another window. */
  #comes = false;

  constructor(app: App, opener: Window | null) {
    this.#app = app;
    this.#opener = opener;
    void app.handset.keeper.stepAside(true); // the phone is for the frame
    setInterval(() => this.#offer(), OFFER_MS);
    addEventListener("message", (e) => {
      const { from, said } = heard(e) ?? {};
      if (from !== undefined && said?.switchroom === "asks")
        void this.#give((session) => say(from, { switchroom: "session", session }));
    });
    this.#others.onmessage = ({ data }: MessageEvent<Passed>) => {
      if (data.says === "session") this.#app.gate.adopt(data.session);
      else if (data.says === "comes") this.#comes = true;
      else if (this.cut && this.#has) {
        this.#pass({ says: "comes" });
        void this.#give((session) => this.#pass({ says: "session", session }));
      }
    };
  }

  /** Nobody can be told from here. */
  get cut(): boolean {
    return this.#opener === null || this.#opener.closed;
  }

  /** Goes to the provider, unless another window has been there already. */
  async enter(provider: string): Promise<void> {
    const { store } = this.#app;
    store.dispatch({ type: "returning", step: "checked" });
    this.#pass({ says: "asks" });
    await new Promise((done) => setTimeout(done, OTHER_MS));
    if (this.#comes || (await this.#app.actions.signInBy(provider)) === null) return; // or leaves this page
    store.dispatch({ type: "returning", step: null });
  }

  #offer(): void {
    if (this.#has && this.#opener !== null && !this.cut) say(this.#opener, { switchroom: "offers" });
  }

  #pass(m: Passed): void {
    this.#others.postMessage(m);
  }

  get #has(): boolean {
    return this.#app.store.get().session.kind === "signed_in";
  }

  /** Once. The session here ends with it. */
  async #give(to: (session: Wire) => void): Promise<void> {
    if (this.#given || !this.#has) return;
    this.#given = true;
    try {
      to(await this.#app.gate.second());
      await this.#app.actions.signOut();
    } catch {
      this.#given = false; // it is asked for again
      return;
    }
    window.close();
  }
}
