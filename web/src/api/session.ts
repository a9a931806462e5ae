// Who is signed in. The access token lives in memory and for minutes. The refresh token lives in localStorage:
//
// - It has to outlive a reload in mid-call, so memory does not do.
// - It is good for one use, and using it twice ends the session. In sessionStorage a duplicated tab would begin with a
//   copy of it and so end both; in localStorage all tabs share the one that is valid, and take turns under a lock.
// - A cookie out of scripts' reach would be better against injected scripts, against which the content security policy stands;
//   the contract's sessions have no cookies, so that other clients are equals.
import type { components } from "./contract.gen";
import { send } from "./http";
import { Problem } from "./problem";
import { finish, type SignInAnswer } from "./sign-in";

/** The tokens of a session. */
export type Wire = components["schemas"]["Session"];
export type Identity = components["schemas"]["Identity"];

const STORED = "switchroom.session";
const LOCK = "switchroom.session";
/** A token is renewed when this little of its life is left, in ms. */
const MARGIN_MS = 90_000;

interface Stored {
  refresh: string;
  agent: Identity;
}

/** What of the browser is used. */
export interface Browser {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Runs work while no other tab runs any under the same name. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** The session ended: there is nobody signed in any more. */
export class SignedOut extends Error {}

export class Session {
  readonly #browser: Browser;
  #access: { token: string; until: number } | null = null;
  #identity: Identity | null = null;
  #refreshing: Promise<string> | null = null;
  /** Counts who was forgotten, so that what was asked for them is not taken for the next one's. */
  #turn = 0;
  /** Called with every new access token. */
  onToken: (token: string) => void = () => {};
  /** Called when the session ends by itself, such as when it was revoked. */
  onOver: () => void = () => {};

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  get identity(): Identity | null {
    return this.#identity;
  }

  /** Takes up the session of an earlier page or another tab. Null: there is none. Sends nothing. */
  resume(): Identity | null {
    this.#identity = this.#stored()?.agent ?? null;
    return this.#identity;
  }

  /** Throws Problem. */
  async signIn(user: string, password: string, code = ""): Promise<Identity> {
    const credentials = code === "" ? { user, password } : { user, password, code };
    const { body } = await send<Wire>({ method: "POST", path: "/api/v1/sessions", body: credentials });
    this.#keep(body);
    return body.agent;
  }

  /** Signs in by what a provider answered. Returns where the person wanted to go, too. Throws Problem. */
  async signInBy(provider: string, answer: SignInAnswer): Promise<{ identity: Identity; returnTo: string }> {
    const { session, return_to } = await finish(provider, answer);
    this.#keep(session);
    return { identity: session.agent, returnTo: return_to };
  }

  /** Ends the session here and at the controller. Throws Problem when the controller could not be told; it is over here all the same. */
  async signOut(): Promise<void> {
    const token = this.#access?.token;
    this.forget();
    this.#browser.storage.removeItem(STORED);
    if (token !== undefined) await end(token);
  }

  /** Drops what this tab knows, without touching what the tabs share. */
  forget(): void {
    this.#turn++;
    this.#access = null;
    this.#identity = null;
    this.#refreshing = null;
  }

  /** An access token that is good for a while; fresh: not the one that there is. Throws SignedOut, or Problem to try again later. */
  token(fresh = false): Promise<string> {
    if (!fresh && this.#access !== null && Date.now() < this.#access.until) return Promise.resolve(this.#access.token);
    if (this.#refreshing !== null) return this.#refreshing;
    const mine = this.#refresh().finally(() => {
      if (this.#refreshing === mine) this.#refreshing = null;
    });
    this.#refreshing = mine;
    return mine;
  }

  /** The tokens of another session of the same person, for a window that has a storage of its own. Throws SignedOut or Problem. */
  second(): Promise<Wire> {
    return this.#use(async (refresh_token, keep) => {
      type Pair = components["schemas"]["SessionPair"];
      const { body } = await send<Pair>({ method: "POST", path: "/api/v1/sessions/second", body: { refresh_token } });
      await keep(body.own);
      return body.second;
    });
  }

  /** Takes up a session that another window gives. */
  adopt(wire: Wire): Identity {
    this.#keep(wire);
    return wire.agent;
  }

  /** When the present token is due, in ms of the local clock; null: there is none. */
  get due(): number | null {
    return this.#access?.until ?? null;
  }

  /** Tells whether the tabs' shared session is still this tab's: another tab may have signed out, or somebody else in. */
  get shared(): boolean {
    return this.#identity !== null && this.#stored()?.agent.id === this.#identity.id;
  }

  #refresh(): Promise<string> {
    return this.#use(async (refresh_token, keep) => {
      const { body } = await send<Wire>({ method: "POST", path: "/api/v1/sessions/refresh", body: { refresh_token } });
      return keep(body);
    });
  }

  /** Does something with the refresh token, which is used up by it; keep takes what came of it. */
  #use<T>(work: (refresh: string, keep: (own: Wire) => Promise<string>) => Promise<T>): Promise<T> {
    const turn = this.#turn;
    return this.#browser.exclusively(LOCK, async () => {
      const stored = this.#stored();
      if (turn !== this.#turn) throw new SignedOut();
      if (stored === null || (this.#identity !== null && stored.agent.id !== this.#identity.id)) return this.#over();
      try {
        return await work(stored.refresh, (own) => this.#take(own, turn));
      } catch (e) {
        if (!isRefusal(e)) throw e;
        if (turn !== this.#turn) throw new SignedOut();
        this.#browser.storage.removeItem(STORED);
        return this.#over();
      }
    });
  }

  /** Keeps what a renewal brought, unless somebody has signed out meanwhile, here or in another tab: then this is over, too. */
  async #take(own: Wire, turn: number): Promise<string> {
    if (turn === this.#turn && this.#stored()?.agent.id === own.agent.id) return this.#keep(own);
    await end(own.access_token).catch(() => {});
    throw new SignedOut();
  }

  #over(): never {
    const known = this.#identity !== null;
    this.forget();
    if (known) this.onOver();
    throw new SignedOut();
  }

  #keep(wire: Wire): string {
    const life = wire.expires_in * 1000;
    this.#access = { token: wire.access_token, until: Date.now() + Math.max(life - MARGIN_MS, life / 2) };
    this.#identity = wire.agent;
    const stored: Stored = { refresh: wire.refresh_token, agent: wire.agent };
    this.#browser.storage.setItem(STORED, JSON.stringify(stored));
    this.onToken(wire.access_token);
    return wire.access_token;
  }

  #stored(): Stored | null {
    try {
      const s = JSON.parse(this.#browser.storage.getItem(STORED) ?? "null") as Partial<Stored> | null;
      if (typeof s?.refresh !== "string" || typeof s.agent?.id !== "string") return null;
      return s as Stored;
    } catch {
      return null;
    }
  }
}

async function end(token: string): Promise<void> {
  await send({ method: "DELETE", path: "/api/v1/sessions", token, keepalive: true });
}

/** The controller itself says no; not something on the way to it, nor an answer that could not be read. */
function isRefusal(e: unknown): boolean {
  return e instanceof Problem && !e.passing && e.request !== "";
}
