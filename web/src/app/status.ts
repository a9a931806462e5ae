// The agent's work: logged in to CTI or not, their status and its reasons, the names of their services.
import type { Choice, Client } from "../api/client";
import { Problem } from "../api/problem";
import type { Store } from "../state/store";
import { reasonsFor } from "../words/status";
import type { Ask, Outcome } from "./ask";

/** The refusals of a status that say that the reasons known here are old. */
const aboutReasons: ReadonlySet<string> = new Set(["unknown_reason", "reason_inactive", "reason_required"]);

export class Status {
  readonly #store: Store;
  readonly #client: Client;
  readonly #ask: Ask;

  constructor(store: Store, client: Client, ask: Ask) {
    this.#store = store;
    this.#client = client;
    this.#ask = ask;
  }

  readonly actions = {
    ctiLogin: (): Outcome => this.#ask("cti_login", this.#client.ctiLogin),

    ctiLogout: (): Outcome => this.#ask("cti_logout", this.#client.ctiLogout),

    /** Chooses a status. Without a word about the reason (undefined) it is asked for where there is one to choose; null: none is given. */
    choose: (status: Choice, reason?: string | null): Outcome => {
      const { reasons, reasoning } = this.#store.get();
      const asks = reason === undefined && reasonsFor(reasons, status).length > 0;
      this.#store.dispatch({ type: "reasoning", status: asks && reasoning !== status ? status : null });
      if (asks) return Promise.resolve(null);
      return this.#ask(status, async () => {
        try {
          await this.#client.setStatus(status, reason ?? null);
        } catch (e) {
          if (e instanceof Problem && aboutReasons.has(e.code)) void this.#loadReasons(); // they were changed meanwhile
          throw e;
        }
      });
    },
  };

  load(): void {
    void this.#loadReasons();
    void this.#loadServices();
  }

  /** Where they cannot be had, what was known stays. */
  async #loadReasons(): Promise<void> {
    const { session } = this.#store.get();
    try {
      const reasons = await this.#client.reasons();
      if (this.#store.get().session === session) this.#store.dispatch({ type: "reasons", reasons });
    } catch {
      // The server says so when a status is chosen.
    }
  }

  /** Where they cannot be had the services' IDs are shown. */
  async #loadServices(): Promise<void> {
    const { session } = this.#store.get();
    try {
      const { services } = await this.#client.names();
      if (this.#store.get().session !== session) return;
      this.#store.dispatch({ type: "services", services: Object.fromEntries(services.map((s) => [s.id, s.name])) });
    } catch {
      // The next sign-in reads them again.
    }
  }
}
