// All that is heard in this tab: the phone, if it is here, its devices and their tests, and what rings.
import { Alerts, askNotifications, notificationPermission } from "../alert/alerts";
import { Sound } from "../phone/choice";
import type { SoundChoice } from "../phone/devices";
import { Keeper, type KeeperDeps } from "../phone/keeper";
import { askPermission } from "../phone/microphone";
import type { Preference } from "../preference";
import type { Store } from "../state/store";
import type { Language } from "../words/area";
import type { Ask, Outcome } from "./ask";

export interface HandsetDeps extends Omit<KeeperDeps, "onState"> {
  store: Store;
  ask: Ask;
  /** Devices and volumes; see choiceOf. */
  sound: Preference<string>;
  language: Preference<Language>;
}

export class Handset {
  readonly keeper: Keeper;
  readonly #deps: HandsetDeps;
  readonly #alerts: Alerts;
  readonly #sound: Sound;

  constructor(deps: HandsetDeps) {
    const { store } = deps;
    this.#deps = deps;
    this.keeper = new Keeper({ ...deps, onState: (state) => store.dispatch({ type: "phone", state }) });
    this.#alerts = new Alerts((on) => store.dispatch({ type: "sound", on }));
    this.#sound = new Sound({
      kept: deps.sound,
      store,
      choose: (choice) => {
        this.keeper.choose(choice);
        this.#alerts.choose(choice);
      },
    });
  }

  readonly actions = {
    unblockAudio: (): void => this.keeper.unblockAudio(),

    /** After the microphone could not be had: answers the call's leg once more. */
    microphoneAgain: (): void => this.keeper.microphoneAgain(),

    /** Chooses devices or volumes. */
    chooseSound: (change: Partial<SoundChoice>): void => this.#sound.choose(change),

    /** Begins to show how loud the microphone is, or ends it. */
    testMicrophone: (on: boolean): Promise<void> => this.#sound.test(on),

    testSpeaker: (): Promise<void> => this.#sound.tone(),

    testRing: (): Promise<void> => this.#alerts.ringOnce(),

    /** Calls the telephone server's echo, or ends that. */
    echo: (on: boolean): void => this.keeper.echo(on),

    allowMicrophone: (): Outcome => this.#deps.ask("microphone", askPermission),

    allowNotifications: async (): Promise<void> => {
      this.#deps.store.dispatch({ type: "notifications", permission: await askNotifications() });
    },
  };

  start(): void {
    const { store, language } = this.#deps;
    const alert = () => this.#alerts.update(store.get(), language.get());
    store.subscribe(alert);
    language.subscribe(alert);
    alert();
    store.dispatch({ type: "notifications", permission: notificationPermission() });
    this.#sound.start();
    for (const gesture of ["pointerdown", "keydown"]) {
      addEventListener(gesture, () => {
        this.#alerts.unlock();
        this.keeper.unblockAudio();
      });
    }
  }

  endTests(): void {
    void this.#sound.test(false);
    this.keeper.echo(false);
  }
}
