// The keeper of the phone: of all tabs of an agent one holds it. It starts the phone when the agent is logged in to CTI, answers
// when the server says so, and asks to be called again when the server believes in a call that this phone does not have.
import type { PhoneAccount } from "../api/client";
import type { AnswerRequest, View } from "../feed/messages";
import { type SoundChoice, systemsChoice } from "./devices";
import { idle, type Phone, type PhoneFactory, type PhoneState } from "./phone";

/** How long the call may be without a leg here before the server is asked to call again: its own call may be on the way. */
export const REJOIN_AFTER_MS = 2_000;
/** The pause between two such requests. */
export const REJOIN_AGAIN_MS = 8_000;
/** How long a request to answer is remembered for a leg that has not rung here yet. */
export const ANSWER_WITHIN_MS = 10_000;
/** How long the phone may have a leg that no call of the server's is known for: the word of the call, or the leg's end, may be on the way. */
export const STRAY_AFTER_MS = 2_000;
/** The pause after the phone's account could not be had. */
export const ACCOUNT_AGAIN_MS = 5_000;

export type Holder = "nobody" | "this_tab" | "another_tab";

export interface KeeperState extends PhoneState {
  holder: Holder;
}

export const noPhone: KeeperState = { ...idle, holder: "nobody" };

/** What of the Web Locks API is used; null where the browser has none (no secure context). */
export type Locks = Pick<LockManager, "request"> | null;

export interface KeeperDeps {
  locks: Locks;
  create: PhoneFactory;
  account(): Promise<PhoneAccount>;
  /** Asks the server to call the phone again. A refusal needs no word: the view will say what is. */
  rejoin(call: string): Promise<void>;
  onState(s: KeeperState): void;
}

export class Keeper {
  readonly #deps: KeeperDeps;
  #state: KeeperState = noPhone;
  #view: View | null = null;
  #choice = systemsChoice;
  #phone: Phone | null = null;
  /** Gives the lock back; null: not held and not wanted. */
  #release: (() => void) | null = null;
  /** Ends when the phone is given back. */
  #held: Promise<void> = Promise.resolve();
  #aside = false;
  /** The call and its leg that is up here. */
  #own: { call: string; leg: string } | null = null;
  /** The call that another phone of the agent's has taken from this one: pulled back, it would go to and fro. */
  #taken = "";
  #wish: { leg: string; until: number } | null = null;
  #rejoin: ReturnType<typeof setTimeout> | undefined;
  #rejoinNotBefore = 0;
  #stray: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  /** Takes the newest view; null: signed out. */
  update(view: View | null): void {
    this.#view = view;
    if (wantsPhone(view) && !this.#aside) this.#hold(view.agent);
    else this.#letGo();
    this.#notice();
    this.#considerRejoin();
    this.#considerStrays();
  }

  /** The server, or this tab's own Answer, wants the leg answered. In a tab without the phone nothing happens. */
  answer({ leg }: Pick<AnswerRequest, "leg">): void {
    if (this.#state.holder !== "this_tab") return;
    this.#wish = { leg, until: Date.now() + ANSWER_WITHIN_MS };
    this.#grant();
  }

  /** Leaves the phone, and the call on it, to another window, or takes it (back). Returns when it is left. */
  stepAside(aside: boolean): Promise<void> {
    this.#aside = aside;
    this.#taken = "";
    this.update(this.#view);
    return aside ? this.#held : Promise.resolve();
  }

  unblockAudio(): void {
    this.#phone?.unblockAudio();
  }

  reconnect(): void {
    this.#phone?.reconnect();
  }

  check(): void {
    this.#phone?.check();
  }

  /** These devices and volumes from now on. */
  choose(choice: SoundChoice): void {
    this.#choice = choice;
    this.#phone?.choose(choice);
  }

  microphoneAgain(): void {
    this.#phone?.microphoneAgain();
  }

  echo(on: boolean): void {
    this.#phone?.echo(on);
  }

  #hold(agent: string): void {
    if (this.#release !== null) return;
    const over = new AbortController();
    const released = new Promise<void>((done) => over.signal.addEventListener("abort", () => done()));
    this.#release = () => over.abort();
    const keep = async () => {
      if (over.signal.aborted) return; // let go while the browser was asked
      this.#say({ holder: "this_tab" });
      await this.#run(released);
    };
    this.#held = this.#underLock(`switchroom.phone.${agent}`, keep, over.signal);
  }

  async #underLock(name: string, keep: () => Promise<void>, over: AbortSignal): Promise<void> {
    const { locks } = this.#deps;
    if (locks === null) return keep();
    const got = await locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await keep();
      return lock !== null;
    });
    if (got || over.aborted) return;
    this.#say({ holder: "another_tab" });
    try {
      await locks.request(name, { signal: over }, keep);
    } catch (e) {
      if (!over.aborted) throw e;
    }
  }

  /** Runs the phone until it is released. */
  async #run(released: Promise<void>): Promise<void> {
    let over = false;
    void released.then(() => {
      over = true;
    });
    while (!over) {
      try {
        const account = await this.#deps.account();
        if (over) return;
        this.#phone = this.#deps.create({
          account,
          choice: this.#choice,
          onState: (s) => {
            if (!over) this.#phoneSays(s);
          },
        });
        this.#phone.start();
        await released;
        // A session that ends in mid-call is not the agent hanging up: the customer waits, and who signs in again has them back.
        if (this.#aside || hasCall(this.#phone.state)) await this.#phone.leave();
        else this.#phone.stop();
        this.#phone = null;
      } catch (e) {
        this.#say({ registration: "connecting", why: e instanceof Error ? e.message : "" });
        await Promise.race([released, new Promise((done) => setTimeout(done, ACCOUNT_AGAIN_MS))]);
      }
    }
  }

  #letGo(): void {
    const holder = wantsPhone(this.#view) ? "another_tab" : "nobody";
    if (this.#release === null && this.#state.holder === holder) return;
    this.#release?.();
    this.#release = null;
    this.#wish = null;
    this.#own = null; // it was let go here: nobody has taken it
    this.#say({ ...noPhone, holder });
  }

  #phoneSays(s: PhoneState): void {
    this.#say(s);
    this.#grant();
    this.#notice();
    this.#considerRejoin();
    this.#considerStrays();
  }

  /** Who ends the leg of a call that goes on, and does not call here, has the call elsewhere: a tab that no lock is shared with, another computer. */
  #notice(): void {
    const { legs, audio } = this.#state;
    const call = this.#view?.call;
    const here = legs.find((l) => l.id === call?.leg && l.state === "up");
    if (call && here !== undefined) {
      this.#own = { call: call.id, leg: here.id };
      this.#taken = "";
    } else if (this.#own !== null && !legs.some((l) => l.id === this.#own?.leg)) {
      if (audio !== "lost" && audio !== "no_route") this.#taken = this.#own.call;
      this.#own = null;
    }
  }

  #grant(): void {
    const wish = this.#wish;
    if (wish === null || this.#phone === null) return;
    if (Date.now() > wish.until) this.#wish = null;
    else if (this.#state.legs.some((l) => l.id === wish.leg && l.state === "ringing")) {
      this.#wish = null;
      this.#phone.answer(wish.leg);
    }
  }

  #considerRejoin(): void {
    if (this.#taken === this.#view?.call?.id || !needsRejoin(this.#view, this.#state)) {
      clearTimeout(this.#rejoin);
      this.#rejoin = undefined;
      return;
    }
    if (this.#rejoin !== undefined) return;
    const wait = Math.max(REJOIN_AFTER_MS, this.#rejoinNotBefore - Date.now());
    this.#rejoin = setTimeout(() => {
      this.#rejoin = undefined;
      void this.#askRejoin();
    }, wait);
  }

  async #askRejoin(): Promise<void> {
    const call = this.#view?.call;
    if (!call || !needsRejoin(this.#view, this.#state)) return;
    this.#rejoinNotBefore = Date.now() + REJOIN_AGAIN_MS;
    try {
      await this.#deps.rejoin(call.id);
    } catch {
      // The next look decides whether it is still wanted.
    }
    this.#considerRejoin();
  }

  /** A leg without a call is over where it came from, which could not say so: Asterisk died. No microphone stays open for it, and no dead call rings on. */
  #considerStrays(): void {
    if (!hasStrays(this.#view, this.#state)) {
      clearTimeout(this.#stray);
      this.#stray = undefined;
      return;
    }
    this.#stray ??= setTimeout(() => {
      this.#stray = undefined;
      this.#phone?.letGo();
    }, STRAY_AFTER_MS);
  }

  #say(change: Partial<KeeperState>): void {
    this.#state = { ...this.#state, ...change };
    this.#deps.onState(this.#state);
  }
}

function wantsPhone(view: View | null): view is View {
  return view !== null && view.phone.device === "webrtc" && view.status.code !== "logged_out";
}

function hasCall({ legs }: PhoneState): boolean {
  return legs.some((l) => l.state !== "ringing");
}

/** The phone has a leg, and the server knows of no call of this agent's. */
function hasStrays(view: View | null, { holder, legs }: KeeperState): boolean {
  return view?.call === null && holder === "this_tab" && legs.length > 0;
}

/**
 * The server believes that this phone carries the call, and the phone is there but does not. In which states it would call again
 * is its own business and stands in the commands; where it does so already there is nothing to ask for.
 */
export function needsRejoin(view: View | null, phone: KeeperState): boolean {
  const call = view?.call;
  if (!call?.commands.includes("rejoin") || call.state === "rejoining") return false;
  if (phone.holder !== "this_tab" || phone.registration !== "registered") return false;
  return !phone.legs.some((l) => l.id === call.leg);
}
