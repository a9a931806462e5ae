// <switchroom-widget>: the call widget in a page of another origin. All that it is is in a frame of the controller's; this is what frames it, passes wishes in and events out.
// It keeps to a strict content security policy of the page: no inline style, no eval.
import { WidgetError, type WidgetEvents, type WidgetMethods, type WidgetState, type WidgetTarget } from "./surface";
import { type Ask, isRecord, type Tell } from "./wire";

/** How long the frame may take to say hello, and to answer, in ms. */
const HELLO_MS = 10_000;
const ANSWER_MS = 20_000;
const WINDOW = "switchroom-phone";

const unknown: WidgetState = { signedIn: false, live: false, agent: null, status: null, call: null, phone: "none" };

interface Waiting {
  done(): void;
  failed(e: WidgetError): void;
}

/** Where the controller is unless the attribute base says so; the loader sets it to where it came from. */
let home = "";

/** A server that renders pages has none, and makes no elements. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? class {};

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface adds nothing but the events' types
export class SwitchroomWidget extends Base implements WidgetMethods {
  static readonly observedAttributes = ["base", "language", "scheme"];
  #state = unknown;
  #frame: HTMLIFrameElement | null = null;
  #nonce = "";
  #port: MessagePort | null = null;
  #connected = deferred<MessagePort>();
  #overdue: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  #window: Window | null = null;
  readonly #waiting = new Map<number, Waiting>();

  /** As it was told last. */
  get state(): WidgetState {
    return this.#state;
  }

  /** The controller's origin. */
  get base(): string {
    return originOf(this.getAttribute("base") ?? home);
  }

  connectedCallback(): void {
    addEventListener("message", this.#hello);
    this.#load();
  }

  disconnectedCallback(): void {
    removeEventListener("message", this.#hello);
    this.#unload();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (this.#frame === null || before === after) return;
    if (name === "base") this.#load();
    else if (this.#port !== null) void this.#ask("look", this.#look()).catch(() => {});
  }

  ctiLogin = (): Promise<void> => this.#ask("ctiLogin");
  ctiLogout = (): Promise<void> => this.#ask("ctiLogout");
  setStatus = (status: "ready" | "business" | "rest", reason?: string): Promise<void> =>
    this.#ask("setStatus", [status, reason ?? null]);
  dial = (number: string, callerId?: string): Promise<void> => this.#ask("dial", [number, callerId ?? null]);
  answer = (): Promise<void> => this.#ask("answer");
  decline = (): Promise<void> => this.#ask("decline");
  hangup = (): Promise<void> => this.#ask("hangup");
  hold = (): Promise<void> => this.#ask("hold");
  resume = (): Promise<void> => this.#ask("resume");
  mute = (on: boolean): Promise<void> => this.#ask("mute", [on]);
  transfer = (to: WidgetTarget): Promise<void> => this.#ask("transfer", [to]);
  consult = (to: WidgetTarget): Promise<void> => this.#ask("consult", [to]);
  complete = (): Promise<void> => this.#ask("complete");
  cancel = (): Promise<void> => this.#ask("cancel");
  popIn = (): Promise<void> => this.#ask("popIn");

  /** Opens the window that takes the phone, so that this page can be left in mid-call. To be called from a click. Rejects with "popup_blocked". */
  popOut = async (): Promise<void> => {
    if (this.#window !== null && !this.#window.closed) return this.#window.focus();
    if (this.base === "") throw notConnected(this.base);
    const url = new URL("/phone", this.base);
    for (const [name, value] of this.#look()) if (value !== null) url.searchParams.set(name, value);
    this.#window = open("", WINDOW, "popup,width=400,height=760");
    if (this.#window === null)
      throw new WidgetError("popup_blocked", "The browser did not open the window; allow pop-ups.");
    // One that an earlier page opened may be in a call: it is not loaded anew.
    if (isEmpty(this.#window)) this.#window.location.replace(url.href);
    else this.#window.focus();
  };

  /** Makes links to tel: and elements with data-switchroom-dial inside of root call that number. Returns the function that ends it. */
  clickToCall = (root: Document | Element = document): (() => void) => {
    const clicked = (e: Event) => {
      const on = e.target instanceof Element ? e.target.closest("a[href^='tel:'], [data-switchroom-dial]") : null;
      const number = on?.getAttribute("data-switchroom-dial") ?? on?.getAttribute("href")?.slice("tel:".length);
      if (!number) return;
      e.preventDefault();
      this.dial(decoded(number)).catch((e: WidgetError) => this.#fail(e));
    };
    root.addEventListener("click", clicked);
    return () => root.removeEventListener("click", clicked);
  };

  #load(): void {
    this.#unload();
    const { base } = this;
    if (base === "") {
      this.#fail(notConnected(base));
      return;
    }
    this.#nonce = crypto.randomUUID?.() ?? String(crypto.getRandomValues(new Uint32Array(4)));
    const url = new URL("/embed", base);
    url.searchParams.set("origin", location.origin);
    for (const [name, value] of this.#look()) if (value !== null) url.searchParams.set(name, value);
    url.hash = this.#nonce;
    const frame = document.createElement("iframe");
    frame.title = this.getAttribute("title") ?? "Switchroom";
    frame.allow = features()
      .map((f) => `${f} ${base}`)
      .join("; ");
    frame.src = url.href;
    // Not in a shadow tree: the window that takes the phone finds the frame among the page's frames, and those in shadow trees are not listed.
    this.replaceChildren(frame);
    this.#frame = frame;
    this.#overdue = setTimeout(() => this.#fail(notConnected(base)), HELLO_MS);
  }

  #unload(): void {
    clearTimeout(this.#overdue);
    this.#port?.close();
    this.#port = null;
    this.#frame?.remove();
    this.#frame = null;
    this.#state = unknown;
    this.#connected = deferred();
    for (const w of this.#waiting.values()) w.failed(notConnected(this.base));
    this.#waiting.clear();
  }

  #look(): [string, string | null][] {
    return ["language", "scheme"].map((name) => [name, this.getAttribute(name)]);
  }

  /** Only this element's own frame, of the controller's origin, is answered, and it gets a new channel each time that it is loaded. */
  readonly #hello = ({ source, origin, data }: MessageEvent<unknown>): void => {
    const frame = this.#frame?.contentWindow;
    if (!frame || source !== frame || origin !== this.base || !isRecord(data)) return;
    if (data.switchroom !== "hello" || data.nonce !== this.#nonce) return;
    clearTimeout(this.#overdue);
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<Tell>) => this.#told(data);
    frame.postMessage({ switchroom: "connect", nonce: this.#nonce }, origin, [port2]);
    this.#connected.resolve(port1);
  };

  #told(m: Tell): void {
    if ("id" in m) {
      const waiting = this.#waiting.get(m.id);
      this.#waiting.delete(m.id);
      if (m.error === null) waiting?.done();
      else waiting?.failed(new WidgetError(m.error.code, m.error.message));
    } else if ("state" in m) {
      this.#state = m.state;
    } else if ("window" in m) {
      this.popOut().catch((e: WidgetError) => this.#fail(e));
    } else {
      this.#dispatch(m.type, m.detail);
    }
  }

  async #ask(method: string, args: readonly unknown[] = []): Promise<void> {
    let overdue: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const e = new WidgetError("unreachable", "The widget does not answer; nothing was done for certain.");
      overdue = setTimeout(() => reject(this.#port === null ? notConnected(this.base) : e), ANSWER_MS);
    });
    try {
      await Promise.race([late, this.#connected.promise]);
      const id = ++this.#last;
      const answered = new Promise<void>((done, failed) => this.#waiting.set(id, { done, failed }));
      this.#port?.postMessage({ id, method, args } satisfies Ask);
      await Promise.race([late, answered]);
    } finally {
      clearTimeout(overdue);
    }
  }

  #fail({ code, message }: WidgetError): void {
    this.#dispatch("error", { code, message });
  }

  #dispatch<T extends keyof WidgetEvents>(type: T, detail: WidgetEvents[T]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The element's own events have types. */
export interface SwitchroomWidget {
  addEventListener<T extends keyof WidgetEvents>(
    type: T,
    listener: (this: SwitchroomWidget, event: CustomEvent<WidgetEvents[T]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "switchroom-widget": SwitchroomWidget;
  }
}

/** Makes <switchroom-widget> known. base is the controller's origin for elements that do not say theirs. */
export function define(base = ""): void {
  home = base;
  if (globalThis.customElements?.get("switchroom-widget") !== undefined || globalThis.document === undefined) return;
  document.adoptedStyleSheets.push(styles());
  customElements.define("switchroom-widget", SwitchroomWidget);
}

/** Weaker than any rule of the page. */
function styles(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":where(switchroom-widget){display:block;width:20rem;height:40rem;min-width:18rem}" +
      ":where(switchroom-widget[hidden]){display:none}" +
      ":where(switchroom-widget>iframe){display:block;width:100%;height:100%;border:0}",
  );
  return sheet;
}

/** What the frame needs, of what the browser knows: Chromium complains of the others, and lets the speaker be chosen without. */
function features(): string[] {
  const { featurePolicy } = document as { featurePolicy?: { features(): string[] } };
  const known = featurePolicy?.features();
  return ["microphone", "autoplay", "speaker-selection"].filter((f) => known?.includes(f) ?? true);
}

/** A number in a link is as in an address; what is no such text is taken as it stands, and refused by the controller in words. */
function decoded(number: string): string {
  try {
    return decodeURIComponent(number);
  } catch {
    return number;
  }
}

/** A window that was just opened; in the controller's nothing can be read. */
function isEmpty(w: Window): boolean {
  try {
    return w.location.href === "about:blank";
  } catch {
    return false;
  }
}

function originOf(url: string): string {
  try {
    return new URL(url, location.href).origin;
  } catch {
    return "";
  }
}

function notConnected(base: string): WidgetError {
  return new WidgetError(
    "not_connected",
    `The widget cannot be reached at ${base || "(no base)"}: is ${location.origin} among the sites that may embed it, and does this page's policy allow that frame?`,
  );
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
