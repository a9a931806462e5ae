// Who is signed in: lets in by password, by a provider and with a session from another window, and out.
import { type Browser, type Identity, Session, SignedOut, type Wire } from "../api/session";
import type { Arrival } from "../api/sign-in";
import type { Place } from "../console/navigation";
import { SessionOver } from "../feed/client";
import type { Store } from "../state/store";
import type { Ask, Outcome } from "./ask";
import { Entrance } from "./entrance";

/** How often it is looked whether the access token is due. */
const TOKEN_CHECK_MS = 15_000;

/** How one gets in by a provider. */
export interface ProvidersDoor {
  leave(address: string): void;
  arrival: Arrival | null;
}

export interface GateDeps {
  browser: Browser;
  store: Store;
  ask: Ask;
  here: Place["read"];
  /** Null: not here, as in another site's page, which a provider does not show itself in. */
  door: ProvidersDoor | null;
  /** Somebody came back from a provider, and wanted to go there. */
  onReturn(to: string): void;
  onEnter(identity: Identity): void;
  onLeave(): void;
}

export class Gate {
  readonly session: Session;
  readonly #deps: GateDeps;
  readonly #entrance: Entrance;

  constructor(deps: GateDeps) {
    const { browser, store, ask, here, door } = deps;
    this.#deps = deps;
    this.session = new Session(browser);
    this.session.onOver = () => this.#leave("ended");
    this.#entrance = new Entrance({
      session: this.session,
      store,
      ask: (work) => ask("sign_in", work),
      here,
      leave: (address) => door?.leave(address),
      enter: (identity, returnTo) => {
        deps.onReturn(returnTo);
        this.#enter(identity);
      },
    });
  }

  readonly actions = {
    /** Code is of the second factor; "": none was asked for. */
    signIn: (user: string, password: string, code: string): Outcome =>
      this.#deps.ask("sign_in", async () => this.#enter(await this.session.signIn(user, password, code))),

    /** Goes to a provider to sign in. */
    signInBy: (provider: string): Outcome => this.#entrance.go(provider),

    /** The code of a second factor, for who came back from a provider. */
    prove: (code: string): Outcome => this.#entrance.prove(code),

    signOut: async (): Promise<void> => {
      this.#leave("by_choice");
      await this.session.signOut().catch(() => {}); // over here all the same; at the controller it runs out
    },
  };

  /** Takes up the session of before a reload, if there is one. */
  start(): void {
    setInterval(() => void this.#renewInTime(), TOKEN_CHECK_MS);
    addEventListener("storage", () => {
      if (this.session.identity !== null && !this.session.shared) {
        this.session.forget();
        this.#leave("ended");
      }
    });
    const identity = this.session.resume();
    if (identity !== null) this.#enter(identity);
    else this.#wait(this.#deps.door?.arrival);
  }

  /** Another session of the same person, for a window with a storage of its own. Throws SignedOut or Problem. */
  second(): Promise<Wire> {
    return this.session.second();
  }

  /** Takes up a session that such a window gives. */
  adopt(wire: Wire): void {
    this.#enter(this.session.adopt(wire));
  }

  /** An access token for the feed. */
  async token(fresh: boolean): Promise<string> {
    try {
      return await this.session.token(fresh);
    } catch (e) {
      throw e instanceof SignedOut ? new SessionOver() : e;
    }
  }

  #enter(identity: Identity): void {
    this.#deps.store.dispatch({ type: "session", session: { kind: "signed_in", identity } });
    this.#deps.onEnter(identity);
  }

  #leave(why: "by_choice" | "ended"): void {
    this.#deps.onLeave();
    this.#deps.store.dispatch({ type: "session", session: { kind: "signed_out", why } });
    this.#wait();
  }

  /** Nobody is signed in: shows the ways in. */
  #wait(arrival?: Arrival | null): void {
    if (this.#deps.door !== null) void this.#entrance.load();
    if (arrival) void this.#entrance.arrive(arrival);
  }

  async #renewInTime(): Promise<void> {
    const { due } = this.session;
    if (due !== null && Date.now() >= due) await this.session.token().catch(() => {}); // later again
  }
}
