// The commands about the call that there is, and the digits on their way to it.
import type { Client, Command, Target } from "../api/client";
import { Digits } from "../api/digits";
import type { CallAction } from "../state/state";
import type { Store } from "../state/store";
import type { Ask, Outcome } from "./ask";

/** The last part of a command's path, where that is not its name. */
function pathOf(action: CallAction): Command {
  return action === "force_disconnect" ? "force-disconnect" : action;
}

export class Calls {
  readonly #store: Store;
  readonly #client: Client;
  readonly #ask: Ask;
  readonly #pickUp: (leg: string) => void;
  readonly #digits = new Digits();

  /** pickUp answers the leg on this tab's phone, if it is here. */
  constructor(store: Store, client: Client, ask: Ask, pickUp: (leg: string) => void) {
    this.#store = store;
    this.#client = client;
    this.#ask = ask;
    this.#pickUp = pickUp;
  }

  readonly actions = {
    answer: (): Outcome => {
      const leg = this.#store.get().view?.call?.leg;
      const asked = this.#command("answer");
      // If the phone is in this tab there is nothing to wait for. The feed's own "answer" then finds the leg answered.
      if (leg !== undefined) this.#pickUp(leg);
      return asked;
    },
    decline: (): Outcome => this.#command("decline"),
    hangup: (): Outcome => this.#command("hangup"),
    hold: (): Outcome => this.#command("hold"),
    resume: (): Outcome => this.#command("resume"),
    mute: (muted: boolean): Outcome => this.#command("mute", { muted }, muted),
    transfer: (to: Target): Outcome => this.#command("transfer", to),
    consult: (to: Target): Outcome => this.#command("consult", to),
    complete: (): Outcome => this.#command("complete"),
    cancel: (): Outcome => this.#command("cancel"),
    swap: (): Outcome => this.#command("swap"),
    conference: (): Outcome => this.#command("conference"),
    forceDisconnect: (reason: string): Outcome => this.#command("force_disconnect", reason === "" ? {} : { reason }),

    /** Sends one more digit. They go in the order in which they were pressed, however fast that was. */
    digit: (digit: string): Outcome => {
      this.#digits.press(digit);
      return this.#ask("digits", () => this.#sendDigits());
    },
  };

  #command(action: CallAction, body?: unknown, muted?: boolean): Outcome {
    const call = this.#store.get().view?.call?.id;
    if (call === undefined) return Promise.resolve({ action, code: "no_call", detail: "there is no call" });
    return this.#ask(action, () => this.#client.command(call, pathOf(action), body), muted);
  }

  async #sendDigits(): Promise<void> {
    const call = this.#store.get().view?.call?.id;
    await this.#digits.flush(async (digits) => {
      if (call === undefined) return;
      await this.#client.command(call, "digits", { digits });
      this.#store.dispatch({ type: "digits_sent", digits });
    });
  }
}
