// The frame's end of the channel to the page that embeds it. What comes from there is a stranger's: who it is was checked once, what it says is checked each time.
import type { Choice, Target } from "../api/client";
import type { Actions, App } from "../app";
import type { Outcome } from "../app/ask";
import type { CallView } from "../feed/messages";
import { schemes } from "../scheme";
import { isAgent } from "../state/select";
import { languages } from "../words/area";
import type { WidgetMethods } from "./surface";
import { VERSION } from "./surface";
import { happened, lostCall, passedOn, widgetState } from "./told";
import { type Hello, isRecord, type Tell } from "./wire";

/** Longer texts are no number, code or id. */
const LONGEST = 200;
/** How often it is asked what became of a call, and how many ms apart. */
const FOLLOWS = 8;
const FOLLOW_MS = 500;

/** What of the surroundings is used. */
export interface HostDeps {
  /** The page that embeds this one. */
  parent: Pick<Window, "postMessage">;
  /** What this frame's address says of it. */
  origin: string;
  nonce: string;
  /** The sites that may embed the widget. */
  allowed: readonly string[];
  /** The controller's own origin. */
  base: string;
  popIn(): void;
}

type Args = readonly unknown[];
type Method = (actions: Actions, args: Args) => Outcome | null;

/** Null: what was given cannot be meant. */
const methods: Record<Exclude<keyof WidgetMethods, "popIn">, Method> = {
  ctiLogin: (actions) => actions.ctiLogin(),
  ctiLogout: (actions) => actions.ctiLogout(),
  setStatus: (actions, [status, reason]) =>
    isChoice(status) && isText(reason, true) ? actions.choose(status, reason) : null,
  dial: (actions, [number, callerId]) =>
    isText(number) && isText(callerId, true) ? actions.dial(number, callerId) : null,
  answer: (actions) => actions.answer(),
  decline: (actions) => actions.decline(),
  hangup: (actions) => actions.hangup(),
  hold: (actions) => actions.hold(),
  resume: (actions) => actions.resume(),
  mute: (actions, [on]) => (typeof on === "boolean" ? actions.mute(on) : null),
  transfer: (actions, [to]) => withTarget(to, actions.transfer),
  consult: (actions, [to]) => withTarget(to, actions.consult),
  complete: (actions) => actions.complete(),
  cancel: (actions) => actions.cancel(),
};

export class Host {
  readonly #app: App;
  readonly #deps: HostDeps;
  #port: MessagePort | null = null;
  /** The page knows that it is ready. */
  #greeted = false;

  constructor(app: App, deps: HostDeps) {
    this.#app = app;
    this.#deps = deps;
    let before = app.store.get();
    app.store.subscribe(() => {
      const after = app.store.get();
      const told = happened(before, after, deps.base);
      const lost = lostCall(before, after);
      before = after;
      this.#tell({ state: widgetState(after) });
      if (!this.#greeted) return this.#greet();
      for (const t of told) this.#tell(t);
      if (lost !== null) void this.#follow(lost);
    });
  }

  /** Finds out whether a call that this agent has not any more was passed on: its timeline is a moment behind. */
  async #follow(call: CallView): Promise<void> {
    const { session } = this.#app.store.get();
    const me = session.kind === "signed_in" ? session.identity.id : "";
    for (let i = 0; i < FOLLOWS; i++) {
      const told = await this.#app.timeline(call.id).then(
        (timeline) => passedOn(call, me, timeline),
        () => undefined,
      );
      if (told) this.#tell(told);
      if (told !== undefined) return;
      await new Promise((done) => setTimeout(done, FOLLOW_MS));
    }
  }

  /** Says hello to the page that embeds this one, if it may. The browser delivers it to that origin only. */
  hello(): void {
    const { allowed, origin, nonce, parent } = this.#deps;
    if (!allowed.includes(origin)) return;
    parent.postMessage({ switchroom: "hello", version: VERSION, nonce } satisfies Hello, origin);
  }

  /** Takes a message to the window: of all that there may be, that page's answer to hello, with the channel. */
  received({ source, origin, data, ports }: Pick<MessageEvent<unknown>, "source" | "origin" | "data" | "ports">): void {
    const deps = this.#deps;
    const [port] = ports;
    if (source !== deps.parent || origin !== deps.origin || !deps.allowed.includes(origin)) return;
    if (!isRecord(data) || data.switchroom !== "connect" || data.nonce !== deps.nonce || port === undefined) return;
    this.#port?.close();
    this.#port = port;
    port.onmessage = ({ data }) => void this.#asked(port, data);
    this.#greeted = false;
    this.#tell({ state: widgetState(this.#app.store.get()) });
    this.#greet();
  }

  /** Tells that the widget is ready, once it is known whether there is a call. */
  #greet(): void {
    const now = this.#app.store.get();
    const state = widgetState(now);
    if (this.#port === null || (now.view === null && isAgent(now))) return;
    this.#greeted = true;
    this.#tell({ type: "ready", detail: { version: VERSION, state } });
    if (state.call?.ringing) this.#tell({ type: "call-ringing", detail: { call: state.call } });
  }

  /** The agent wants the phone in a window of its own, which only the embedding page can open. */
  popOut = (): void => this.#tell({ window: "open" });

  async #asked(port: MessagePort, ask: unknown): Promise<void> {
    if (!isRecord(ask) || typeof ask.id !== "number" || typeof ask.method !== "string" || !Array.isArray(ask.args))
      return;
    const answer = (error: { code: string; message: string } | null) => port.postMessage({ id: ask.id, error });
    const fault = await this.#do(ask.method, ask.args);
    answer(fault);
  }

  async #do(method: string, args: Args): Promise<{ code: string; message: string } | null> {
    if (method === "popIn") {
      this.#deps.popIn();
      return null;
    }
    if (method === "look") return this.#look(args);
    if (!isMethod(method)) return { code: "unknown_method", message: `there is no method ${method.slice(0, LONGEST)}` };
    if (this.#app.store.get().session.kind === "signed_out") {
      return { code: "signed_out", message: "nobody is signed in; the agent does that in the widget" };
    }
    const outcome = methods[method](this.#app.actions, args);
    if (outcome === null) return { code: "invalid", message: `${method} was not given what it takes` };
    const fault = await outcome;
    return fault === null ? null : { code: fault.code, message: fault.detail };
  }

  /** Language and colours, as [name, value] pairs. */
  #look(args: Args): null {
    for (const pair of args) if (Array.isArray(pair)) applyLook(this.#app.actions, pair[0], pair[1]);
    return null;
  }

  #tell(m: Tell): void {
    this.#port?.postMessage(m);
  }
}

/** Values that are none are passed over. */
export function applyLook(actions: Pick<Actions, "speak" | "paint">, name: unknown, value: unknown): void {
  const language = languages.find((l) => l === value);
  const scheme = schemes.find((s) => s === value);
  if (name === "language" && language !== undefined) actions.speak(language);
  if (name === "scheme" && scheme !== undefined) actions.paint(scheme);
}

function isMethod(name: string): name is keyof typeof methods {
  return Object.hasOwn(methods, name);
}

function isChoice(v: unknown): v is Choice {
  return v === "ready" || v === "business" || v === "rest";
}

function isText(v: unknown): v is string;
function isText(v: unknown, orNull: true): v is string | null;
function isText(v: unknown, orNull = false): boolean {
  return (orNull && v === null) || (typeof v === "string" && v !== "" && v.length <= LONGEST);
}

/** Exactly one of agent, number and queue. */
function withTarget(to: unknown, work: (to: Target) => Outcome): Outcome | null {
  if (!isRecord(to)) return null;
  const [entry, ...more] = Object.entries(to);
  if (entry === undefined || more.length > 0) return null;
  const [kind, value] = entry;
  if (!["agent", "number", "queue"].includes(kind) || !isText(value)) return null;
  return work({ [kind]: value } as Target);
}
