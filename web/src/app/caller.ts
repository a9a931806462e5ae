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
  /** The call whose caller was asked about last. */
  #asked = "";

  constructor(store: Store, client: Client, openPage: (call: string, url: string) => void) {
    this.#store = store;
    this.#client = client;
    this.#openPage = openPage;
  }

  async update(view: View): Promise<void> {
    await this.#lookUp(view);
    this.#pop();
  }

  /** Once for each call with a customer, and again with the next news of it if that failed: the offer itself never waits for it. */
  async #lookUp({ call }: View): Promise<void> {
    if (call?.id === this.#asked) return;
    this.#asked = call?.id ?? ""; // a call that was given away may come back
    if (call === null || call.internal) return;
    const rang = rings(call);
    try {
      const caller = await this.#client.caller(call.id);
      this.#store.dispatch({ type: "caller", known: { call: call.id, caller, rang } });
    } catch {
      if (this.#asked === call.id) this.#asked = "";
    }
  }

  #pop(): void {
    const pop = popOf(this.#store.get());
    if (pop !== null) this.#openPage(pop.call, pop.url);
  }
}
