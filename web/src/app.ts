// The page without its looks: session, feed, phone, alerts, and the store that they all report to.
import { Alerts, askNotifications, notificationPermission } from "./alert/alerts";
import { type Choice, Client, type Command, type Target, type Timeline } from "./api/client";
import { Digits } from "./api/digits";
import { Lookup } from "./api/lookup";
import { complaintOf, Problem } from "./api/problem";
import { Recent } from "./api/recent";
import { type Browser, type Identity, Session, SignedOut, type Wire } from "./api/session";
import type { Arrival } from "./api/sign-in";
import { Console } from "./console/model";
import type { Place } from "./console/navigation";
import { parse } from "./console/route";
import { Entrance } from "./entrance";
import { Feed, SessionOver, type Socket } from "./feed/client";
import type { FeedMessage, View } from "./feed/messages";
import { Sound } from "./phone/choice";
import type { SoundChoice } from "./phone/devices";
import { Keeper, type KeeperDeps, type Locks } from "./phone/keeper";
import { askPermission, MicrophoneError } from "./phone/microphone";
import type { PhoneFactory } from "./phone/phone";
import type { Preference } from "./preference";
import type { Scheme } from "./scheme";
import { pageOf, popsNow } from "./state/pop";
import { places, rings } from "./state/select";
import type { Action, CallAction, Fault, Panel, State } from "./state/state";
import { Store } from "./state/store";
import type { Language } from "./words/area";
import { reasonsFor } from "./words/status";

/** How often it is looked whether the access token is due. */
const TOKEN_CHECK_MS = 15_000;

/** The last part of each command's path. */
const paths: Record<CallAction, Command> = {
  answer: "answer",
  decline: "decline",
  hangup: "hangup",
  mute: "mute",
  digits: "digits",
  hold: "hold",
  resume: "resume",
  transfer: "transfer",
  consult: "consult",
  complete: "complete",
  cancel: "cancel",
  swap: "swap",
  conference: "conference",
  force_disconnect: "force-disconnect",
};

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
  door: { leave(address: string): void; arrival: Arrival | null } | null;
}

/** What became of a wish: null: it was accepted. */
export type Outcome = Promise<Fault | null>;

/** The refusals of a status that say that the reasons known here are old. */
const aboutReasons: ReadonlySet<string> = new Set(["unknown_reason", "reason_inactive", "reason_required"]);

export class App {
  readonly store = new Store();
  readonly language: Preference<Language>;
  readonly console: Console;
  readonly #scheme: Preference<Scheme>;
  readonly #sound: Sound;
  readonly #session: Session;
  readonly #entrance: Entrance;
  readonly #door: Surroundings["door"];
  readonly #client: Client;
  readonly #feed: Feed;
  readonly #keeper: Keeper;
  readonly #alerts: Alerts;
  readonly #lookup: Lookup;
  readonly #digits = new Digits();
  readonly #recent: Recent;
  readonly #openPage: Surroundings["openPage"];
  /** The call whose number was noted last. */
  #noted = "";
  /** The call whose caller was asked about last. */
  #asked = "";

  constructor(surroundings: Surroundings) {
    const { dispatch } = this.store;
    this.language = surroundings.language;
    this.#scheme = surroundings.scheme;
    this.#session = new Session(surroundings.browser);
    this.#door = surroundings.door;
    this.#entrance = new Entrance({
      session: this.#session,
      store: this.store,
      ask: (work) => this.#ask("sign_in", work),
      here: surroundings.place.read,
      leave: (address) => this.#door?.leave(address),
      enter: (identity, returnTo) => {
        this.console.navigation.replace(parse(returnTo));
        this.#enter(identity);
      },
    });
    this.#recent = new Recent(surroundings.browser.storage);
    this.#openPage = surroundings.openPage;
    this.#client = new Client(this.#session);
    this.console = new Console(this.store, surroundings.place, this.#client);
    this.#client.onSkew = (ms) => dispatch({ type: "skew", ms });
    this.#feed = new Feed({
      open: surroundings.openFeed,
      token: (fresh) => this.#token(fresh),
      onMessage: (m) => this.#receive(m),
      onStatus: (status) => dispatch({ type: "feed", status }),
      onAway: (nodes) => dispatch({ type: "away", nodes }),
      onSilence: () => this.#keeper.reconnect(),
    });
    this.#keeper = new Keeper(this.#keeperDeps(surroundings));
    this.#alerts = new Alerts((on) => dispatch({ type: "sound", on }));
    this.#sound = new Sound({
      kept: surroundings.sound,
      store: this.store,
      choose: (choice) => {
        this.#keeper.choose(choice);
        this.#alerts.choose(choice);
      },
    });
    this.#lookup = new Lookup({
      find: this.#client.colleagues,
      tell: (change) => dispatch({ type: "directory", change }),
    });
    this.#session.onToken = (token) => this.#feed.renew(token);
    this.#session.onOver = () => this.#leave("ended");
    this.store.subscribe(() => this.#alert());
    this.language.subscribe(() => this.#alert());
    this.#scheme.subscribe(() => this.#paint());
  }

  /** Takes up the session of before a reload, if there is one. */
  start(): void {
    this.#alert();
    this.#paint();
    this.store.dispatch({ type: "notifications", permission: notificationPermission() });
    this.#sound.start();
    this.#watchBrowser();
    setInterval(() => void this.#renewInTime(), TOKEN_CHECK_MS);
    const identity = this.#session.resume();
    if (identity !== null) this.#enter(identity);
    else this.#atTheDoor(this.#door?.arrival);
  }

  // --- what the views call ----------------------------------------------------

  /** Code is of the second factor; "": none was asked for. */
  signIn = (user: string, password: string, code: string): Outcome =>
    this.#ask("sign_in", async () => this.#enter(await this.#session.signIn(user, password, code)));

  /** Goes to a provider to sign in. */
  signInBy = (provider: string): Outcome => this.#entrance.go(provider);

  /** The code of a second factor, for who came back from a provider. */
  prove = (code: string): Outcome => this.#entrance.prove(code);

  signOut = async (): Promise<void> => {
    this.#leave("by_choice");
    await this.#session.signOut().catch(() => {}); // over here all the same; at the controller it runs out
  };

  /** Another session of the same person, for a window with a storage of its own. Throws SignedOut or Problem. */
  second = (): Promise<Wire> => this.#session.second();

  /** Takes up a session that such a window gives. */
  adopt = (wire: Wire): void => this.#enter(this.#session.adopt(wire));

  /** Leaves the phone to another window, or takes it (back). Returns when it is left. */
  stepAside = (aside: boolean): Promise<void> => this.#keeper.stepAside(aside);

  /** Changes the language of the page, in this and the other tabs. */
  speak = (language: Language): void => this.language.choose(language);

  /** Changes the colours of the page, in this and the other tabs. */
  paint = (scheme: Scheme): void => this.#scheme.choose(scheme);

  ctiLogin = (): Outcome => this.#ask("cti_login", this.#client.ctiLogin);

  ctiLogout = (): Outcome => this.#ask("cti_logout", this.#client.ctiLogout);

  /** Chooses a status. Without a word about the reason (undefined) it is asked for where there is one to choose; null: none is given. */
  choose = (status: Choice, reason?: string | null): Outcome => {
    const { reasons, reasoning } = this.store.get();
    const asks = reason === undefined && reasonsFor(reasons, status).length > 0;
    this.store.dispatch({ type: "reasoning", status: asks && reasoning !== status ? status : null });
    if (asks) return Promise.resolve(null);
    return this.#ask(status, async () => {
      try {
        await this.#client.setStatus(status, reason ?? null);
      } catch (e) {
        if (e instanceof Problem && aboutReasons.has(e.code)) void this.#loadReasons(); // they were changed meanwhile
        throw e;
      }
    });
  };

  answer = (): Outcome => {
    const leg = this.store.get().view?.call?.leg;
    const asked = this.#command("answer");
    // If the phone is in this tab there is nothing to wait for. The feed's own "answer" then finds the leg answered.
    if (leg !== undefined) this.#keeper.answer({ leg });
    return asked;
  };

  decline = (): Outcome => this.#command("decline");

  hangup = (): Outcome => this.#command("hangup");

  hold = (): Outcome => this.#command("hold");

  resume = (): Outcome => this.#command("resume");

  mute = (muted: boolean): Outcome => this.#command("mute", { muted });

  transfer = (to: Target): Outcome => this.#command("transfer", to);

  consult = (to: Target): Outcome => this.#command("consult", to);

  complete = (): Outcome => this.#command("complete");

  cancel = (): Outcome => this.#command("cancel");

  swap = (): Outcome => this.#command("swap");

  conference = (): Outcome => this.#command("conference");

  forceDisconnect = (reason: string): Outcome => this.#command("force_disconnect", reason === "" ? {} : { reason });

  /** Sends one more digit. They go in the order in which they were pressed, however fast that was. */
  digit = (digit: string): Outcome => {
    this.#digits.press(digit);
    return this.#ask("digits", () => this.#sendDigits());
  };

  /** Opens what belongs to the call, or closes it (null). */
  open = (panel: Panel | null): void => {
    this.store.dispatch({ type: "panel", panel });
    const { panel: open } = this.store.get();
    if (open !== "settings") this.#endTests();
    if (open === "transfer") this.#lookup.open();
    else this.#lookup.close();
    if (open === "transfer" || open === "dial") void this.#loadNumbers();
  };

  /** Calls a customer. Null: with the service's default caller ID. */
  dial = (number: string, callerId: string | null): Outcome =>
    this.#ask("dial", () => this.#client.dial(number, callerId));

  /** The agent has read why the call came to nothing. */
  dialFailureSeen = (call: string): void => this.store.dispatch({ type: "dial_failure_seen", call });

  /** Opens what a frequently used number is entered in, or closes it. */
  enterNumber = (adding: boolean): void => this.store.dispatch({ type: "numbers", change: { adding } });

  addNumber = (label: string, number: string): Outcome =>
    this.#ask("add_number", async () => {
      await this.#client.addNumber(label, number);
      await this.#loadNumbers();
    });

  removeNumber = (id: string): Outcome =>
    this.#ask("remove_number", async () => {
      await this.#client.removeNumber(id);
      await this.#loadNumbers();
    });

  /** What happened in a call so far. Throws SignedOut or Problem. */
  timeline = (call: string): Promise<Timeline> => this.#client.timeline(call);

  searchColleagues = (text: string): void => this.#lookup.search(text);

  demoCall = (queue: string): Outcome => this.#ask("demo_call", () => this.#client.demoCall(queue));

  dismiss = (): void => this.store.dispatch({ type: "dismissed" });

  unblockAudio = (): void => this.#keeper.unblockAudio();

  /** After the microphone could not be had: answers the call's leg once more. */
  microphoneAgain = (): void => this.#keeper.microphoneAgain();

  /** Chooses devices or volumes. */
  chooseSound = (change: Partial<SoundChoice>): void => this.#sound.choose(change);

  /** Begins to show how loud the microphone is, or ends it. */
  testMicrophone = (on: boolean): Promise<void> => this.#sound.test(on);

  testSpeaker = (): Promise<void> => this.#sound.tone();

  testRing = (): Promise<void> => this.#alerts.ringOnce();

  /** Calls the telephone server's echo, or ends that. */
  echo = (on: boolean): void => this.#keeper.echo(on);

  allowMicrophone = (): Outcome => this.#ask("microphone", askPermission);

  allowNotifications = async (): Promise<void> => {
    this.store.dispatch({ type: "notifications", permission: await askNotifications() });
  };

  // --- inside -----------------------------------------------------------------

  #endTests(): void {
    void this.#sound.test(false);
    this.#keeper.echo(false);
  }

  #alert(): void {
    const language = this.language.get();
    document.documentElement.lang = language;
    this.#alerts.update(this.store.get(), language);
  }

  #paint(): void {
    const scheme = this.#scheme.get();
    document.documentElement.dataset.scheme = scheme;
    this.store.dispatch({ type: "scheme", scheme });
  }

  #command(action: CallAction, body?: unknown): Outcome {
    const call = this.store.get().view?.call?.id;
    if (call === undefined) return Promise.resolve({ action, code: "no_call", detail: "there is no call" });
    return this.#ask(action, () => this.#client.command(call, paths[action], body));
  }

  async #sendDigits(): Promise<void> {
    const call = this.store.get().view?.call?.id;
    await this.#digits.flush(async (digits) => {
      if (call === undefined) return;
      await this.#client.command(call, "digits", { digits });
      this.store.dispatch({ type: "digits_sent", digits });
    });
  }

  /** Does one thing that the agent asked for, and shows that it is under way and whether it failed. A second press meanwhile is nothing. */
  async #ask(action: Action, work: () => Promise<void>): Outcome {
    const { dispatch, get } = this.store;
    if (get().pending.some((p) => p.action === action)) return { action, code: "pending", detail: "it is under way" };
    dispatch({ type: "asked", action });
    try {
      await work();
      dispatch({ type: "accepted", action });
      return null;
    } catch (e) {
      if (e instanceof SignedOut) return { action, code: "signed_out", detail: "nobody is signed in" };
      const fault = faultOf(action, e);
      dispatch({ type: "refused", fault });
      return fault;
    }
  }

  /** Reads the numbers anew. What was known is shown meanwhile, and stays when they cannot be had. */
  async #loadNumbers(): Promise<void> {
    const { session } = this.store.get();
    let change: Partial<State["numbers"]>;
    try {
      change = { known: await this.#client.numbers(), fault: null };
    } catch (e) {
      change = { fault: complaintOf(e, "numbers_unread") };
    }
    if (this.store.get().session === session) this.store.dispatch({ type: "numbers", change });
  }

  /** Reads the reasons for Business and Rest. Where they cannot be had, what was known stays. */
  async #loadReasons(): Promise<void> {
    const { session } = this.store.get();
    try {
      const reasons = await this.#client.reasons();
      if (this.store.get().session === session) this.store.dispatch({ type: "reasons", reasons });
    } catch {
      // The server says so when a status is chosen.
    }
  }

  /** Reads what one's services are called. Where that cannot be had their IDs are shown. */
  async #loadServices(): Promise<void> {
    const { session } = this.store.get();
    try {
      const { services } = await this.#client.names();
      if (this.store.get().session !== session) return;
      this.store.dispatch({ type: "services", services: Object.fromEntries(services.map((s) => [s.id, s.name])) });
    } catch {
      // The next sign-in reads them again.
    }
  }

  #noteDialled({ agent, call }: View): void {
    if (call === null || !places(call) || call.id === this.#noted) return;
    this.#noted = call.id;
    this.store.dispatch({ type: "recent", numbers: this.#recent.add(agent, call.caller.number) });
  }

  /** Asks who calls, once for each call that rings, and again with the next news of it if that failed: the offer itself never waits for it. */
  async #lookUp({ call }: View): Promise<void> {
    if (call === null || !rings(call) || call.internal || call.id === this.#asked) return;
    this.#asked = call.id;
    try {
      const caller = await this.#client.caller(call.id);
      this.store.dispatch({ type: "caller", known: { call: call.id, caller } });
    } catch {
      this.#asked = "";
    }
  }

  /** Opens the other system's page of who calls, when it is time. */
  #pop(): void {
    const { view, caller } = this.store.get();
    const call = view?.call;
    if (!call || caller?.call !== call.id || !popsNow(caller.caller.screen_pop, call)) return;
    const page = pageOf(caller.caller.screen_pop);
    if (page !== null) this.#openPage(call.id, page);
  }

  #enter(identity: Identity): void {
    this.store.dispatch({ type: "session", session: { kind: "signed_in", identity } });
    this.store.dispatch({ type: "recent", numbers: this.#recent.list(identity.id) });
    if (!identity.roles.includes("agent")) return; // others have no view of their own
    this.#feed.start();
    void this.#loadReasons();
    void this.#loadServices();
  }

  #leave(why: "by_choice" | "ended"): void {
    this.#feed.stop();
    this.#keeper.update(null);
    this.#lookup.close();
    this.store.dispatch({ type: "session", session: { kind: "signed_out", why } });
    this.#atTheDoor();
  }

  #atTheDoor(arrival?: Arrival | null): void {
    if (this.#door !== null) void this.#entrance.load();
    if (arrival) void this.#entrance.arrive(arrival);
  }

  #receive(m: FeedMessage): void {
    this.store.dispatch(m);
    if (this.store.get().panel !== "transfer") this.#lookup.close();
    if (this.store.get().panel !== "settings") this.#endTests();
    if (m.type === "answer") {
      this.#keeper.answer(m.data);
      return;
    }
    this.#keeper.update(m.data);
    this.#noteDialled(m.data);
    void this.#lookUp(m.data).then(() => this.#pop());
  }

  async #token(fresh: boolean): Promise<string> {
    try {
      return await this.#session.token(fresh);
    } catch (e) {
      throw e instanceof SignedOut ? new SessionOver() : e;
    }
  }

  async #renewInTime(): Promise<void> {
    const { due } = this.#session;
    if (due !== null && Date.now() >= due) await this.#session.token().catch(() => {}); // later again
  }

  #keeperDeps({ locks, createPhone }: Surroundings): KeeperDeps {
    return {
      locks,
      create: createPhone,
      account: this.#client.phone,
      rejoin: (call) => this.#client.command(call, "rejoin"),
      onState: (state) => this.store.dispatch({ type: "phone", state }),
    };
  }

  #watchBrowser(): void {
    for (const gesture of ["pointerdown", "keydown"]) {
      addEventListener(gesture, () => {
        this.#alerts.unlock();
        this.#keeper.unblockAudio();
      });
    }
    addEventListener("offline", () => this.#feed.doubt());
    addEventListener("online", () => this.#feed.nudge());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#feed.nudge();
    });
    addEventListener("storage", () => {
      if (this.#session.identity !== null && !this.#session.shared) {
        this.#session.forget();
        this.#leave("ended");
      }
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

function faultOf(action: Action, e: unknown): Fault {
  if (e instanceof MicrophoneError) return { action, code: `microphone_${e.fault}`, detail: "" };
  return { action, ...complaintOf(e, "page_error") };
}
