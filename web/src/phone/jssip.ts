// The phone, on JsSIP: registers, takes calls, answers, plays the caller. Which leg means what is the server's business.
import { UA } from "jssip";
import type { IncomingRTCSessionEvent, RTCSessionEvent, UnRegisteredEvent } from "jssip/lib/UA";
import { type LegDeps, SipLeg } from "./leg";
import { idle, type Phone, type PhoneDeps, type PhoneFactory, type PhoneState } from "./phone";
import { SipSocket } from "./sip-socket";

const LEG_HEADER = "X-Switchroom-Leg";
/** "1": the agent is in this call already and its phone was lost; answer without asking. */
const AUTO_HEADER = "X-Switchroom-Auto";
/** Seconds. Renewing this often also finds a connection that died without a word. */
const REGISTER_EXPIRES = 120;
/** Seconds; longer than any pickup time, because the server decides how long a phone rings. */
const RING_LIMIT = 600;
/** How long to wait after a refused or unanswered registration, in ms. */
const REGISTER_AGAIN_MS = { refused: 15_000, failed: 2_000 };

export const createJsSIPPhone: PhoneFactory = (deps) => new JsSIPPhone(deps);

class JsSIPPhone implements Phone {
  state: PhoneState = idle;
  readonly #deps: PhoneDeps;
  readonly #socket: SipSocket;
  readonly #ua: UA;
  readonly #audio = document.createElement("audio");
  readonly #legDeps: LegDeps;
  #legs: SipLeg[] = [];
  #blocked = false;
  #lost = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: PhoneDeps) {
    const { account } = deps;
    this.#deps = deps;
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
      onGone: (leg, lost) => this.#gone(leg, lost),
      onUp: (leg) => this.#supersede(leg),
      onTrack: (leg, stream) => this.#play(leg, stream),
      onMicrophone: (microphone) => this.#say({ microphone }),
    };
    this.#listen();
  }

  start(): void {
    document.body.append(this.#audio);
    this.#say({ registration: "connecting" });
    this.#ua.start();
  }

  stop(): void {
    clearTimeout(this.#again);
    for (const leg of [...this.#legs]) leg.hangUp();
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
    const leg = new SipLeg(id, session, this.#legDeps);
    this.#legs = [...this.#legs, leg];
    if (request.getHeader(AUTO_HEADER) === "1") void leg.answer();
    this.#say();
  }

  /** An agent is in one call: whatever was up before the newest leg is what that leg replaces. */
  #supersede(newest: SipLeg): void {
    this.#lost = false;
    for (const leg of this.#legs.filter((l) => l !== newest && l.state !== "ringing")) leg.hangUp();
  }

  #gone(leg: SipLeg, lost: boolean): void {
    this.#legs = this.#legs.filter((l) => l !== leg);
    if (this.#legs.every((l) => l.state === "ringing")) {
      this.#lost = lost && leg.state !== "ringing";
      this.#blocked = false;
      this.#audio.srcObject = null;
    }
    this.#say(this.#legs.length === 0 ? { microphone: null } : {});
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
    };
    this.#deps.onState(this.state);
  }

  #audioState(): PhoneState["audio"] {
    const leg = this.#legs.findLast((l) => l.state !== "ringing");
    if (leg === undefined) return this.#lost ? "lost" : "none";
    if (!leg.connected) return "connecting";
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
