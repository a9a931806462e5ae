// A choice of the person's for this browser: kept there, and the same in all tabs of it.

/** What of the browser is used. */
export interface Keeping {
  storage: Pick<Storage, "getItem" | "setItem">;
  /** Calls back when another tab has changed the storage. */
  watch(changed: () => void): void;
}

export class Preference<T extends string> {
  readonly #name: string;
  readonly #allowed: readonly T[] | null;
  readonly #otherwise: T;
  readonly #keeping: Keeping;
  readonly #listeners = new Set<() => void>();
  #value: T;

  /** allowed: null where anything may be kept. otherwise holds until something is chosen, and where what is kept is not allowed. */
  constructor(name: string, allowed: readonly T[] | null, otherwise: T, keeping: Keeping) {
    this.#name = name;
    this.#allowed = allowed;
    this.#otherwise = otherwise;
    this.#keeping = keeping;
    this.#value = this.#kept();
    keeping.watch(() => this.#become(this.#kept()));
  }

  get = (): T => this.#value;

  /** Counts at once; a storage that is full or forbidden only forgets it with the page. */
  choose = (value: T): void => {
    try {
      this.#keeping.storage.setItem(this.#name, value);
    } catch {
      // it is a convenience
    }
    this.#become(value);
  };

  /** Returns the function that ends the subscription. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #kept(): T {
    try {
      const kept = this.#keeping.storage.getItem(this.#name);
      if (this.#allowed === null) return (kept as T | null) ?? this.#otherwise;
      return this.#allowed.find((v) => v === kept) ?? this.#otherwise;
    } catch {
      return this.#otherwise;
    }
  }

  #become(value: T): void {
    if (value === this.#value) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}
