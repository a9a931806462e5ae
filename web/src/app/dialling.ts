// Calling somebody: the numbers to choose from, and what was dialled lately.
import type { Client } from "../api/client";
import { complaintOf } from "../api/problem";
import type { Recent } from "../api/recent";
import type { View } from "../feed/messages";
import { places } from "../state/select";
import type { State } from "../state/state";
import type { Store } from "../state/store";
import type { Ask, Outcome } from "./ask";

export class Dialling {
  readonly #store: Store;
  readonly #client: Client;
  readonly #ask: Ask;
  readonly #recent: Recent;
  /** The call whose number was noted last. */
  #noted = "";

  constructor(store: Store, client: Client, ask: Ask, recent: Recent) {
    this.#store = store;
    this.#client = client;
    this.#ask = ask;
    this.#recent = recent;
  }

  readonly actions = {
    /** Calls a customer. Null: with the service's default caller ID. */
    dial: (number: string, callerId: string | null): Outcome =>
      this.#ask("dial", () => this.#client.dial(number, callerId)),

    /** What is to be dialled, as far as it is entered. */
    enter: (number: string): void => this.#store.dispatch({ type: "entry", number }),

    /** The agent has read why the call came to nothing. */
    dialFailureSeen: (call: string): void => this.#store.dispatch({ type: "dial_failure_seen", call }),

    /** Opens what a frequently used number is entered in, or closes it. */
    enterNumber: (adding: boolean): void => this.#store.dispatch({ type: "numbers", change: { adding } }),

    addNumber: (label: string, number: string): Outcome =>
      this.#ask("add_number", async () => {
        await this.#client.addNumber(label, number);
        await this.load();
      }),

    removeNumber: (id: string): Outcome =>
      this.#ask("remove_number", async () => {
        await this.#client.removeNumber(id);
        await this.load();
      }),

    demoCall: (queue: string): Outcome => this.#ask("demo_call", () => this.#client.demoCall(queue)),
  };

  /** Shows what that agent dialled lately. */
  show(agent: string): void {
    this.#store.dispatch({ type: "recent", numbers: this.#recent.list(agent) });
  }

  /** Reads the numbers anew. What was known is shown meanwhile, and stays when they cannot be had. */
  async load(): Promise<void> {
    const { session } = this.#store.get();
    let change: Partial<State["numbers"]>;
    try {
      change = { known: await this.#client.numbers(), fault: null };
    } catch (e) {
      change = { fault: complaintOf(e, "numbers_unread") };
    }
    if (this.#store.get().session === session) this.#store.dispatch({ type: "numbers", change });
  }

  /** Notes what the agent dials. */
  note({ agent, call }: View): void {
    if (call === null || !places(call) || call.id === this.#noted) return;
    this.#noted = call.id;
    this.#store.dispatch({ type: "recent", numbers: this.#recent.add(agent, call.caller.number) });
  }
}
