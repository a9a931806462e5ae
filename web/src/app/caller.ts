// Who calls or is called: asked for as soon as there is a call, and another system's page of them opened when it is time.
import type { Client } from "../api/client";
import type { View } from "../feed/messages";
import { popOf } from "../state/pop";
import { rings } from "../state/select";
import type { Store } from "../state/store";

export class Caller {
  readonly #store: Store;
  readonly #client: Client;
  readonly #openPage: (call: string, url: string) => void;
  /** The call whose caller is being asked about; "": none. */
  #asking = "";

  constructor(store: Store, client: Client, openPage: (call: string, url: string) => void) {
    this.#store = store;
    this.#client = client;
    this.#openPage = openPage;
  }

  async update(view: View): Promise<void> {
    await this.#lookUp(view);
    this.#pop();
  }

  /** For each call with a customer that is not known, and again with the next news of it if that failed: the offer itself never waits for it. */
  async #lookUp({ call }: View): Promise<void> {
    if (call === null || call.internal || this.#asking === call.id || this.#store.get().caller?.call === call.id)
      return;
    this.#asking = call.id;
    const rang = rings(call);
    try {
      const caller = await this.#client.caller(call.id);
      this.#store.dispatch({ type: "caller", known: { call: call.id, caller, rang } });
    } catch {
      // it is asked for again
    } finally {
      if (this.#asking === call.id) this.#asking = "";
    }
  }

  #pop(): void {
    const pop = popOf(this.#store.get());
    if (pop !== null) this.#openPage(pop.call, pop.url);
  }
}
