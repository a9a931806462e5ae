// The API's operations that this page uses, by their names in the contract. All of them throw Problem or SignedOut.
import type { components } from "./contract.gen";
import { type Call, send } from "./http";
import { Problem } from "./problem";
import type { Session } from "./session";
import { download, upload } from "./upload";

type Schemas = components["schemas"];
export type Me = Schemas["Me"];
export type PhoneAccount = Schemas["PhoneAccount"];
export type Choice = Schemas["StatusChoice"]["status"];
export type Reasons = Schemas["OwnReasons"];
export type Colleague = Schemas["Colleague"];
export type Caller = Schemas["Caller"];
export type Timeline = Schemas["Timeline"];
export type Numbers = Schemas["Numbers"];
export type FrequentNumber = Schemas["FrequentNumber"];
/** To whom a call is transferred, or who is consulted: one of the three. */
export type Target = { agent: string } | { number: string } | { queue: string };
/** Commands about a call, by their paths. */
export type Command =
  | "answer"
  | "decline"
  | "hangup"
  | "rejoin"
  | "mute"
  | "digits"
  | "hold"
  | "resume"
  | "transfer"
  | "consult"
  | "complete"
  | "cancel"
  | "swap"
  | "conference"
  | "force-disconnect";

/** What parts of the page use that have operations of their own. All of it throws Problem or SignedOut. */
export type Api = Pick<Client, "send" | "create" | "upload" | "download">;

export class Client {
  readonly #session: Session;
  /** Called with every new measure of the server's clock minus ours, in ms. */
  onSkew: (ms: number) => void = () => {};
  #skew = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  me = (): Promise<Me> => this.#send({ method: "GET", path: "/api/v1/me" });

  phone = (): Promise<PhoneAccount> => this.#send({ method: "GET", path: "/api/v1/me/phone" });

  ctiLogin = (): Promise<void> => this.#act("/api/v1/me/cti/login");

  ctiLogout = (): Promise<void> => this.#act("/api/v1/me/cti/logout");

  /** Null: without a reason. */
  setStatus = (status: Choice, reason: string | null = null): Promise<void> =>
    this.#send({ method: "PUT", path: "/api/v1/me/status", body: reason === null ? { status } : { status, reason } });

  /** The reasons for Business and Rest, in the order in which they are shown. */
  names = (): Promise<Schemas["Directory"]> => this.#send({ method: "GET", path: "/api/v1/names" });

  reasons = (): Promise<Reasons> => this.#send({ method: "GET", path: "/api/v1/me/status-reasons" });

  /** Calls a customer. Null: the service's default is shown to them. */
  dial = (number: string, callerId: string | null): Promise<void> =>
    this.#act("/api/v1/calls", callerId === null ? { number } : { number, caller_id: callerId });

  /** The caller IDs, the default first, and the frequently used numbers, the agent's own first. */
  numbers = (): Promise<Numbers> => this.#send({ method: "GET", path: "/api/v1/me/numbers" });

  addNumber = (label: string, number: string): Promise<void> => this.#act("/api/v1/me/numbers", { label, number });

  removeNumber = (id: string): Promise<void> =>
    this.#send({ method: "DELETE", path: `/api/v1/me/numbers/${encodeURIComponent(id)}` });

  command = (call: string, command: Command, body?: unknown): Promise<void> =>
    this.#act(`/api/v1/calls/${encodeURIComponent(call)}/${command}`, body);

  /** The agents who are Ready now and have that in their name or number; "": all. */
  colleagues = async (search: string): Promise<Colleague[]> => {
    const query = search === "" ? "" : `?search=${encodeURIComponent(search)}`;
    const found = await this.#send<Schemas["Colleagues"]>({ method: "GET", path: `/api/v1/colleagues${query}` });
    return found.colleagues;
  };

  /** Who calls, and their earlier tickets. */
  timeline = (call: string): Promise<Timeline> =>
    this.#send({ method: "GET", path: `/api/v1/calls/${encodeURIComponent(call)}/timeline` });

  caller = (call: string): Promise<Caller> =>
    this.#send({ method: "GET", path: `/api/v1/calls/${encodeURIComponent(call)}/customer` });

  demoCall = (queue: string): Promise<void> => this.#act("/api/v1/demo/calls", { queue });

  /** A POST that acts: one key for this wish, so that it is carried out once even when it has to be sent twice. */
  #act(path: string, body?: unknown): Promise<void> {
    return this.#send({ method: "POST", path, body, key: newKey() });
  }

  /** Any operation of the contract. */
  send = <T>(call: Call): Promise<T> => this.#send<T>(call);

  /** Makes something of the body: one key for this wish, as for all that acts. */
  create = <T>(path: string, body: unknown): Promise<T> => this.#send<T>({ method: "POST", path, body, key: newKey() });

  /** Sends a file; progress is told from 0 to 1. */
  upload = <T>(path: string, file: Blob, progress: (share: number) => void): Promise<T> =>
    this.#withToken((token) => upload<T>(path, file, token, progress));

  download = (path: string): Promise<Blob> => this.#withToken((token) => download(path, token));

  async #withToken<T>(work: (token: string) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#session.token());
    } catch (e) {
      if (e instanceof Problem && e.status === 401) return work(await this.#session.token(true));
      throw e;
    }
  }

  async #send<T>(call: Call): Promise<T> {
    try {
      return await this.#once<T>(call, false);
    } catch (e) {
      // The token ran out on the way, or the session was renewed elsewhere: once more, with a new one.
      if (e instanceof Problem && e.status === 401) return this.#once<T>(call, true);
      throw e;
    }
  }

  async #once<T>(call: Call, fresh: boolean): Promise<T> {
    const token = await this.#session.token(fresh);
    const { body, skew } = await send<T>({ ...call, token });
    if (skew !== null) this.#measured(skew);
    return body;
  }

  /** The header counts whole seconds and answers take time, so small differences say nothing. */
  #measured(skew: number): void {
    const rough = Math.abs(skew) > 2000 ? skew : 0;
    if (Math.abs(rough - this.#skew) <= 2000) return;
    this.#skew = rough;
    this.onSkew(rough);
  }
}

/** Unique for each wish; also where the page is no secure context and crypto.randomUUID is missing. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}
