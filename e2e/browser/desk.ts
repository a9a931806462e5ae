// The verbs of the stories: what an agent does and sees on the page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, expect, type Frame, type Locator, type Page } from "@playwright/test";
import type axe from "axe-core";
import { inside } from "./inside.ts";
import { sleep } from "./sleep.ts";

declare global {
  interface Window {
    axe: typeof axe;
  }
}

export const out = join(import.meta.dirname, "../out");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What the browser complains of when a story cuts connections. */
export const cut =
  /ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED|WebSocket connection|status of 50\d/;

/** Pictures are taken to be looked at (PICTURES=1), of all four sights with PICTURES=all; what can be counted is checked always. */
const pictures = process.env.PICTURES !== undefined;

/** A language and colours. */
type Sight = readonly [language: "en" | "ko", colorScheme: "light" | "dark"];
const colorScheme = "light";
const viewport = { width: 1000, height: 760 };

/** Each language and each of the colours once. */
export const twoSights: readonly Sight[] = [
  ["en", "light"],
  ["ko", "dark"],
];
export const allSights: readonly Sight[] = [...twoSights, ["en", "dark"], ["ko", "light"]];

export type CallState =
  | "dialing"
  | "offering"
  | "connecting"
  | "talking"
  | "held"
  | "consult_ringing"
  | "consulting"
  | "swapped"
  | "conference"
  | "transferring"
  | "recalling"
  | "rejoining"
  | "agents_only";

/** Axe's rules of what is not the same in all languages and colours. */
const ofLooks = ["color-contrast", "link-in-text-block", "target-size", "html-has-lang", "html-lang-valid", "label-content-name-mismatch"];

/** What axe finds in a page or frame, without the frames in it; by all its rules, or those. */
export async function axeOf(place: Page | Frame, rules?: readonly string[]): Promise<string[]> {
  if (!(await place.evaluate(() => "axe" in window))) await place.evaluate(axeSource);
  return place.evaluate(async (rules) => {
    const only = rules === undefined ? {} : { runOnly: { type: "rule" as const, values: [...rules] } };
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], iframes: false, ...only });
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html} ${n.failureSummary ?? ""}`));
  }, rules);
}

/** An empty page in a browser profile of its own. */
async function profile(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ permissions: ["microphone"], viewport, colorScheme });
  await context.addInitScript(inside);
  return context.newPage();
}

/**
 * Where an agent sits in one story after another. A profile and its page are kept, because they take longer to make than most of what is done in them: what a
 * house's page keeps is of its address, which no other house has.
 */
export class Seat {
  readonly #browser: Browser;
  #page: Page | null = null;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  async sit(house: { url: string }, login: string, tone: number): Promise<Desk> {
    this.#page ??= await profile(this.#browser);
    const desk = Desk.at(this.#page, login, tone);
    await desk.page.goto(house.url);
    return desk;
  }

  /** Leaves it as it was. */
  async rise(desk: Desk): Promise<void> {
    const { context, page } = desk;
    if (desk.leavesTraces || page.isClosed()) {
      this.#page = null;
      await context.close();
      return;
    }
    for (const other of context.pages()) if (other !== page) await other.close();
    await page.goto("about:blank");
    page.removeAllListeners();
    await context.clearCookies();
    await context.setOffline(false);
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: null });
  }
}

/** An agent's tab. */
export class Desk {
  readonly page: Page;
  readonly login: string;
  /** What the agent says, in Hz. */
  readonly tone: number;
  readonly #context: BrowserContext;
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [];
  /** What was done to the profile cannot be undone. */
  leavesTraces = false;

  protected constructor(context: BrowserContext, page: Page, login: string, tone: number) {
    this.#context = context;
    this.page = page;
    this.login = login;
    this.tone = tone;
    this.#watch();
  }

  /** Opens the page in a browser profile of its own; before is done first. */
  static async open(
    browser: Browser,
    house: { url: string },
    login: string,
    tone: number,
    before: (page: Page) => Promise<void> = async () => {},
    path = "/",
  ): Promise<Desk> {
    const page = await profile(browser);
    const desk = Desk.at(page, login, tone);
    await before(page);
    await page.goto(house.url + path);
    return desk;
  }

  /** A page that is open already, such as a window that another opened. */
  static at(page: Page, login: string, tone: number): Desk {
    return new Desk(page.context(), page, login, tone);
  }

  /** Another tab of the same browser. */
  async anotherTab(): Promise<Desk> {
    const desk = new Desk(this.#context, await this.#context.newPage(), this.login, this.tone);
    await desk.page.goto(new URL(this.page.url()).origin);
    return desk;
  }

  get context(): BrowserContext {
    return this.#context;
  }

  /** Where the page's scripts run. */
  protected get inside(): Page | Frame {
    return this.page;
  }

  at(testid: string): Locator {
    return this.page.getByTestId(testid);
  }

  /** Has the script run before the page's own, from the next load on. */
  async prepare(script: () => void): Promise<void> {
    this.leavesTraces = true;
    await this.page.addInitScript(script);
  }

  /** From the next load on the page's clock is the story's, so that nobody has to wait. */
  async takesClock(): Promise<void> {
    this.leavesTraces = true;
    await this.page.clock.install();
  }

  // --- what the agent does ------------------------------------------------------

  async signIn(password = `${this.login}-password`): Promise<void> {
    await this.at("user").fill(this.login);
    await this.at("password").fill(password);
    await this.at("sign-in").click();
  }

  async ctiLogin(): Promise<void> {
    await this.at("cti-login").click();
    await this.shows("business");
    await expect(this.at("phone-state")).toHaveAttribute("data-tone", "good");
  }

  /** From the first page to Ready and waiting. */
  async ready(password?: string): Promise<void> {
    await this.signIn(password);
    await this.ctiLogin();
    await this.choose("ready");
  }

  /** Chooses a status, and waits until it is so. */
  async choose(status: "ready" | "business" | "rest"): Promise<void> {
    await this.at(`choose-${status}`).click();
    await this.shows(status);
  }

  async answer(): Promise<void> {
    await this.at("answer").click();
  }

  async hangUp(): Promise<void> {
    await this.at("hangup").click();
  }

  /** Enters another path in the browser's line. */
  async goesTo(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.page.url()).href);
  }

  /** Reloads the page. In mid-call the browser asks first; the agent insists. */
  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: "domcontentloaded" });
  }

  /** The laptop sleeps: the browser stands still until the result is called. */
  sleeps(): () => void {
    return sleep(`tone-${this.tone}.wav`);
  }

  /** The session ends without the person's doing, as by a new password. Who has no feed learns of it by what they press next. */
  async isSignedOut(pressed = ""): Promise<void> {
    this.expects(/status of 401/);
    await this.page.evaluate(async () => {
      const kept = JSON.parse(localStorage.getItem("switchroom.session") ?? "");
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ refresh_token: kept.refresh });
      const renewed = await fetch("/api/v1/sessions/refresh", { method: "POST", headers, body });
      const { access_token } = await renewed.json();
      await fetch("/api/v1/sessions", { method: "DELETE", headers: { Authorization: `Bearer ${access_token}` } });
    });
    if (pressed !== "") await this.press(pressed);
    await expect(this.at("sign-in")).toBeVisible({ timeout: 15_000 });
  }

  // --- what the agent sees and hears ----------------------------------------------

  /** Waits until the status is shown, with its reason ("" for none). */
  async shows(code: string, reason = ""): Promise<void> {
    await expect(this.at("status")).toHaveAttribute("data-code", code);
    if (reason === "") await expect(this.at("status")).not.toHaveAttribute("data-reason", /./);
    else await expect(this.at("status")).toHaveAttribute("data-reason", reason);
  }

  /** Waits until the call is shown in that state. */
  async callIs(state: CallState, within = 10_000): Promise<void> {
    await expect(this.at("call-state")).toHaveAttribute("data-state", state, { timeout: within });
  }

  /** Waits until those texts are shown all at once, be it for a moment only. */
  async glimpses(texts: Readonly<Record<string, string>>, within = 10_000): Promise<void> {
    const all = (texts: Readonly<Record<string, string>>) =>
      Object.entries(texts).every(([testid, text]) => document.querySelector(`[data-testid="${testid}"]`)?.textContent === text);
    await this.page.waitForFunction(all, texts, { polling: "raf", timeout: within });
  }

  async hasNoCall(within = 10_000): Promise<void> {
    await expect(this.at("no-call")).toBeVisible({ timeout: within });
  }

  /** Presses the button of a command, as soon as it is there. */
  async press(testid: string): Promise<void> {
    await this.at(testid).click();
  }

  /** The call rings, and this tab is the one to be heard. */
  async rings(within = 10_000): Promise<void> {
    await this.callIs("offering", within);
    await expect.poll(() => this.rung(), { message: "the ringing sound" }).toBeGreaterThan(0);
  }

  rung(): Promise<number> {
    return this.inside.evaluate(() => window.rung);
  }

  /** Waits until no microphone is open, as nobody is to be heard without a call. */
  async isUnheard(): Promise<void> {
    const open = () => this.inside.evaluate(() => window.microphones.filter((t) => t.readyState === "live").length);
    await expect.poll(open, { message: "open microphones" }).toBe(0);
  }

  /** Waits until the tone is heard from the call; the time in ms since 1970. */
  hears(hz: number, within = 10_000): Promise<number> {
    return this.inside.evaluate(([hz, within]) => window.ear.hears(hz, within), [hz, within] as const);
  }

  /** Waits until all those tones are heard from the call, and no others. */
  hearsJust(hz: readonly number[], within = 10_000): Promise<void> {
    return this.inside.evaluate(([hz, within]) => window.ear.hearsJust(hz, within), [hz, within] as const);
  }

  hearsSomebody(within = 10_000): Promise<void> {
    return this.page.evaluate((within) => window.ear.hearsAnything(within), within);
  }

  async feedIs(state: "live" | "stale" | "offline" | "stopped", within = 10_000): Promise<void> {
    await expect(this.at("feed-state")).toHaveAttribute("data-state", state, { timeout: within });
  }

  // --- what must hold ---------------------------------------------------------------

  /** Names a complaint of the browser that this story brings about, such as a connection that it cuts. */
  expects(complaint: RegExp): void {
    this.#expected.push(complaint);
  }

  /** What the browser complained of, but for what was expected: errors, warnings, violations of the policy, dialogs. */
  async complaints(): Promise<string[]> {
    const violations = this.page.isClosed() ? [] : await this.page.evaluate(() => window.violations);
    const all = [...this.#complaints, ...violations.map((v) => `policy: ${v}`)];
    return all.filter((c) => !this.#expected.some((e) => e.test(c)));
  }

  /** Leaves pictures of the state, in each language and each of the colours, and has its accessibility checked. What is kept looks, but for the mask, as it did. */
  async look(
    name: string,
    {
      sights = pictures ? twoSights : twoSights.slice(0, 1),
      kept,
      mask,
    }: { sights?: readonly Sight[]; kept?: Locator; mask?: Locator } = {},
  ): Promise<void> {
    const before = await this.page.evaluate(() => document.documentElement.lang);
    for (const [i, sight] of sights.entries()) {
      const known = twoSights.includes(sight);
      const axe = !known ? null : i === 0 ? undefined : ofLooks;
      await this.#see(name, sight, { fullPage: false, axe });
      if (kept !== undefined && known) {
        await expect.soft(kept).toHaveScreenshot(`${name}-${sight.join("-")}.png`, mask === undefined ? {} : { mask: [mask] });
      }
    }
    await this.page.emulateMedia({ colorScheme: null, reducedMotion: null });
    await this.speak(before);
  }

  /** The same on the narrowest telephone, the whole length of the page. There is room for the widget or the console only. */
  async lookNarrow(name: string, what: "widget" | "console" = "widget"): Promise<void> {
    const before = this.page.viewportSize() ?? { width: 1000, height: 760 };
    const language = await this.page.evaluate(() => document.documentElement.lang);
    await this.page.setViewportSize({ width: 320, height: 900 });
    // What opens over the widget brings it along.
    const button = this.at("widget-open");
    const behind = (await this.page.locator("dialog[open]").count()) > 0; // nothing can be reached behind it
    const folded = what === "widget" && !behind && (await button.isVisible()) && (await button.getAttribute("aria-expanded")) === "false";
    if (folded) await button.click();
    for (const sight of twoSights) await this.#see(`${name}-narrow`, sight, { fullPage: true, axe: null });
    await this.page.emulateMedia({ colorScheme: null, reducedMotion: null });
    await this.speak(language);
    if (folded) await button.click();
    await this.page.setViewportSize(before);
  }

  /** Nothing may stick out at the side, or be too small to be hit. axe: its rules; undefined: all, null: none. */
  async #see(
    name: string,
    [language, colorScheme]: Sight,
    { fullPage, axe }: { fullPage: boolean; axe: readonly string[] | undefined | null },
  ) {
    const what = `${name}, ${language}, ${colorScheme}`;
    await this.speak(language);
    await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (pictures) await this.page.screenshot({ path: join(out, `${name}-${language}-${colorScheme}.png`), fullPage });
    const { width, wide, small } = await this.page.evaluate(() => ({
      width: innerWidth,
      wide: document.documentElement.scrollWidth,
      small: [...document.querySelectorAll("button, input, select, summary")]
        .map((e) => ({ html: e.outerHTML.slice(0, 100), box: e.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(({ html }) => html),
    }));
    expect.soft(wide, `the width of ${what}`).toBeLessThanOrEqual(width);
    expect.soft(small, `what is too small to be hit in ${what}`).toEqual([]);
    if (axe !== null) expect.soft(await axeOf(this.page, axe), `accessibility of ${what}`).toEqual([]);
  }

  /** Changes the page's language from outside of it, as another tab would: also while a dialog is over the page. */
  async speak(language: string): Promise<void> {
    await this.page.evaluate((language) => {
      localStorage.setItem("switchroom.language", language);
      dispatchEvent(new StorageEvent("storage"));
    }, language);
    await expect(this.page.locator("html")).toHaveAttribute("lang", language);
  }

  #watch(): void {
    this.page.on("console", (m) => {
      if (m.type() === "error" || m.type() === "warning") this.#complaints.push(`console ${m.type()}: ${m.text()}`);
    });
    this.page.on("pageerror", (e) => this.#complaints.push(`uncaught: ${e.message}`));
    this.page.on("dialog", (d) => {
      if (d.type() !== "beforeunload") this.#complaints.push(`dialog: ${d.message()}`);
      void d.accept();
    });
  }
}
