// The lab: what a story needs from outside of the browser. Its other end is control_test.go.

const base = process.env.SWITCHROOM_LAB;

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  if (base === undefined) throw new Error("run these stories by `go test ./e2e/browser`: it starts the servers");
  const response = await fetch(base + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim());
  return JSON.parse(text) as T;
}

/** Zero or absent: what control_test.go says. */
export interface Wishes {
  pickup_s?: number;
  access_ttl_s?: number;
  silent_ms?: number;
  target_ring_s?: number;
}

/** One installation, with anna, ben and chris as agents of the queue sales, whose number is 1000, and dora, who is in no queue. */
export class House {
  readonly url: string;
  readonly #path: string;
  #customers = 0;

  private constructor(id: string, url: string) {
    this.#path = `/houses/${id}`;
    this.url = url;
  }

  static async open(wishes: Wishes): Promise<House> {
    const { id, url } = await ask<{ id: string; url: string }>("POST", "/houses", wishes);
    return new House(id, url);
  }

  /** Returns what should not be so at a story's end. */
  async close(): Promise<string[]> {
    return (await ask<{ problems: string[] }>("DELETE", this.#path)).problems;
  }

  /** A customer calls sales. Each has a tone of its own, which is what it says. */
  async customerCalls({ number = "0301234567", name = "Carl Gauss" } = {}): Promise<Customer> {
    const tone = [500, 1500, 1700, 1900][this.#customers++ % 4] as number;
    const { id } = await ask<{ id: number }>("POST", `${this.#path}/customers`, { number, name, tone, dials: "1000" });
    return new Customer(`${this.#path}/customers/${id}`, tone);
  }

  /** Dora comes to her desk phone, at 2003, and is Ready. */
  async colleagueComes(): Promise<Colleague> {
    const path = `${this.#path}/colleague`;
    const { tone } = await ask<{ tone: number }>("POST", path);
    return new Colleague(path, tone);
  }

  /** Somebody outside, at +821055550100, can be called over the carrier. */
  async outsiderIsThere(): Promise<Outsider> {
    const path = `${this.#path}/outsider`;
    const { tone } = await ask<{ tone: number }>("POST", path);
    return new Outsider(path, tone);
  }

  /** Between browsers and controller: "down" cuts connections, "silent" swallows what goes through them. The sound of calls goes another way. */
  async network(mode: "up" | "down" | "silent"): Promise<void> {
    await ask("POST", `${this.#path}/network`, { mode });
  }

  /** kill -9. All calls end with it. */
  async killAsterisk(): Promise<void> {
    await ask("POST", `${this.#path}/asterisk/kill`);
  }

  /** Starts it again, as a service manager does; returns when calls are served. */
  async startAsterisk(): Promise<void> {
    await ask("POST", `${this.#path}/asterisk/start`);
  }

  /** An OpenID Connect provider where anna and mallory have accounts; it sends people back to /sign-in/{id}. apart: its pages cut windows off from who opened them. */
  async provider(id: string, apart = false): Promise<{ issuer: string; client_id: string; client_secret: string }> {
    return ask("POST", `${this.#path}/provider`, { id, apart });
  }

  /** kill -9. */
  async killController(): Promise<void> {
    await ask("POST", `${this.#path}/controller/kill`);
  }

  /** Starts it again, as a service manager does; returns when it serves calls. */
  async startController(): Promise<void> {
    await ask("POST", `${this.#path}/controller/start`);
  }
}

/** "switchroom demo", as a newcomer starts it. */
export class Demo {
  readonly url: string;
  readonly #passwords: Record<string, string>;

  private constructor(url: string, passwords: Record<string, string>) {
    this.url = url;
    this.#passwords = passwords;
  }

  static async open(): Promise<Demo> {
    const { url, passwords } = await ask<{ url: string; passwords: Record<string, string> }>("POST", "/demo");
    return new Demo(url, passwords);
  }

  /** What the demo prints. */
  password(login: string): string {
    const password = this.#passwords[login];
    if (password === undefined) throw new Error(`the demo has no ${login}`);
    return password;
  }

  /** kill -9; the demo starts another. */
  async killController(): Promise<void> {
    await ask("POST", "/demo/controller/kill");
  }

  /** Ctrl-C. Returns what went wrong. */
  async close(): Promise<string[]> {
    return (await ask<{ problems: string[] }>("DELETE", "/demo")).problems;
  }
}

/** The music on hold, which nothing else sounds like: lab.MusicTones. */
export const music = [800, 1200] as const;
export const musicHz = music[0];

/** Somebody's call on a phone of the lab's. */
class Telephone {
  readonly tone: number;
  protected readonly path: string;

  constructor(path: string, tone: number) {
    this.path = path;
    this.tone = tone;
  }

  /** Waits until the tone is heard; the time of its beginning, in ms since 1970. */
  async hears(hz: number, within_ms = 10_000): Promise<number> {
    return (await ask<{ at: number }>("POST", `${this.path}/hears`, { hz, within_ms })).at;
  }

  /** Waits until the tone is not heard any more. */
  async noLongerHears(hz: number, within_ms = 10_000): Promise<number> {
    return (await ask<{ at: number }>("POST", `${this.path}/hears`, { hz, gone: true, within_ms })).at;
  }

  /** Waits until all those tones are heard, and no others. */
  async hearsJust(hz: readonly number[], within_ms = 10_000): Promise<void> {
    await ask("POST", `${this.path}/just`, { hz, within_ms });
  }

  async hangsUp(): Promise<void> {
    await ask("POST", `${this.path}/hangup`);
  }

  /** Waits until those digits were heard, of all so far. */
  async getsDigits(digits: string): Promise<void> {
    await ask("POST", `${this.path}/digits`, { digits });
  }

  /** Waits for the call's end; who ended it, and the SIP code. */
  async hasEnded(): Promise<{ by: "local" | "remote" | "network"; code: number }> {
    return ask("POST", `${this.path}/ended`);
  }
}

export class Customer extends Telephone {
  async isUp(): Promise<void> {
    await ask("POST", `${this.path}/up`);
  }

  /** The longest silence so far since the call was answered, in ms. */
  async silence(): Promise<number> {
    return (await ask<{ silence_ms: number }>("GET", `${this.path}/report`)).silence_ms;
  }
}

/** A phone that is called. What it hears and does is about the call that rang last. */
class Called extends Telephone {
  /** What the phone does with calls from now on; at first it rings. */
  async phone(what: "ring" | "busy" | "decline" | "answer"): Promise<void> {
    await ask("POST", `${this.path}/does`, { what });
  }

  async answers(): Promise<void> {
    await ask("POST", `${this.path}/answers`);
  }

  /** Waits for the next call; the name and the number that the phone shows. */
  protected async called(): Promise<{ from: string; number: string }> {
    return ask("POST", `${this.path}/rings`);
  }
}

/** Dora at her desk phone. */
export class Colleague extends Called {
  readonly agent = "dora";
  readonly name = "Dora Lindqvist";
  readonly number = "2003";

  /** Waits for the next call; the name that the phone shows. */
  async rings(): Promise<string> {
    return (await this.called()).from;
  }
}

/** Somebody on the telephone network. */
export class Outsider extends Called {
  readonly number = "+821055550100";

  /** Waits for the next call; the number that the phone shows. */
  async isCalled(): Promise<string> {
    return (await this.called()).number;
  }
}
