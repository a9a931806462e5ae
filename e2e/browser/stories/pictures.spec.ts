// The kept pictures: how the widget looks in every state of the contract's golden views, also embedded, each page of the console, and some of the administration. A picture that is not as it was fails the
// story; whoever meant it so looks at the new ones, and keeps them: go test ./e2e/browser -run TestStories -only pictures -update
import { type Browser, expect, type Locator } from "@playwright/test";
import { Desk, twoSights } from "../desk.ts";
import { serve, stage, views } from "../stage.ts";
import { story } from "../story.ts";

const MOMENT = Date.parse("2026-11-27T12:00:00Z");

let page: Awaited<ReturnType<typeof serve>>;
story.beforeAll(async () => {
  page = await serve();
});
story.afterAll(() => page.close());

/** Opens the page at a moment that does not pass. */
function open(browser: Browser, view: string, path?: string, roles = ["agent", "supervisor"]): Promise<Desk> {
  return Desk.open(
    browser,
    page,
    "anna",
    0,
    async (p) => {
      await p.clock.setFixedTime(MOMENT + 500); // half a second from where the seconds that are shown change
      await stage(p, view, roles, MOMENT);
    },
    path,
  );
}

async function isAsKept(desk: Desk, what: Locator, name: string): Promise<void> {
  for (const [language, colorScheme] of twoSights) {
    await desk.speak(language);
    await desk.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect.soft(what).toHaveScreenshot(`${name}-${language}-${colorScheme}.png`, { mask: [desk.at("embedding-code")] }); // the stage's address is in it
  }
  await desk.context.close();
}

for (const view of views) {
  story(`the pictures of ${view} are as they were kept`, async ({ annasBrowser }) => {
    const desk = await open(annasBrowser, view);
    await expect(desk.at("status")).toBeVisible();
    await isAsKept(desk, desk.at("widget"), view);
  });
}

for (const name of [
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
]) {
  story(`the pictures of the console's ${name} are as they were kept`, async ({ annasBrowser }) => {
    const desk = await open(annasBrowser, "view-ready", `/${name}`);
    await expect(desk.at("view-title")).toBeVisible();
    await expect(desk.at("console").locator("[aria-busy]")).toHaveCount(0);
    await isAsKept(desk, desk.at("console"), `console-${name.replaceAll("/", "-")}`);
  });
}

for (const name of ["embedding", "trunks", "services/brand/reasons", "webhooks", "audit"]) {
  story(`the pictures of the administration's ${name} are as they were kept`, async ({ annasBrowser }) => {
    const desk = await open(annasBrowser, "view-ready", `/admin/${name}`, ["administrator"]);
    await expect(desk.at("admin-title")).toBeVisible();
    await expect(desk.at("admin").locator("[aria-busy]")).toHaveCount(0);
    await expect(desk.at("admin").locator("form, table").first()).toBeVisible();
    await isAsKept(desk, desk.at("admin"), `admin-${name.replaceAll("/", "-")}`);
  });
}

for (const view of ["view-ready", "view-talking"]) {
  story(`the pictures of the embedded widget in ${view} are as they were kept`, async ({ annasBrowser }) => {
    const desk = await open(annasBrowser, view, "/embed");
    await desk.page.setViewportSize({ width: 320, height: 640 });
    await expect(desk.at("status")).toBeVisible();
    await isAsKept(desk, desk.page.locator("body"), `embedded-${view}`);
  });
}
