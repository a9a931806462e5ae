// How one gets in by a provider: from the sign-in page there, back with its answer, and to where one wanted to go.
import { Problem } from "../api/problem";
import type { Identity, Session } from "../api/session";
import { type Arrival, begin, providers } from "../api/sign-in";
import type { Store } from "../state/store";
import type { Outcome } from "./ask";

export interface EntranceDeps {
  session: Pick<Session, "signInBy">;
  store: Pick<Store, "get" | "dispatch">;
  /** Does it as something that the person asked for. */
  ask(work: () => Promise<void>): Outcome;
  /** Path and query of the page. */
  here(): string;
  /** Leaves the page. */
  leave(address: string): void;
  enter(identity: Identity, returnTo: string): void;
}

export class Entrance {
  readonly #deps: EntranceDeps;
  #arrival: Arrival | null = null;

  constructor(deps: EntranceDeps) {
    this.#deps = deps;
  }

  /** Reads by which providers one can sign in. Where that cannot be had there is the password. */
  async load(): Promise<void> {
    const { store } = this.#deps;
    const { session } = store.get();
    try {
      const list = await providers();
      if (store.get().session === session) store.dispatch({ type: "providers", providers: list });
    } catch {
      // The next visit reads them again.
    }
  }

  go = (provider: string): Outcome =>
    this.#deps.ask(async () => {
      const address = await begin(provider, this.#deps.here());
      if (!/^https?:/.test(address)) throw new Error("the provider has no address");
      this.#deps.leave(address);
    });

  arrive(arrival: Arrival): Outcome {
    this.#arrival = arrival;
    this.#deps.store.dispatch({ type: "returning", step: "checked" });
    return this.#deps.ask(() => this.#finish(arrival));
  }

  /** The code of a second factor, after it was asked for. */
  prove = (code: string): Outcome =>
    this.#deps.ask(async () => {
      const { provider, answer } = this.#arrival ?? { provider: "", answer: { state: "none" } };
      await this.#finish({ provider, answer: { state: answer.state, second_factor: code } });
    });

  async #finish({ provider, answer }: Arrival): Promise<void> {
    const { session, store, enter } = this.#deps;
    try {
      const { identity, returnTo } = await session.signInBy(provider, answer);
      this.#arrival = null;
      enter(identity, returnTo);
    } catch (e) {
      const again =
        e instanceof Problem &&
        (e.code === "code_required" || e.code === "bad_code" || (store.get().returning === "code" && e.passing));
      store.dispatch({ type: "returning", step: again ? "code" : null });
      throw e;
    }
  }
}
