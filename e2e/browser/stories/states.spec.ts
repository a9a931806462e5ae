// Every state that the contract has a golden view for, with everything that opens in it: in both languages, light and dark, wide and on the narrowest
// telephone. Pictures are left to be looked at; what can be counted is checked here.
import { join } from "node:path";
import { type Browser, expect } from "@playwright/test";
import { allSights, Desk, out, twoSights } from "../desk.ts";
import { serve, stage, views } from "../stage.ts";
import { story } from "../story.ts";

const sights = process.env.PICTURES === "all" ? allSights : twoSights;

let page: Awaited<ReturnType<typeof serve>>;
story.beforeAll(async () => {
  page = await serve();
});
story.afterAll(() => page.close());

async function open(browser: Browser, view: string, path = "/", roles = ["agent"]): Promise<Desk> {
  const desk = await Desk.open(browser, page, "anna", 0, (p) => stage(p, view, roles), path);
  await expect(desk.at("status")).toBeVisible();
  return desk;
}

for (const view of views) {
  story(`${view} can be read, reached and used everywhere`, async ({ annasBrowser }) => {
    const desk = await open(annasBrowser, view);
    await desk.look(`state-${view}`, sights);
    await desk.lookNarrow(`state-${view}`);
    await desk.context.close();
  });
}

for (const [name, view, opener] of [
  ["transfer", "view-talking", "transfer-open"],
  ["keypad", "view-talking", "keypad-open"],
  ["disconnect", "view-talking", "disconnect-open"],
  ["dial", "view-ready", "dial-open"],
  ["settings", "view-ready", "settings-open"],
] as const) {
  story(`what opens for ${name} can be read, reached and used everywhere`, async ({ annasBrowser }) => {
    const desk = await open(annasBrowser, view);
    await desk.press(opener);
    await desk.look(`open-${name}`, sights);
    await desk.lookNarrow(`open-${name}`);
    await desk.context.close();
  });
}

story("light and dark are the system's until one is chosen, and then that one", async ({ annasBrowser }) => {
  const desk = await open(annasBrowser, "view-ready");
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

story("what the keyboard is at is seen, and nothing moves for who wants that", async ({ annasBrowser }) => {
  const desk = await open(annasBrowser, "view-offered");
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

for (const [name, path] of [
  ["tickets", "/tickets"],
  ["ticket", "/tickets/T-000007"],
  ["calls", "/calls"],
  ["call", "/calls/c1"],
  ["customers", "/customers"],
  ["customer", "/customers/1"],
  ["reports", "/reports?direction=inbound&split=queue"],
  ["hours", "/hours"],
  ["account", "/account"],
  ["wallboard", "/wallboard"],
  ["nowhere", "/elsewhere"],
] as const) {
  story(`the console's ${name} can be read, reached and used everywhere`, async ({ annasBrowser }) => {
    const desk = await open(annasBrowser, "view-ready", path, ["agent", "supervisor"]);
    await expect(desk.at("view-title")).toBeVisible();
    await expect(desk.at("console").locator("[aria-busy]")).toHaveCount(0);
    await desk.look(`console-${name}`, sights);
    await desk.lookNarrow(`console-${name}`, "console");
    await desk.context.close();
  });
}

story("the wallboard in full screen is read from three metres away", async ({ annasBrowser }) => {
  const desk = await open(annasBrowser, "view-ready", "/wallboard", ["agent", "supervisor"]);
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
