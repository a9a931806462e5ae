// The page without its looks: its parts, the feed that they follow, and the store that they all report to.
import { Client, type Timeline } from "../api/client";
import { Recent } from "../api/recent";
import type { Browser, Identity } from "../api/session";
import { Console } from "../console/model";
import type { Place } from "../console/navigation";
import { parse } from "../console/route";
import { Feed, type Socket } from "../feed/client";
import type { FeedMessage } from "../feed/messages";
import type { Locks } from "../phone/keeper";
import type { PhoneFactory } from "../phone/phone";
import type { Preference } from "../preference";
import type { Scheme } from "../scheme";
import type { State } from "../state/state";
import { Store } from "../state/store";
import type { Language } from "../words/area";
import { asking } from "./ask";
import { Caller } from "./caller";
import { Calls } from "./calls";
import { Dialling } from "./dialling";
import { Gate, type ProvidersDoor } from "./gate";
import { Handset } from "./handset";
import { Panels } from "./panels";
import { Status } from "./status";

/** What the page takes from its surroundings. */
export interface Surroundings {
  browser: Browser;
  locks: Locks;
  openFeed(): Socket;
  createPhone: PhoneFactory;
  language: Preference<Language>;
  scheme: Preference<Scheme>;
  /** Devices and volumes; see choiceOf. */
  sound: Preference<string>;
  place: Place;
  /** Opens another system's page beside a call. */
  openPage(call: string, url: string): void;
  /** How one gets in by a provider; null: not here, as in another site's page, which a provider does not show itself in. */
  door: ProvidersDoor | null;
}

export type Actions = App["actions"];

export class App {
  readonly store = new Store();
  readonly language: Preference<Language>;
  /** What views may ask for. The result is seen in the next state, never in what these return. */
  readonly actions;
  readonly gate: Gate;
  readonly handset: Handset;
  readonly console: Console;
  readonly #scheme: Preference<Scheme>;
  readonly #client: Client;
  readonly #feed: Feed;
  readonly #status: Status;
  readonly #calls: Calls;
  readonly #dialling: Dialling;
  readonly #caller: Caller;
  readonly #panels: Panels;

  constructor(around: Surroundings) {
    const { store } = this;
    const ask = asking(store);
    this.language = around.language;
    this.#scheme = around.scheme;
    this.gate = new Gate({
      browser: around.browser,
      store,
      ask,
      here: around.place.read,
      door: around.door,
      onReturn: (to) => this.console.navigation.replace(parse(to)),
      onEnter: (identity) => this.#enter(identity),
      onLeave: () => this.#leave(),
    });
    const client = new Client(this.gate.session);
    client.onSkew = (ms) => store.dispatch({ type: "skew", ms });
    this.#client = client;
    this.console = new Console(store, around.place, client);
    this.handset = new Handset({
      store,
      ask,
      locks: around.locks,
      create: around.createPhone,
      account: client.phone,
      rejoin: (call) => client.command(call, "rejoin"),
      sound: around.sound,
      language: around.language,
    });
    this.#status = new Status(store, client, ask);
    this.#calls = new Calls(store, client, ask, (leg) => this.handset.keeper.answer({ leg }));
    this.#dialling = new Dialling(store, client, ask, new Recent(around.browser.storage));
    this.#caller = new Caller(store, client, around.openPage);
    this.#panels = new Panels(store, client, this.handset, this.#dialling);
    this.#feed = new Feed({
      open: around.openFeed,
      token: (fresh) => this.gate.token(fresh),
      onMessage: (m) => this.#receive(m),
      onStatus: (status) => store.dispatch({ type: "feed", status }),
      onAway: (nodes) => store.dispatch({ type: "away", nodes }),
      onSilence: () => this.handset.keeper.reconnect(),
      onReturn: () => this.handset.keeper.check(),
    });
    this.gate.session.onToken = (token) => this.#feed.renew(token);
    this.actions = {
      ...this.gate.actions,
      ...this.#status.actions,
      ...this.#calls.actions,
      ...this.#dialling.actions,
      ...this.#panels.actions,
      ...this.handset.actions,
      /** In this and the other tabs. */
      speak: around.language.choose,
      paint: around.scheme.choose,
    };
  }

  start(): void {
    this.language.subscribe(() => this.#speak());
    this.#scheme.subscribe(() => this.#paint());
    this.#speak();
    this.#paint();
    this.handset.start();
    this.#watchBrowser();
    this.gate.start();
  }

  /** What happened in a call so far. Throws SignedOut or Problem. */
  timeline = (call: string): Promise<Timeline> => this.#client.timeline(call);

  #speak(): void {
    document.documentElement.lang = this.language.get();
  }

  #paint(): void {
    const scheme = this.#scheme.get();
    document.documentElement.dataset.scheme = scheme;
    this.store.dispatch({ type: "scheme", scheme });
  }

  #enter({ id, roles }: Identity): void {
    this.#dialling.show(id);
    if (!roles.includes("agent")) return; // others have no view of their own
    this.#feed.start();
    this.#status.load();
  }

  #leave(): void {
    this.#feed.stop();
    this.handset.keeper.update(null);
    this.actions.open(null);
  }

  #receive(m: FeedMessage): void {
    this.store.dispatch(m);
    this.#panels.settle();
    if (m.type === "answer") {
      this.handset.keeper.answer(m.data);
      return;
    }
    this.handset.keeper.update(m.data);
    this.#dialling.note(m.data);
    void this.#caller.update(m.data);
  }

  #watchBrowser(): void {
    addEventListener("offline", () => this.#feed.doubt());
    addEventListener("online", () => this.#feed.nudge());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#feed.nudge();
    });
    // In mid-call, or with something unsaved, the browser asks before it leaves the page. The call itself survives a reload.
    addEventListener("beforeunload", (e) => {
      if (leavingCutsAudio(this.store.get()) || this.console.drafts.any) e.preventDefault();
    });
  }
}

function leavingCutsAudio(s: State): boolean {
  return s.phone.holder === "this_tab" && s.phone.legs.some((l) => l.state === "up");
}
