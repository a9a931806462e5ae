// Who is Ready, while the transfer dialog is open: asked for at once, after each pause in typing, and again and again.
import type { Directory } from "../state/state";
import type { Colleague } from "./client";
import { complaintOf } from "./problem";

/** The pause in typing after which it is searched. */
export const TYPED_MS = 250;
/** How old the list may become. */
export const REFRESH_MS = 4_000;

export interface LookupDeps {
  find(search: string): Promise<readonly Colleague[]>;
  tell(change: Partial<Directory>): void;
}

export class Lookup {
  readonly #deps: LookupDeps;
  #search = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the questions: only the answer to the newest is of interest. */
  #newest = 0;

  constructor(deps: LookupDeps) {
    this.#deps = deps;
  }

  open(): void {
    this.#search = "";
    void this.#ask();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#newest++;
  }

  search(text: string): void {
    this.#search = text.trim();
    this.#deps.tell({ search: text });
    this.close();
    this.#later(TYPED_MS);
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    this.close();
    const mine = this.#newest;
    let change: Partial<Directory>;
    try {
      change = { found: await this.#deps.find(this.#search), fault: null };
    } catch (e) {
      change = { fault: complaintOf(e, "list_unread") };
    }
    if (mine !== this.#newest) return;
    this.#deps.tell(change);
    this.#later(REFRESH_MS);
  }
}
