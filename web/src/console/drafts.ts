// What people have begun to write and not saved. It outlives going to another view, and nobody but its author ever sees it.
import type { Keeping } from "../kit/place";
import { href, type Route } from "./route";

export class Drafts {
  readonly #kept = new Map<string, unknown>();

  /** What was begun there; undefined: nothing. */
  get<T>(at: Route): T | undefined {
    return this.#kept.get(href(at)) as T | undefined;
  }

  /** Keeps it; undefined forgets. */
  set(at: Route, draft: unknown): void {
    if (draft === undefined) this.#kept.delete(href(at));
    else this.#kept.set(href(at), draft);
  }

  /** Something of that view is not saved. */
  has(at: Route): boolean {
    return this.#kept.has(href(at));
  }

  /** Those of one view. */
  at(at: Route): Keeping {
    return { get: () => this.get(at), set: (unsaved) => this.set(at, unsaved) };
  }

  get any(): boolean {
    return this.#kept.size > 0;
  }

  clear(): void {
    this.#kept.clear();
  }
}
