// The person's choice of devices and volumes: kept, shown, carried out, and tried out.
import type { Preference } from "../preference";
import type { Store } from "../state/store";
import { choiceOf, inEffect, type SoundChoice, watchDevices } from "./devices";
import { watchLevel } from "./level";
import { MicrophoneError, watchPermission } from "./microphone";
import { playTone } from "./output";

export interface SoundDeps {
  kept: Preference<string>;
  store: Store;
  /** Carries out what can be: devices that are not there are not named. */
  choose(choice: SoundChoice): void;
}

export class Sound {
  readonly #deps: SoundDeps;
  #endTest: (() => void) | null = null;
  /** Counts the tests, so that one that begins late is not left running. */
  #tests = 0;

  constructor(deps: SoundDeps) {
    this.#deps = deps;
  }

  /** Follows devices, permission and the choice from now on. */
  start(): void {
    const { kept, store } = this.#deps;
    const look = watchDevices((devices) => {
      store.dispatch({ type: "devices", devices });
      this.#carryOut();
    });
    void watchPermission((permission) => {
      store.dispatch({ type: "microphone", permission });
      look();
    });
    kept.subscribe(() => this.#carryOut());
    this.#carryOut();
  }

  choose(change: Partial<SoundChoice>): void {
    const { kept, store } = this.#deps;
    kept.choose(JSON.stringify({ ...choiceOf(kept.get()), ...change }));
    if (change.microphone !== undefined && store.get().test !== null) void this.test(true);
  }

  async test(on: boolean): Promise<void> {
    const { store } = this.#deps;
    const mine = ++this.#tests;
    this.#endTest?.();
    this.#endTest = null;
    if (!on) {
      if (store.get().test !== null) store.dispatch({ type: "test", test: null });
      return;
    }
    const tell = (level: number) => {
      if (mine === this.#tests) store.dispatch({ type: "test", test: level });
    };
    try {
      const end = await watchLevel(this.#effective().microphone, tell);
      if (mine === this.#tests) this.#endTest = end;
      else end();
    } catch (e) {
      store.dispatch({ type: "test", test: e instanceof MicrophoneError ? e.fault : "missing" });
    }
  }

  tone(): Promise<void> {
    const { speaker, volume } = this.#effective();
    return playTone(speaker, volume);
  }

  #carryOut(): void {
    const { kept, store } = this.#deps;
    store.dispatch({ type: "choice", choice: choiceOf(kept.get()) });
    this.#deps.choose(this.#effective());
  }

  #effective(): SoundChoice {
    return inEffect(choiceOf(this.#deps.kept.get()), this.#deps.store.get().devices);
  }
}
