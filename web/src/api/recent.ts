// What each agent dialled last in this browser: a few numbers, which no server keeps for them.
import type { Browser } from "./session";

/** How many are kept. */
export const MOST_RECENT = 8;
/** Longer ones are no numbers. */
const LONGEST = 64;

export class Recent {
  readonly #storage: Browser["storage"];

  constructor(storage: Browser["storage"]) {
    this.#storage = storage;
  }

  /** Newest first. What cannot be read is nothing. */
  list(agent: string): string[] {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(nameOf(agent)) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isNumber).slice(0, MOST_RECENT) : [];
    } catch {
      return [];
    }
  }

  /** Notes one more, and returns the list. A storage that is full or forbidden only forgets. */
  add(agent: string, number: string): string[] {
    const list = [number, ...this.list(agent).filter((n) => n !== number)].slice(0, MOST_RECENT);
    try {
      this.#storage.setItem(nameOf(agent), JSON.stringify(list));
    } catch {
      // it is a convenience
    }
    return list;
  }
}

function nameOf(agent: string): string {
  return `switchroom.recent.${agent}`;
}

function isNumber(v: unknown): v is string {
  return typeof v === "string" && v !== "" && v.length <= LONGEST;
}
