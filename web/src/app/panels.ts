// What is open beside the call, and what goes on only while it is.
import type { Client } from "../api/client";
import { Lookup } from "../api/lookup";
import type { Panel } from "../state/state";
import type { Store } from "../state/store";
import type { Dialling } from "./dialling";
import type { Handset } from "./handset";

export class Panels {
  readonly #store: Store;
  readonly #handset: Handset;
  readonly #dialling: Dialling;
  readonly #lookup: Lookup;

  constructor(store: Store, client: Client, handset: Handset, dialling: Dialling) {
    this.#store = store;
    this.#handset = handset;
    this.#dialling = dialling;
    this.#lookup = new Lookup({
      find: client.colleagues,
      tell: (change) => store.dispatch({ type: "directory", change }),
    });
  }

  readonly actions = {
    /** Opens what belongs to the call, or closes it (null). */
    open: (panel: Panel | null): void => {
      this.#store.dispatch({ type: "panel", panel });
      this.settle();
      const { panel: open } = this.#store.get();
      if (open === "transfer") this.#lookup.open();
      if (open === "transfer" || open === "dial") void this.#dialling.load();
    },

    searchColleagues: (text: string): void => this.#lookup.search(text),

    dismiss: (): void => this.#store.dispatch({ type: "dismissed" }),
  };

  /** Ends what belongs to a panel that is not open any more. */
  settle(): void {
    const { panel } = this.#store.get();
    if (panel !== "transfer") this.#lookup.close();
    if (panel !== "settings") this.#handset.endTests();
  }
}
