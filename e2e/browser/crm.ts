// The example CRM (examples/crm), of an origin of its own, with the widget in it.
import { type Browser, expect, type Frame, type Locator } from "@playwright/test";
import { serve } from "../../examples/crm/serve.mjs";
import { axeOf, Desk, out } from "./desk.ts";
import { inside } from "./inside.ts";
import type { House } from "./lab.ts";

/** Asks the house's API as its administrator does. */
async function asRoot(
  house: House,
): Promise<(method: string, path: string, body?: unknown, version?: string) => Promise<Record<string, string>>> {
  let token = "";
  const api = async (method: string, path: string, body?: unknown, version?: string) => {
    const headers: Record<string, string> = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
    if (version !== undefined) headers["If-Match"] = `"${version}"`;
    const response = await fetch(`${house.url}/api/v1${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
    return response.json() as Promise<Record<string, string>>;
  };
  token = (await api("POST", "/sessions", { user: "root", password: "root-password" })).access_token ?? "";
  return api;
}

/** Sets which sites may embed the house's widget. */
export async function mayEmbed(house: House, ...origins: string[]): Promise<void> {
  const api = await asRoot(house);
  const { version } = await api("GET", "/embedding");
  await api("PUT", "/embedding", { origins }, version);
}

/** Sets up a provider by which anna signs in. */
export async function signsInBy(house: House, id: string, apart: boolean): Promise<void> {
  const made = await house.provider(id, apart);
  const rest = { claim: "preferred_username", password_login: false, second_factor: false, enabled: true };
  await (await asRoot(house))("POST", "/identity-providers", { id, name: "Example Corp", ...made, ...rest });
}

/** An agent at the CRM. What is looked for and pressed is in the widget's frame, but for what is the CRM's own. */
export class Crm extends Desk {
  #close: () => void = () => {};

  /** allowed: the CRM is among the sites that may embed the widget. */
  static async visit(browser: Browser, house: House, login: string, tone: number, allowed = true): Promise<Crm> {
    const { url, close } = await serve({ switchroom: house.url, port: 0 });
    if (allowed) await mayEmbed(house, url);
    const context = await browser.newContext({ baseURL: url, permissions: ["microphone"], viewport: { width: 1100, height: 760 } });
    await context.addInitScript(inside);
    const crm = new Crm(context, await context.newPage(), login, tone);
    crm.#close = close;
    await crm.page.goto("/customers");
    return crm;
  }

  override at(testid: string): Locator {
    return this.page.frameLocator("switchroom-widget iframe").getByTestId(testid);
  }

  protected override get inside(): Frame {
    return this.frame;
  }

  /** The widget's. */
  get frame(): Frame {
    const frame = this.page.frames().find((f) => f.url().includes("/embed?") && !f.isDetached());
    if (frame === undefined) throw new Error("the CRM has no widget in it");
    return frame;
  }

  /** Presses the CRM's own button, and gives the window that takes the phone. */
  async popOut(): Promise<Desk> {
    const [page] = await Promise.all([this.page.waitForEvent("popup"), this.page.locator("#pop-out").click()]);
    await page.waitForURL(/\/phone/);
    return Desk.at(page, this.login, this.tone);
  }

  /** Follows a link of the CRM's: another page is loaded. */
  async goTo(name: "Customers" | "Orders"): Promise<void> {
    await this.page.getByRole("link", { name }).click();
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** The newest of what the widget told of that type; waits for it. */
  async told(type: string, within = 10_000): Promise<unknown> {
    const line = this.page.locator(`#events > li[data-type="${type}"]`).first();
    await expect(line).toBeVisible({ timeout: within });
    return JSON.parse(((await line.textContent()) ?? "").slice(type.length));
  }

  toldOf(type: string): Promise<number> {
    return this.page.locator(`#events > li[data-type="${type}"]`).count();
  }

  /** Pictures, and the accessibility of the CRM's page and of the widget in it. */
  override async look(name: string): Promise<void> {
    if (process.env.PICTURES !== undefined) await this.page.screenshot({ path: `${out}/${name}.png` });
    expect.soft(await axeOf(this.page), `accessibility of ${name}, the CRM's page`).toEqual([]);
    expect.soft(await axeOf(this.frame), `accessibility of ${name}, the widget`).toEqual([]);
  }

  async leave(): Promise<void> {
    const complaints = await this.complaints();
    await this.context.close();
    this.#close();
    expect(complaints, "what the CRM's browser complains of").toEqual([]);
  }
}
