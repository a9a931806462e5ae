// Digits go out in the order in which they were pressed, however fast that was: those that are pressed while a request is under way
// go with the next.

/** How many go into one request. */
export const MOST_DIGITS = 32;

export class Digits {
  #waiting = "";

  press(digit: string): void {
    this.#waiting += digit;
  }

  /** Sends what waits, and what comes meanwhile. A failure throws; what was to follow makes no sense without it and is not sent. */
  async flush(send: (digits: string) => Promise<void>): Promise<void> {
    try {
      while (this.#waiting !== "") {
        const digits = this.#waiting.slice(0, MOST_DIGITS);
        this.#waiting = this.#waiting.slice(digits.length);
        await send(digits);
      }
    } finally {
      this.#waiting = "";
    }
  }
}
