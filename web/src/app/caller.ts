// Who calls: asked for when it rings, and another system's page of them opened when it is time.
import type { Client } from "../api/client";
import type { View } from "../feed/messages";
import { pageOf, popsNow } from "../state/pop";
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

  /** Once for each call that rings, and again with the next news of it if that failed: the offer itself never waits for it. */
  async #lookUp({ call }: View): Promise<void> {
    if (call === null || !rings(call) || call.internal || call.id === this.#asked) return;
    this.#asked = call.id;
    try {
      const caller = await this.#client.caller(call.id);
      this.#store.dispatch({ type: "caller", known: { call: call.id, caller } });
    } catch {
      this.#asked = "";
    }
  }

  #pop(): void {
    const { view, caller } = this.#store.get();
    const call = view?.call;
    if (!call || caller?.call !== call.id || !popsNow(caller.caller.screen_pop, call)) return;
    const page = pageOf(caller.caller.screen_pop);
    if (page !== null) this.#openPage(call.id, page);
  }
}
