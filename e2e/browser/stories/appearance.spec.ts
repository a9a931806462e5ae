// How it looks: the widget in every state of the contract's golden views, with what opens in it, also embedded; each page of the console, and some of the
// administration. All of it in both languages, light and dark, wide and on the narrowest telephone: it can be read, reached and used, and looks as it was kept.
// A picture that is not as it was fails the story; whoever meant it so looks at the new ones, and keeps them: go test ./e2e/browser -run TestStories -only appearance -update
import { join } from "node:path";
import { type Browser, expect } from "@playwright/test";
import { allSights, Desk, out, twoSights } from "../desk.ts";
import { type Stage, serve, stage, views } from "../stage.ts";
import { story as base } from "../story.ts";

const sights = process.env.PICTURES === "all" ? allSights : twoSights;

/** Half a second from where the seconds that are shown change. */
const MOMENT = Date.parse("2026-11-27T12:00:00.500Z");

interface Crew {
  url: string;
  /** The agent's page, which every state is shown on. */
  agent: Desk & { stage: Stage };
}

const story = base.extend<object, Crew>({
  url: [
    async ({}, use) => {
      const page = await serve();
      await use(page.url);
      page.close();
    },
    { scope: "worker" },
  ],
  agent: [
    async ({ annasBrowser, url }, use) => {
      const desk = await open(annasBrowser, url, "view-ready");
      await use(desk);
      await desk.context.close();
    },
    { scope: "worker" },
  ],
});

/** Opens a page at a moment that does not pass. */
async function open(browser: Browser, url: string, view: string, path = "/", roles = ["agent"]): Promise<Desk & { stage: Stage }> {
  let set: Stage | undefined;
  const desk = await Desk.open(
    browser,
    { url },
    "anna",
    0,
    async (page) => {
      await page.clock.setFixedTime(MOMENT);
      set = await stage(page, view, roles, MOMENT - 500);
    },
    path,
  );
  await expect(desk.at(roles.includes("agent") ? "status" : "admin-title")).toBeVisible();
  return Object.assign(desk, { stage: set as Stage });
}

async function shows(agent: Desk & { stage: Stage }, view: string): Promise<void> {
  const { status, call } = agent.stage.shows(view);
  await agent.goesTo("/"); // what stands beside the widget, and how far that was scrolled, would move it by parts of a pixel
  await agent.shows(status.code, status.reason);
  if (call === null) await expect(agent.at("call-state")).toHaveCount(0);
  else await agent.callIs(call.state);
  await expect(agent.at("known-caller")).toHaveCount(call === null || call.internal ? 0 : 1);
}

for (const view of views) {
  story(`${view} looks as it was kept, and can be read, reached and used everywhere`, async ({ agent }) => {
    await shows(agent, view);
    await agent.look(view, { sights, kept: agent.at("widget") });
    await agent.lookNarrow(view);
  });
}

for (const [name, view, opener] of [
  ["transfer", "view-talking", "transfer-open"],
  ["keypad", "view-talking", "keypad-open"],
  ["disconnect", "view-talking", "disconnect-open"],
  ["dial", "view-ready", "dial-open"],
  ["settings", "view-ready", "settings-open"],
] as const) {
  story(`what opens for ${name} can be read, reached and used everywhere`, async ({ agent }) => {
    await shows(agent, view);
    await agent.press(opener);
    await agent.look(`open-${name}`, { sights });
    await agent.lookNarrow(`open-${name}`);
  });
}

for (const view of ["view-ready", "view-talking"]) {
  story(`the embedded widget in ${view} looks as it was kept`, async ({ annasBrowser, url }) => {
    const desk = await open(annasBrowser, url, view, "/embed");
    await desk.page.setViewportSize({ width: 320, height: 640 });
    await desk.look(`embedded-${view}`, { sights, kept: desk.page.locator("body") });
    await desk.context.close();
  });
}

for (const path of [
  "tickets",
  "tickets/T-000007",
  "calls",
  "calls/c1",
  "customers",
  "customers/1",
  "reports",
  "hours",
  "account",
  "wallboard",
  "elsewhere",
]) {
  const name = path.replaceAll("/", "-");
  story(`the console's ${name} looks as it was kept, and can be read, reached and used everywhere`, async ({ annasBrowser, url }) => {
    const desk = await open(annasBrowser, url, "view-ready", `/${path}`, ["agent", "supervisor"]);
    await expect(desk.at("view-title")).toBeVisible();
    await expect(desk.at("console").locator("[aria-busy]")).toHaveCount(0);
    await desk.look(`console-${name}`, { sights, kept: desk.at("console") });
    await desk.lookNarrow(`console-${name}`, "console");
    await desk.context.close();
  });
}

for (const path of ["embedding", "trunks", "services/brand/reasons", "webhooks", "audit"]) {
  const name = path.replaceAll("/", "-");
  story(`the administration's ${name} looks as it was kept`, async ({ annasBrowser, url }) => {
    const desk = await open(annasBrowser, url, "view-ready", `/admin/${path}`, ["administrator"]);
    await expect(desk.at("admin").locator("[aria-busy]")).toHaveCount(0);
    await expect(desk.at("admin").locator("form, table").first()).toBeVisible();
    await desk.look(`admin-${name}`, { sights, kept: desk.at("admin"), mask: desk.at("embedding-code") }); // the stage's address is in it
    await desk.context.close();
  });
}

story("light and dark are the system's until one is chosen, and then that one", async ({ annasBrowser, url }) => {
  const desk = await open(annasBrowser, url, "view-ready");
  const ground = () => desk.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await desk.page.emulateMedia({ colorScheme: "light" });
  const light = await ground();
  await desk.page.emulateMedia({ colorScheme: "dark" });
  const dark = await ground();
  expect(light).not.toBe(dark);
  await desk.press("settings-open");
  await desk.at("scheme").selectOption("light");
  expect(await ground()).toBe(light);
  await desk.reload();
  await expect(desk.at("status")).toBeVisible();
  expect(await ground()).toBe(light);
  await desk.press("settings-open");
  await desk.at("scheme").selectOption("dark");
  await desk.page.emulateMedia({ colorScheme: "light" });
  expect(await ground()).toBe(dark);
  await desk.context.close();
});

story("what the keyboard is at is seen, and nothing moves for who wants that", async ({ annasBrowser, url }) => {
  const desk = await open(annasBrowser, url, "view-offered");
  await desk.page.emulateMedia({ reducedMotion: "reduce" });
  const moving = () => desk.page.evaluate(() => document.getAnimations().filter((a) => a.playState === "running").length);
  expect(await moving()).toBe(0);
  await desk.page.emulateMedia({ reducedMotion: "no-preference" });
  expect(await moving()).toBeGreaterThan(0);
  for (let i = 0; i < 6; i++) {
    await desk.page.keyboard.press("Tab");
    const ring = await desk.page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
      return outlineStyle === "none" ? 0 : Number.parseFloat(outlineWidth);
    });
    expect(ring, `the ring around stop ${i}`).toBeGreaterThanOrEqual(2);
  }
  await desk.context.close();
});

story("the wallboard in full screen is read from three metres away", async ({ annasBrowser, url }) => {
  const desk = await open(annasBrowser, url, "view-ready", "/wallboard", ["agent", "supervisor"]);
  await desk.page.setViewportSize({ width: 1920, height: 1080 });
  await desk.press("board-full");
  await expect(desk.at("board-full")).toHaveText("Leave full screen");
  const size = (testid: string) =>
    desk
      .at(testid)
      .first()
      .evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize) / innerHeight);
  // A letter is read at three metres when it is a hundredth of that high; a screen of a metre's diagonal is half a metre high.
  expect(await size("waiting")).toBeGreaterThan(0.045);
  expect(await size("board-agent-anna")).toBeGreaterThan(0.022);
  for (const colorScheme of ["light", "dark"] as const) {
    await desk.page.emulateMedia({ colorScheme });
    if (process.env.PICTURES !== undefined) await desk.page.screenshot({ path: join(out, `wallboard-full-${colorScheme}.png`) });
  }
  await desk.context.close();
});
