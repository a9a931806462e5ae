// The feed: a WebSocket that says what changes. This client keeps it connected, keeps its place in it (epoch and seq), and
// hands on every message once and in order. It knows nothing of what the messages mean.
import { pause } from "./backoff";
import { CLOSE, remedy } from "./close";
import { type FeedMessage, hello, type Position, read, renewal, type ServerMessage } from "./messages";

/** A client that hears nothing for this long reconnects; the server beats every 10 s. */
export const SILENCE_MS = 25_000;
/** How long a socket may take to open and say its first word. */
export const OPEN_MS = 10_000;
/** Down for longer than this, the page says "offline" rather than "reconnecting". */
export const OFFLINE_AFTER_MS = 15_000;

export type FeedStatus =
  | { kind: "idle" }
  /** Never connected so far. */
  | { kind: "connecting" }
  | { kind: "live" }
  /** Lost a moment ago; what is shown may be out of date. since is in ms of the local clock. */
  | { kind: "stale"; since: number }
  /** Lost for longer, or never reached. */
  | { kind: "offline"; since: number }
  /** Given up: code is the close code, or null when the session ended. */
  | { kind: "stopped"; code: number | null };

/** What of a WebSocket is used. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(frame: string): void;
  close(code?: number): void;
}

/** The session is over: a new token cannot be had. */
export class SessionOver extends Error {}

export interface FeedDeps {
  open(): Socket;
  /** An access token, a new one when fresh. Throws SessionOver, or anything else for "try again later". */
  token(fresh: boolean): Promise<string>;
  onMessage(m: FeedMessage): void;
  onStatus(s: FeedStatus): void;
  /** The telephone servers that cannot be reached are others now. */
  onAway(nodes: readonly string[]): void;
  /** A live connection died without a word, as after sleep: other connections to the same server are probably dead too. */
  onSilence(): void;
  /** A connection that was lost is there again: others to the same server may have died with it, and look alive. */
  onReturn(): void;
  random?: () => number;
}

export class Feed {
  readonly #deps: FeedDeps;
  readonly #random: () => number;
  #position: Position = { epoch: "", seq: 0 };
  #status: FeedStatus = { kind: "idle" };
  #away: readonly string[] = [];
  #socket: Socket | null = null;
  #live = false;
  #running = false;
  /** Counts sockets and attempts, so that the late word of an earlier one is not taken for the present one's. */
  #turn = 0;
  #failures = 0;
  #fresh = false;
  #everLive = false;
  #downSince = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #offline: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    this.#random = deps.random ?? Math.random;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#down();
    this.#say({ kind: "connecting" });
    void this.#connect();
  }

  /** Ends the feed; it can be started again and then begins anew. */
  stop(): void {
    this.#halt();
    this.#position = { epoch: "", seq: 0 };
    this.#everLive = false;
    this.#say({ kind: "idle" });
  }

  /** Renews the session on the open socket. Without one there is nothing to do: the next hello brings the token. */
  renew(token: string): void {
    if (this.#live) this.#socket?.send(renewal(token));
  }

  /** The network came back, or the machine woke up: do not wait for the next attempt's time. */
  nudge(): void {
    if (!this.#running || this.#live || this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#failures = 0;
    void this.#connect();
  }

  /** The network is said to be gone: the socket may look open for long. Should it not be gone after all, the feed is resumed at once. */
  doubt(): void {
    if (this.#running && this.#live) this.#cut();
  }

  async #connect(): Promise<void> {
    this.#turn++;
    const turn = this.#turn;
    let token: string;
    try {
      token = await this.#deps.token(this.#fresh);
    } catch (e) {
      if (turn !== this.#turn) return;
      if (e instanceof SessionOver) this.#giveUp(null);
      else this.#again();
      return;
    }
    if (turn !== this.#turn) return;
    this.#fresh = false;
    this.#listen(turn, token);
  }

  #listen(turn: number, token: string): void {
    const socket = this.#deps.open();
    this.#socket = socket;
    this.#expectWithin(OPEN_MS);
    socket.onopen = () => {
      if (turn === this.#turn) socket.send(hello(token, this.#position));
    };
    socket.onmessage = ({ data }) => {
      if (turn === this.#turn) this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (turn === this.#turn) this.#closed(code);
    };
  }

  #receive(frame: unknown): void {
    this.#expectWithin(SILENCE_MS);
    let m: ServerMessage | null;
    try {
      m = read(frame);
    } catch {
      this.#startOver();
      return;
    }
    if (m !== null) this.#take(m);
  }

  #take(m: ServerMessage): void {
    switch (m.type) {
      case "snapshot":
        this.#position = { epoch: m.epoch, seq: m.seq };
        this.#up();
        this.#deps.onMessage(m);
        break;
      case "resumed":
        if (m.seq < this.#position.seq) this.#startOver();
        else this.#up();
        break;
      case "view":
      case "answer":
        if (m.seq <= this.#position.seq) return;
        if (m.seq !== this.#position.seq + 1) {
          this.#cut();
          return;
        }
        this.#position.seq = m.seq;
        this.#deps.onMessage(m);
        break;
      case "beat":
        if (m.seq > this.#position.seq) this.#cut();
        else this.#gone(m.away ?? []);
        break;
      case "renewed":
        break;
    }
  }

  /** Something between was missed: come back and resume from the last message that was not. */
  #cut(): void {
    this.#hangUp();
    this.#again();
  }

  /** The place in the feed is void: come back and ask for a snapshot. */
  #startOver(): void {
    this.#position = { epoch: "", seq: 0 };
    this.#cut();
  }

  #closed(code: number): void {
    this.#hangUp();
    switch (remedy(code)) {
      case "stop":
        this.#giveUp(code);
        return;
      case "renew_token":
        this.#fresh = true;
        break;
      case "reconnect":
        break;
    }
    this.#again();
  }

  #again(): void {
    if (this.#live || this.#downSince === 0) this.#down();
    const wait = pause(this.#failures, this.#random);
    this.#failures++;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#connect();
    }, wait);
  }

  #gone(nodes: readonly string[]): void {
    if (nodes.join() === this.#away.join()) return;
    this.#away = nodes;
    this.#deps.onAway(nodes);
  }

  #up(): void {
    this.#gone([]);
    clearTimeout(this.#offline);
    const returns = this.#everLive && !this.#live;
    this.#live = true;
    this.#everLive = true;
    this.#failures = 0;
    this.#downSince = 0;
    this.#say({ kind: "live" });
    if (returns) this.#deps.onReturn();
  }

  #down(): void {
    this.#live = false;
    const since = Date.now();
    this.#downSince = since;
    if (this.#everLive) this.#say({ kind: "stale", since });
    clearTimeout(this.#offline);
    this.#offline = setTimeout(() => this.#say({ kind: "offline", since }), OFFLINE_AFTER_MS);
  }

  #giveUp(code: number | null): void {
    this.#halt();
    this.#say({ kind: "stopped", code });
  }

  #halt(): void {
    this.#running = false;
    this.#live = false;
    this.#downSince = 0;
    this.#failures = 0;
    this.#fresh = false;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    clearTimeout(this.#offline);
    this.#hangUp();
  }

  /** Lets go of the socket, whatever state it is in. */
  #hangUp(): void {
    this.#turn++;
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(CLOSE.normal);
  }

  #expectWithin(ms: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      if (this.#live) this.#deps.onSilence();
      this.#cut();
    }, ms);
  }

  #say(status: FeedStatus): void {
    if (status.kind === this.#status.kind && status.kind !== "stopped") return;
    this.#status = status;
    this.#deps.onStatus(status);
  }
}
