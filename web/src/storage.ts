// Where a browser keeps what is to outlive the page; in memory where it lets the page keep nothing, as some do in frames of other sites' pages.
import type { Browser } from "./api/session";

/** own is the browser's, and may throw instead. */
export function storageOf(own: () => Browser["storage"]): Browser["storage"] {
  try {
    const storage = own();
    storage.getItem("");
    return storage;
  } catch {
    return inMemory();
  }
}

export function inMemory(): Browser["storage"] {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}
