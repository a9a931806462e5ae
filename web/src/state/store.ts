// Holds the state and tells who listens. Messages are taken one at a time, in the order in which they come.
import { reduce } from "./reduce";
import { initial, type Message, type State } from "./state";

export class Store {
  #state: State = initial;
  readonly #listeners = new Set<() => void>();

  get = (): State => this.#state;

  dispatch = (m: Message): void => {
    const next = reduce(this.#state, m);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
  };

  /** Returns the function that ends the subscription. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
