// The phone, on JsSIP: registers, takes calls, answers, plays the caller. Which leg means what is the server's business.
import { UA } from "jssip";
import type { IncomingRTCSessionEvent, RTCSessionEvent, UnRegisteredEvent } from "jssip/lib/UA";
import type { SoundChoice } from "./devices";
import { Echo } from "./echo";
import { type LegDeps, SipLeg } from "./leg";
import { playOn } from "./output";
import { idle, type Phone, type PhoneDeps, type PhoneFactory, type PhoneState } from "./phone";
import { type Meter, measure, type Sample, unmeasured } from "./quality";
import { SipSocket } from "./sip-socket";

const LEG_HEADER = "X-Switchroom-Leg";
/** "1": the agent is in this call already and its phone was lost; answer without asking. */
const AUTO_HEADER = "X-Switchroom-Auto";
/** Seconds. Renewing this often also finds a connection that died without a word. */
const REGISTER_EXPIRES = 120;
/** Seconds; longer than any pickup time, because the server decides how long a phone rings. */
const RING_LIMIT = 600;
/** How long the server may take to confirm that the phone is gone, in ms. */
const LEAVE_MS = 1_000;
/** How long the server may take to answer when it is asked whether it is there, in ms. */
const CHECK_MS = 5_000;
/** How long to wait after a refused or unanswered registration, in ms. */
const REGISTER_AGAIN_MS = { refused: 15_000, failed: 2_000 };

export const createJsSIPPhone: PhoneFactory = (deps) => new JsSIPPhone(deps);

class JsSIPPhone implements Phone {
  state: PhoneState = idle;
  readonly #deps: PhoneDeps;
  readonly #socket: SipSocket;
  readonly #ua: UA;
  readonly #audio = document.createElement("audio");
  #choice: SoundChoice;
  #echo: Echo | null = null;
  readonly #legDeps: LegDeps;
  #legs: SipLeg[] = [];
  #blocked = false;
  /** What became of the last leg that was up; null: nothing of note. */
  #fault: "lost" | "no_route" | null = null;
  #meter: { leg: SipLeg; meter: Meter } | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: PhoneDeps) {
    const { account } = deps;
    this.#deps = deps;
    this.#choice = deps.choice;
    this.#socket = new SipSocket(socketURL(account.websocket_url));
    this.#ua = new UA({
      sockets: this.#socket,
      uri: account.sip_uri,
      authorization_user: account.username,
      password: account.password,
      register: true,
      register_expires: REGISTER_EXPIRES,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
      no_answer_timeout: RING_LIMIT,
      user_agent: "Switchroom page",
    });
    this.#audio.autoplay = true;
    this.#audio.hidden = true;
    this.#audio.dataset.testid = "call-audio";
    this.#legDeps = {
      iceServers: account.ice_servers.map((s) => ({
        urls: s.urls,
        ...(s.username === undefined ? {} : { username: s.username }),
        ...(s.credential === undefined ? {} : { credential: s.credential }),
      })),
      onChange: () => this.#say(),
      onGone: (leg, fault) => this.#gone(leg, fault),
      onSample: (leg, sample) => this.#measured(leg, sample),
      onUp: (leg) => this.#supersede(leg),
      onTrack: (leg, stream) => this.#play(leg, stream),
      onMicrophone: (microphone) => this.#say({ microphone }),
      microphone: () => this.#choice.microphone,
    };
    this.#listen();
  }

  start(): void {
    document.body.append(this.#audio);
    void this.#applySpeaker();
    this.#say({ registration: "connecting" });
    this.#ua.start();
  }

  stop(): void {
    for (const leg of [...this.#legs]) leg.hangUp();
    this.#end();
  }

  letGo(): void {
    for (const leg of [...this.#legs]) leg.letGo();
  }

  async leave(): Promise<void> {
    const registered = this.state.registration === "registered";
    const over = new Promise<void>((done) => {
      for (const event of ["unregistered", "disconnected"] as const) this.#ua.on(event, () => done());
      setTimeout(done, LEAVE_MS);
    });
    this.letGo();
    this.#end();
    if (registered) await over;
  }

  #end(): void {
    clearTimeout(this.#again);
    this.#echo?.stop();
    this.#ua.stop();
    this.#audio.remove();
    this.#say({ registration: "off", why: "" });
  }

  answer(leg: string): void {
    void this.#legs.find((l) => l.id === leg)?.answer();
  }

  unblockAudio(): void {
    if (this.#blocked) this.#resumeAudio();
  }

  reconnect(): void {
    this.#socket.drop();
  }

  check(): void {
    if (this.state.registration === "off") return;
    this.#socket.expectWithin(CHECK_MS);
    if (this.#ua.isConnected()) this.#ua.register(); // whatever it answers, it answers
  }

  choose(choice: SoundChoice): void {
    const another = choice.microphone !== this.#choice.microphone;
    this.#choice = choice;
    void this.#applySpeaker();
    if (another || this.state.microphone !== null) void this.#current()?.takeMicrophone();
  }

  microphoneAgain(): void {
    const waits = this.#legs.find((l) => l.state === "ringing" && l.unanswered);
    if (waits !== undefined) void waits.answer();
    else void this.#current()?.takeMicrophone();
  }

  echo(on: boolean): void {
    this.#echo?.stop();
    this.#echo = null;
    if (!on || this.#legs.length > 0) return;
    const echo = new Echo({
      iceServers: this.#legDeps.iceServers,
      onState: (state) => {
        if (state === "off" || state === "failed") this.#audio.srcObject = null;
        this.#say({ echo: state });
      },
      onStream: (stream) => {
        this.#audio.srcObject = stream;
        this.#resumeAudio();
      },
      onMicrophone: (microphone) => this.#say({ microphone }),
    });
    this.#echo = echo;
    void echo.start(this.#ua, this.#choice.microphone);
  }

  async #applySpeaker(): Promise<void> {
    this.#audio.volume = this.#choice.volume / 100;
    await playOn(this.#audio, this.#choice.speaker);
  }

  #listen(): void {
    const ua = this.#ua;
    ua.on("registered", () => this.#say({ registration: "registered", why: "" }));
    ua.on("disconnected", () => {
      clearTimeout(this.#again);
      if (this.state.registration !== "off") this.#say({ registration: "connecting", why: "no connection" });
    });
    ua.on("registrationFailed", (e) => this.#registrationFailed(e));
    ua.on("newRTCSession", (e: RTCSessionEvent) => {
      if (e.originator === "remote") this.#incoming(e);
    });
  }

  /** JsSIP does not try again by itself. */
  #registrationFailed({ response, cause }: UnRegisteredEvent): void {
    if (this.state.registration === "off") return;
    clearTimeout(this.#again);
    if (!response) {
      // No answer in 32 s: the connection is dead. (Were it closed, "disconnected" would have said so.)
      if (this.#ua.isConnected()) this.#socket.drop();
      return;
    }
    const refused = response.status_code < 500 && response.status_code !== 408;
    this.#say({
      registration: refused ? "refused" : "connecting",
      why: `${response.status_code} ${cause ?? ""}`.trim(),
    });
    this.#again = setTimeout(() => this.#ua.register(), REGISTER_AGAIN_MS[refused ? "refused" : "failed"]);
  }

  #incoming({ session, request }: IncomingRTCSessionEvent): void {
    const id = request.getHeader(LEG_HEADER);
    if (id === undefined || id === "") {
      session.terminate({ status_code: 480, reason_phrase: "Not a call of Switchroom" });
      return;
    }
    this.#echo?.stop();
    this.#echo = null;
    const leg = new SipLeg(id, session, this.#legDeps);
    this.#legs = [...this.#legs, leg];
    if (request.getHeader(AUTO_HEADER) === "1") void leg.answer();
    this.#say();
  }

  /** An agent is in one call: whatever was up before the newest leg is what that leg replaces. */
  #supersede(newest: SipLeg): void {
    this.#fault = null;
    for (const leg of this.#legs.filter((l) => l !== newest && l.state !== "ringing")) leg.hangUp();
  }

  #gone(leg: SipLeg, fault: "lost" | "no_route" | null): void {
    this.#legs = this.#legs.filter((l) => l !== leg);
    if (this.#meter?.leg === leg) this.#meter = null;
    if (this.#legs.every((l) => l.state === "ringing")) {
      this.#fault = leg.state === "ringing" ? null : fault;
      this.#blocked = false;
      this.#audio.srcObject = null;
    }
    this.#say(this.#legs.length === 0 ? { microphone: null } : {});
  }

  #measured(leg: SipLeg, sample: Sample): void {
    if (leg !== this.#current()) return;
    const before = this.#meter?.leg === leg ? this.#meter.meter : unmeasured;
    this.#meter = { leg, meter: measure(before, sample) };
    this.#say();
  }

  /** The leg that is heard, or about to be. */
  #current(): SipLeg | undefined {
    return this.#legs.findLast((l) => l.state !== "ringing");
  }

  #play(leg: SipLeg, stream: MediaStream): void {
    if (leg !== this.#legs.at(-1)) return;
    this.#audio.srcObject = stream;
    this.#resumeAudio();
  }

  #resumeAudio(): void {
    this.#audio.play().then(
      () => this.#setBlocked(false),
      (e: unknown) => this.#setBlocked(e instanceof DOMException && e.name === "NotAllowedError"),
    );
  }

  #setBlocked(blocked: boolean): void {
    this.#blocked = blocked;
    this.#say();
  }

  #say(change: Partial<PhoneState> = {}): void {
    this.state = {
      ...this.state,
      ...change,
      legs: this.#legs.map(({ id, state }) => ({ id, state })),
      audio: this.#audioState(),
      quality: this.#meter?.meter.quality ?? null,
    };
    this.#deps.onState(this.state);
  }

  #audioState(): PhoneState["audio"] {
    const leg = this.#current();
    if (leg === undefined) return this.#fault ?? "none";
    if (!leg.connected) return leg.late ? "no_route" : "connecting";
    return this.#blocked ? "blocked" : "playing";
  }
}

/** The server's address for SIP, or by default the page's own origin. */
function socketURL(given: string | undefined): string {
  const url = new URL(given || "/sip", location.href);
  if (url.protocol === "https:") url.protocol = "wss:";
  if (url.protocol === "http:") url.protocol = "ws:";
  return url.href;
}
