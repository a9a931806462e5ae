// The administrator's guide, section 1, by clicks: contract switches, phone permission, CTI settings, CTI ID and number; then the agent takes a call.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { Desk, out, twoSights } from "../desk.ts";
import type { House } from "../lab.ts";
import { expect, story } from "../story.ts";

/** Ruth at a page of the administration. */
async function administrator(browser: Browser, house: House, path = "/admin/services"): Promise<Desk> {
  const root = await Desk.open(browser, house, "root", 0);
  await root.signIn();
  await expect(root.at("sign-out")).toBeVisible();
  await root.press("nav-admin");
  await expect(root.at("admin-title")).toBeVisible();
  if (path !== "/admin/services") await root.goesTo(path);
  await expect(root.at("admin-title")).toBeVisible();
  return root;
}

async function done(desk: Desk): Promise<void> {
  expect(await desk.complaints()).toEqual([]);
  await desk.context.close();
}

async function saved(desk: Desk, form: string): Promise<void> {
  await desk.press(`${form}-save`);
  await expect(desk.at(form)).toHaveAttribute("data-state", "saved");
}

story(
  "S2 S3 S4 S5 S6: an administrator sets up a service, a queue and an agent by clicks, and that agent takes a call",
  async ({ annasBrowser, bensBrowser, house }) => {
    const root = await administrator(annasBrowser, house);
    // S3: a service with its two contract switches.
    await root.press("make");
    await root.at("services-id").fill("care");
    await root.at("services-name").fill("Care <b>Desk</b>");
    await root.at("services-inbound").check();
    await root.press("services-save");
    await expect(root.at("admin-title")).toHaveText("Care <b>Desk</b>");
    await expect(root.at("services-inbound")).toBeChecked();
    await expect(root.at("services-outbound")).not.toBeChecked();
    await root.at("services-outbound").check();
    await expect(root.at("services-told")).toHaveText("Not saved yet.");
    await saved(root, "services");
    await root.look("admin-service");

    // The number 1000 is to reach a queue of this service.
    await root.press("admin-queues");
    await root.press("open-sales");
    await root.at("queues-service").selectOption("care");
    await saved(root, "queues");

    // S4 S6: an agent with phone permission, CTI ID and number.
    await root.press("admin-people");
    await root.press("make");
    await root.at("person-name").fill("Eva Lund");
    await root.at("person-login").fill("eva");
    await root.at("person-password").fill("seven quiet lanterns");
    await root.press("person-services-add");
    await root.at("person-services-0-service").selectOption("care");
    await root.at("person-queues-sales").check();
    await root.at("person-cti_id").fill("A300");
    await root.at("person-cti_number").fill("2001");
    root.expects(/status of 409/);
    await root.press("person-save");
    await expect(root.at("person-cti_number-fault")).not.toBeEmpty();
    await expect(root.at("person-cti_number")).toBeFocused();
    await root.look("admin-person-taken");
    await root.at("person-cti_number").fill("2300");
    await root.press("person-save");
    await expect(root.at("admin-title")).toHaveText("Eva Lund");
    await root.look("admin-person");

    // S5: each node says whether it is connected.
    await root.press("admin-nodes");
    await expect(root.at("node-lab")).toHaveAttribute("data-state", "connected");
    await root.look("admin-nodes");

    const eva = await Desk.open(bensBrowser, house, "eva", 900);
    await eva.ready("seven quiet lanterns");
    const carl = await house.customerCalls();
    await eva.rings();
    await expect(eva.at("call-service").or(eva.page.getByText("Care <b>Desk</b>")).first()).toBeVisible();
    await eva.answer();
    await eva.callIs("talking");
    await eva.hears(carl.tone);
    await carl.hears(900);

    // Logged out of CTI by the administrator: it counts when the call ends.
    await root.press("admin-people");
    await root.press("open-eva");
    await root.press("cti-logout-person");
    await root.press("cti-logout-person-confirm");
    await expect(root.at("acts-told")).not.toBeEmpty();
    await eva.callIs("talking");
    await eva.hangUp();
    await eva.shows("logged_out");
    await done(eva);

    // All of it is in the audit trail.
    await root.press("admin-audit");
    await root.at("audit-target").fill("care");
    await root.press("audit-search");
    await expect(root.at("audit").locator("tbody tr")).toHaveCount(2);
    await root.look("admin-audit");
    await done(root);
  },
);

story(
  "S2: two administrators at one queue: the second is shown what changed, chooses, and nothing is lost",
  async ({ annasBrowser, bensBrowser, house }) => {
    const [one, two] = [
      await administrator(annasBrowser, house, "/admin/queues/sales/settings"),
      await administrator(bensBrowser, house, "/admin/queues/sales/settings"),
    ];
    await expect(two.at("queues-pickup_seconds")).toHaveValue("15"); // read before the other saves
    await one.at("queues-pickup_seconds").fill("33");
    await saved(one, "queues");
    await two.at("queues-pickup_seconds").fill("44");
    await two.at("queues-miss_limit").fill("3");
    two.expects(/status of 412/);
    await two.press("queues-save");
    await expect(two.at("conflict-pickup_seconds")).toContainText("33");
    await expect(two.at("conflict-pickup_seconds")).toContainText("44");
    await two.look("admin-conflict");
    await two.press("conflict-mine");
    await saved(two, "queues");
    await expect(two.at("queues-pickup_seconds")).toHaveValue("44");

    // What is not saved is asked about before it is left; what cannot be is said at its field.
    await two.at("queues-pickup_seconds").fill("0");
    await two.press("admin-people");
    await expect(two.at("leave")).toBeVisible();
    await two.look("admin-leave");
    await two.press("leave-stay");
    two.expects(/status of 400/);
    await two.press("queues-save");
    await expect(two.at("queues-pickup_seconds-fault")).toContainText("from 1 to 86,400");
    await expect(two.at("queues")).toHaveAttribute("data-state", "dirty");
    await two.press("admin-people");
    await two.press("leave-go");
    await expect(two.at("people")).toBeVisible();
    await two.look("admin-people");
    await two.lookNarrow("admin-people");
    await done(one);
    await done(two);
  },
);

/** What a page of the administration is for: one thing of a list stands for all, and what is no thing's begins with ~. */
function purpose(path: string): string {
  const [part = "", id = "", ...rest] = path.split("/").slice(2);
  return [part, id === "" ? "" : id.startsWith("~") ? id.slice(1) : "one", ...rest].filter((word) => word !== "").join("-");
}

story("S2: every page of the administration can be read, reached and used everywhere", async ({ annasBrowser, house }) => {
  story.setTimeout(180_000);
  const root = await administrator(annasBrowser, house);
  const [todo, seen] = [["/admin/services"], new Set<string>()];
  for (let path = todo.shift(); path !== undefined; path = todo.shift()) {
    const name = purpose(path);
    if (seen.has(name)) continue;
    seen.add(name);
    await root.goesTo(path);
    await expect(root.at("admin-title")).toBeVisible();
    await expect(root.at("admin").locator("[aria-busy]")).toHaveCount(0);
    await root.look(`admin-page-${name}`, { sights: twoSights });
    await root.lookNarrow(`admin-page-${name}`, "console");
    todo.push(...(await root.page.locator('a[href^="/admin"]').evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).pathname))));
  }
  console.log(`pages of the administration: ${[...seen].join(" ")}`);
  for (const one of [
    "services-new",
    "services-one-hours",
    "queues-one-members",
    "people-one-settings",
    "trunks-new",
    "keys-new",
    "webhooks-new",
    "audit",
  ])
    expect([...seen]).toContain(one);

  // Where there is no room for the ways to the other parts, they are behind a button.
  await root.page.setViewportSize({ width: 320, height: 640 });
  await root.press("admin-parts");
  await root.look("admin-parts-open");
  await root.press("admin-services");
  await root.press("open-brand");
  await root.press("tabs");
  await root.look("admin-tabs-open");
  await root.press("tab-reasons");
  await expect(root.at("tabs")).toHaveText("Reasons");
  await expect(root.at("tab-settings")).not.toBeVisible();
  await root.press("admin-parts");
  await root.press("admin-queues");
  await expect(root.at("admin-title")).toHaveText("Queues");
  await expect(root.at("admin-services")).not.toBeVisible();
  await expect(root.at("admin-parts")).toHaveText("Queues");
  await done(root);
});

story("S2: an administrator names the sites that may embed the widget", async ({ annasBrowser, house }) => {
  const root = await administrator(annasBrowser, house, "/admin/embedding");
  await root.at("embedding-origins").fill("https://crm.example/customers?id=1\nhttp://crm.example\nhttps://*.crm.example");
  root.expects(/status of 400/);
  await root.press("embedding-save");
  await expect(root.at("embedding-origins-fault")).toHaveText(/^Line 2: Only https/);
  await expect(root.at("embedding-origins")).toBeFocused();
  await root.look("admin-embedding");
  await root.lookNarrow("admin-embedding", "console");
  await root.at("embedding-origins").fill("https://crm.example/customers?id=1\nhttps://*.crm.example");
  await root.press("embedding-save");
  await expect(root.at("embedding-origins-fault")).toHaveText(/^Line 2: An origin is written/);
  await root.at("embedding-origins").fill("https://crm.example/customers?id=1\nhttp://localhost:8090/");
  await root.isSignedOut("embedding-save");
  await root.signIn();
  await expect(root.at("embedding-origins")).toHaveValue(/8090/); // as it was written
  await saved(root, "embedding");
  await expect(root.at("embedding-origins")).toHaveValue("http://localhost:8090\nhttps://crm.example");
  const frame = await root.page.request.get(new URL("/embed", root.page.url()).href);
  expect(frame.headers()["content-security-policy"]).toContain("frame-ancestors http://localhost:8090 https://crm.example");
  await done(root);
});

story("S2: a route that names a trunk twice is refused at the second; acts are said in words", async ({ annasBrowser, house }) => {
  const root = await administrator(annasBrowser, house, "/admin/queues");
  await expect(root.at("queues-sales")).toContainText("Brand");
  await root.goesTo("/admin/routes/~new");
  await root.at("routes-name").fill("abroad");
  await root.at("routes-prefixes").fill("+49");
  root.expects(/status of 400/);
  await root.press("routes-trunks-add");
  await root.press("routes-save");
  await expect(root.at("routes-trunks-0-fault")).toHaveText("This is needed.");
  await root.at("routes-trunks-0-trunk").selectOption("carrier");
  await root.press("routes-trunks-add");
  await root.at("routes-trunks-1-trunk").selectOption("carrier");
  await root.press("routes-save");
  await expect(root.at("routes-trunks-1-fault")).toHaveText(/is there twice; name each once\.$/);
  await expect(root.at("routes-trunks-0-fault")).toHaveCount(0);
  await root.look("admin-route-twice");
  await root.speak("ko");
  await expect(root.at("routes-trunks-1-fault")).toHaveText("이미 목록에 있습니다. 하나만 남기세요.");
  await root.speak("en");
  await root.press("routes-trunks-1-remove");
  await root.press("routes-save");
  await expect(root.at("admin-title")).toHaveText("abroad");
  await root.goesTo("/admin/audit");
  await expect(root.at("audit").locator("tbody tr").first()).toContainText("Make route");
  await done(root);
});

/** A second of a tone, as a WAV file. */
function recording(): string {
  const [rate, n] = [8000, 8000];
  const b = Buffer.alloc(44 + 2 * n);
  b.write("RIFF", 0);
  b.writeUInt32LE(36 + 2 * n, 4);
  b.write("WAVEfmt ", 8);
  b.writeUInt32LE(16, 16);
  b.writeUInt16LE(1, 20);
  b.writeUInt16LE(1, 22);
  b.writeUInt32LE(rate, 24);
  b.writeUInt32LE(2 * rate, 28);
  b.writeUInt16LE(2, 32);
  b.writeUInt16LE(16, 34);
  b.write("data", 36);
  b.writeUInt32LE(2 * n, 40);
  for (let i = 0; i < n; i++) b.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / rate)), 44 + 2 * i);
  const path = join(out, "goodbye.wav");
  writeFileSync(path, b);
  return path;
}

story("S2 S19 S33: what a service may show, and its messages with playback", async ({ annasBrowser, house }) => {
  const root = await administrator(annasBrowser, house, "/admin/services/brand/calling");
  await expect(root.at("calling-numbers-0-number")).not.toHaveValue("");
  await root.press("calling-numbers-add");
  const added = root.page.locator('[data-testid^="calling-numbers-"][data-testid$="-number"]').last();
  await expect(added).toBeFocused();
  await added.fill("not a number");
  root.expects(/status of 400/);
  await root.press("calling-save");
  await expect(root.page.locator(".lines .error").first()).toBeVisible();
  await root.look("admin-calling");
  await root.press("calling-discard");

  await root.press("tab-messages");
  await root.at("prompt-label").fill("Goodbye <i>now</i>");
  await root.at("prompt-file").setInputFiles(recording());
  await root.press("prompt-send");
  const row = root.at("prompts").getByText("Goodbye <i>now</i>");
  await expect(row).toBeVisible();
  await root.page.locator('[data-testid^="play-"]').click();
  const audio = root.page.locator("audio");
  await expect.poll(() => audio.evaluate((a: HTMLAudioElement) => a.currentTime), { message: "it plays" }).toBeGreaterThan(0);
  await root.at("farewell-farewell").selectOption({ label: "Goodbye <i>now</i>" });
  await saved(root, "farewell");
  await root.look("admin-messages");

  await done(root);
});

story("S2: opening hours, a switch by hand, dispositions and how long data is kept", async ({ annasBrowser, house }) => {
  const root = await administrator(annasBrowser, house, "/admin/services/brand/hours");
  await expect(root.at("hours-now")).toHaveAttribute("data-state", "open");
  await root.at("switch-position").selectOption("closed");
  await saved(root, "switch");
  await expect(root.at("hours-now")).toHaveAttribute("data-state", "closed");
  await root.press("hours-holidays-add");
  await root.at("hours-holidays-0-date").fill("2027-01-01");
  await root.at("hours-holidays-0-name").fill("New Year");
  await saved(root, "hours");
  await root.look("admin-hours");
  await root.lookNarrow("admin-hours");

  await root.press("tab-records");
  await root.at("records-dispositions").fill("Sold\nNot interested");
  await root.at("records-retention_days").fill("365");
  await saved(root, "records");
  await root.reload();
  await expect(root.at("records-dispositions")).toHaveValue("Sold\nNot interested");
  await done(root);
});

story("S2: many people from a CSV file are checked row by row first; a key's secret is shown once", async ({ annasBrowser, house }) => {
  const root = await administrator(annasBrowser, house, "/admin/people/~import");
  const file = (text: string) => ({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await root.at("import-file").setInputFiles(file("login,name,services\nfay,Fay,brand\nanna,Again,brand\ngus,Gus,nowhere\n"));
  await root.press("import-check");
  await expect(root.at("import-told")).toHaveAttribute("data-state", "wrong");
  await expect(root.at("import-wrong").locator("tbody tr")).toHaveCount(2);
  await expect(root.at("import-make")).not.toBeVisible();
  await root.look("admin-import");
  await root.at("import-file").setInputFiles(file("login,name,services\nfay,=1+1 <b>Fay</b>,brand\n"));
  await root.press("import-check");
  await root.press("import-make");
  await expect(root.at("import-told")).toHaveAttribute("data-state", "made");
  await expect(root.at("import-people")).toContainText("=1+1 <b>Fay</b>");

  await root.press("admin-keys");
  await root.press("make");
  await root.at("key-name").fill("CRM");
  await root.press("key-save");
  await expect(root.at("key-secret")).toHaveValue(/^srk_/);
  await root.look("admin-key");
  await root.press("key-secret-kept");
  await expect(root.at("keys")).toContainText("CRM");
  await root.page.locator('[data-testid^="revoke-"]').first().click();
  await root.page.locator('[data-testid$="-confirm"]').click();
  await expect(root.page.getByText("Nothing yet.")).toBeVisible();
  await done(root);
});
