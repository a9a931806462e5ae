// The widget in another system's page: a CRM of another origin, with a strict policy of its own.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { Crm, mayEmbed, signsInBy } from "../crm.ts";
import { Desk } from "../desk.ts";
import type { House } from "../lab.ts";
import { expect, story } from "../story.ts";

const ANNA_HZ = 700;
const BEN_HZ = 900;

/** Anna is Ready in the CRM, and gets a call that she answers there. */
async function inCall(crm: Crm, house: House) {
  await crm.ready();
  const customer = await house.customerCalls();
  await crm.rings();
  await crm.answer();
  await Promise.all([crm.hears(customer.tone), customer.hears(crm.tone)]);
  return customer;
}

story("in a CRM an agent signs in, a call rings and the CRM shows who it is, and its ticket is told", async ({ partedBrowser, house }) => {
  const crm = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ);
  expect(await crm.told("ready")).toMatchObject({ version: 1, state: { signedIn: false, call: null } });
  await crm.look("embedded-sign-in");
  // What browsers do, and what a window of the widget has to live with: this frame's storage is not that of the controller's own pages.
  await crm.frame.evaluate(() => localStorage.setItem("apart", "yes"));
  const own = await crm.context.newPage();
  await own.goto(house.url);
  expect(await own.evaluate(() => localStorage.getItem("apart"))).toBeNull();
  await own.close();
  await crm.ready();
  expect(await crm.told("session")).toEqual({ signedIn: true });
  const customer = await house.customerCalls();
  await crm.rings();
  expect(await crm.told("call-ringing")).toMatchObject({
    call: { direction: "inbound", number: "0301234567", name: "Carl Gauss", queue: "sales", ringing: true },
  });
  await expect(crm.page.locator("#file-name")).toHaveText("Carl Gauss");
  await crm.look("embedded-ringing");
  await crm.answer();
  await Promise.all([crm.hears(customer.tone), customer.hears(crm.tone)]);
  expect(await crm.told("call-answered")).toMatchObject({ call: { number: "0301234567", ringing: false } });
  const ticket = await crm.told("ticket");
  expect(ticket).toMatchObject({ id: "T-000001", url: `${house.url}/tickets/T-000001` });
  expect(JSON.stringify(await crm.told("call-answered")), "no token is told").not.toMatch(/token|eyJ/);
  await crm.look("embedded-talking");
  const width = await crm.frame.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  expect(width[0], "the widget's width").toBeLessThanOrEqual(320);
  expect(width[1], "nothing sticks out of it").toBeLessThanOrEqual(width[0] ?? 0);
  await crm.hangUp();
  await customer.hasEnded();
  expect(await crm.told("call-ended")).toMatchObject({ call: { ticket: "T-000001" } });
  expect(await crm.toldOf("error")).toBe(0);
  await crm.leave();
});

story("click-to-call, and what is refused is refused with its code", async ({ partedBrowser, house }) => {
  const outsider = await house.outsiderIsThere();
  const crm = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ);
  const refusal = (method: string, ...args: unknown[]) =>
    crm.page.evaluate(
      async ([method, args]) => {
        const widget = document.querySelector("switchroom-widget") as unknown as Record<string, (...args: unknown[]) => Promise<void>>;
        try {
          await widget[method as string]?.(...(args as unknown[]));
          return "accepted";
        } catch (e) {
          return (e as { code: string }).code;
        }
      },
      [method, args] as const,
    );
  await crm.told("ready");
  expect(await refusal("dial", "01055550100")).toBe("signed_out");
  await crm.signIn();
  await crm.ctiLogin();
  expect(await refusal("hold")).toBe("no_call");
  expect(await refusal("setStatus", "asleep")).toBe("invalid");
  expect(await refusal("dial", "1".repeat(300))).toBe("invalid");
  expect(await refusal("transfer", { agent: "ben", number: "2001" })).toBe("invalid");
  expect(await refusal("dial", "nonsense")).toBe("bad_number");
  expect(await refusal("setStatus", "rest")).toBe("accepted");
  await crm.shows("rest");
  await crm.page.getByRole("link", { name: "010-5555-0100" }).click();
  expect(await outsider.isCalled()).toBe("+82212345678");
  await outsider.answers();
  await Promise.all([crm.hears(outsider.tone), outsider.hears(crm.tone)]);
  expect(await crm.told("call-answered")).toMatchObject({ call: { direction: "outbound", number: "+821055550100" } });
  expect(await refusal("hold")).toBe("accepted");
  await crm.callIs("held");
  expect(await refusal("resume")).toBe("accepted");
  await crm.callIs("talking");
  expect(await refusal("complete"), "there is no consultation").toBe("wrong_state");
  expect(await refusal("hangup")).toBe("accepted");
  await outsider.hasEnded();
  await crm.told("call-ended");
  crm.expects(/status of 4\d\d/);
  await crm.leave();
});

story("in its own window the call's sound outlives the CRM's page, and comes back to it", async ({ partedBrowser, house }) => {
  const crm = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ);
  const customer = await inCall(crm, house);
  const began = Date.now();
  const own = await crm.popOut();
  await own.hears(customer.tone);
  await customer.hears(crm.tone);
  console.log(`the phone is in its window after ${Date.now() - began} ms`);
  expect(await customer.silence(), "ms of silence for the customer while the phone moves").toBeLessThan(1_000);
  await expect(crm.at("phone-away")).toBeVisible();
  await crm.callIs("talking");
  expect(await crm.told("phone")).toEqual({ phone: "elsewhere" });
  await own.look("own-window");
  await crm.look("embedded-away");

  const heard = own.page.evaluate(() => performance.now());
  await crm.goTo("Orders");
  expect(await crm.told("ready")).toMatchObject({ state: { live: true, call: { state: "talking", name: "Carl Gauss" } } });
  await expect(crm.page.locator("#told")).toHaveText("In a call with Carl Gauss.");
  await crm.callIs("talking");
  await expect(crm.at("phone-away")).toBeVisible();
  await Promise.all([own.hears(customer.tone), customer.hears(crm.tone)]);
  expect(await own.page.evaluate(() => performance.now()), "the window was not loaded anew").toBeGreaterThan(await heard);
  // The new page knows nothing of the window; the browser does, and it is not loaded anew in mid-call.
  const loaded = await own.page.evaluate(() => performance.timeOrigin);
  await crm.page.locator("#pop-out").click();
  expect(await customer.silence(), "the CRM's pages change nothing for the customer").toBeLessThan(1_000);
  const state = await crm.page.evaluate(() => (document.querySelector("switchroom-widget") as unknown as { state: unknown }).state);
  expect(state).toMatchObject({ signedIn: true, phone: "elsewhere", call: { state: "talking", ticket: "T-000001" } });

  // Who has pressed something in a window is asked by the browser before a call in it is cut off: here nothing is.
  await own.press("hold");
  await own.callIs("held");
  await own.press("resume");
  await own.callIs("talking");
  expect(await own.page.evaluate(() => performance.timeOrigin), "when the window was loaded").toBe(loaded);
  const asked: string[] = [];
  own.page.on("dialog", (d) => asked.push(d.type()));
  await crm.press("bring-back");
  await expect.poll(() => own.page.isClosed()).toBe(true);
  expect(asked, "what the window asked before it closed").toEqual([]);
  await Promise.all([crm.hears(customer.tone), customer.hears(crm.tone)]);
  await crm.hangUp();
  await customer.hasEnded();
  await crm.shows("business", "ticket_processing");
  await crm.leave();
});

story(
  "CRMs are told of a transfer that fails, a conference, and of a call that goes from one agent to another",
  async ({ partedBrowser, bensBrowser, house }) => {
    const anna = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ);
    const customer = await inCall(anna, house);
    const ben = await Crm.visit(bensBrowser, house, "ben", BEN_HZ);
    await ben.ready();
    const does = (crm: Crm, method: string, ...args: unknown[]) =>
      crm.page.evaluate(
        ([method, args]) =>
          (document.querySelector("switchroom-widget") as unknown as Record<string, (...args: unknown[]) => Promise<void>>)[method]?.(
            ...args,
          ),
        [method, args] as const,
      );
    const consults = async () => {
      await does(anna, "consult", { agent: "ben" });
      await ben.callIs("consult_ringing");
    };
    await consults();
    expect(await ben.told("call-ringing")).toMatchObject({
      call: { ringing: true, other: { kind: "agent", id: "anna", name: "Anna Berg" } },
    });
    await ben.press("decline");
    expect(await anna.told("transfer-failed")).toMatchObject({ to: { kind: "agent", id: "ben" }, why: "declined" });

    await ben.choose("ready");
    await consults();
    await ben.answer();
    await anna.callIs("consulting");
    await anna.press("conference");
    for (const [crm, other] of [
      [anna, "ben"],
      [ben, "anna"],
    ] as const) {
      expect(await crm.told("conference-began")).toMatchObject({ call: { state: "conference" }, with: { id: other } });
    }
    await Promise.all([ben.hears(customer.tone), customer.hears(ben.tone)]);
    await does(anna, "complete");
    expect(await anna.told("conference-ended")).toMatchObject({ with: { id: "ben" } });
    expect(await anna.told("transferred-away")).toMatchObject({ call: { name: "Carl Gauss" }, to: { kind: "agent", id: "ben" } });
    expect(await ben.told("transferred-here")).toMatchObject({ call: { state: "talking", ticket: "T-000001" }, from: { id: "anna" } });
    await expect(anna.page.locator("#told")).toHaveText("Carl Gauss is passed on to Ben Okafor.");
    await expect(ben.page.locator("#file-name")).toHaveText("Carl Gauss");

    // A blind transfer, back; then a call that simply ends.
    await anna.choose("ready");
    await does(ben, "transfer", { agent: "anna" });
    await anna.callIs("transferring");
    await anna.answer();
    expect(await ben.told("transferred-away")).toMatchObject({ to: { kind: "agent", id: "anna" } });
    expect(await anna.told("transferred-here")).toMatchObject({ from: { id: "ben" } });
    await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
    await anna.hangUp();
    await customer.hasEnded();
    await anna.shows("business", "ticket_processing");
    expect(await anna.toldOf("transferred-away")).toBe(1);
    await anna.leave();
    await ben.leave();
  },
);

story("who signs in in the window is signed in in the CRM", async ({ partedBrowser, house }) => {
  const crm = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ);
  const [page] = await Promise.all([crm.page.waitForEvent("popup"), crm.press("sign-in-window")]);
  await page.getByTestId("user").fill("anna");
  await page.getByTestId("password").fill("anna-password");
  await page.getByTestId("sign-in").click();
  await expect(crm.at("phone-away")).toBeVisible();
  expect(await crm.told("session")).toEqual({ signedIn: true });
  await page.close();
  await expect(crm.at("phone-away")).toBeHidden();
  await crm.ctiLogin();
  await crm.leave();
});

/** Presses the provider's button in the CRM, and gives the window that it opens. */
async function toTheProvider(crm: Crm): Promise<Page> {
  const [window] = await Promise.all([crm.page.waitForEvent("popup"), crm.press("sign-in-corp")]);
  return window;
}

story(
  "in a CRM an agent signs in by a provider, in a window that hands the session over, keeps nothing and goes",
  async ({ partedBrowser, house }) => {
    await signsInBy(house, "corp", false);
    const crm = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ);
    await expect(crm.at("sign-in-corp")).toHaveText("Sign in with Example Corp");
    await crm.look("embedded-sign-in-provider");
    let window = await toTheProvider(crm);
    await expect(crm.at("told")).toContainText("Go on in the window");
    await crm.look("embedded-at-the-door");
    await window.getByRole("link", { name: "mallory" }).click();
    await expect(window.getByTestId("fault")).toContainText("Nobody here has your login at the provider");
    await window.getByTestId("sign-in-corp").click();
    await Promise.all([window.waitForEvent("close"), window.getByRole("link", { name: "anna" }).click()]);
    expect(await crm.told("session")).toEqual({ signedIn: true });
    await crm.ctiLogin();
    await crm.goTo("Orders");
    await crm.shows("business");

    // The window has left nobody signed in, neither in its own pages nor for the next who comes: whoever signed out is asked who they are.
    const own = await crm.context.newPage();
    await own.goto(house.url);
    await expect(own.getByTestId("sign-in-corp")).toBeVisible();
    await own.close();
    await crm.press("sign-out");
    window = await toTheProvider(crm);
    await expect(window.getByRole("heading", { name: "Who are you?" })).toBeVisible();
    await Promise.all([window.waitForEvent("close"), window.getByRole("link", { name: "anna" }).click()]);
    await crm.shows("business");

    // The phone's own window has the buttons, too, and comes back to itself.
    await crm.press("sign-out");
    [window] = await Promise.all([crm.page.waitForEvent("popup"), crm.press("sign-in-window")]);
    await window.getByTestId("sign-in-corp").click();
    await window.getByRole("link", { name: "anna" }).click();
    await expect(crm.at("phone-away")).toBeVisible();
    await expect(window).toHaveURL(`${house.url}/phone`);
    crm.expects(/status of 401/);
    await crm.leave();
  },
);

story("a provider that cuts the window off from the CRM takes a second press, and no second sign-in", async ({ partedBrowser, house }) => {
  await signsInBy(house, "corp", true);
  const crm = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ);
  const first = await toTheProvider(crm);
  await first.getByRole("link", { name: "anna" }).click();
  await expect(first.getByTestId("door")).toHaveAttribute("data-state", "cut");
  const desk = Desk.at(first, "anna", 0);
  await desk.look("at-the-door-cut");
  expect(await first.evaluate(() => [localStorage.getItem("switchroom.session"), document.cookie])).toEqual([null, ""]);
  await toTheProvider(crm);
  expect(await crm.told("session")).toEqual({ signedIn: true });
  await crm.ctiLogin();
  await expect.poll(() => crm.context.pages().filter((p) => p !== crm.page && p !== first).length).toBe(0);
  await crm.leave();
});

story("a site that is not on the list cannot embed the widget, and is not heard", async ({ partedBrowser, house }) => {
  const crm = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ, false);
  crm.expects(/frame-ancestors|Framing/);
  expect(await crm.told("error", 15_000)).toMatchObject({ code: "not_connected" });
  expect(await crm.toldOf("ready")).toBe(0);

  // A page of another site that opens the widget's own window, or frames any page of the controller's, gets nothing from them either.
  const evil = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(
      `<!doctype html><title>evil</title><iframe id=f src="${house.url}/embed?origin=http://localhost:1#n"></iframe><iframe id=g src="${house.url}/"></iframe>`,
    );
  });
  await new Promise<void>((listening) => evil.listen(0, "localhost", listening));
  const url = `http://localhost:${(evil.address() as AddressInfo).port}`;
  await mayEmbed(house, "https://crm.example");
  const page = await crm.context.newPage();
  await page.goto(url);
  const frames = page.frames().filter((f) => f !== page.mainFrame());
  expect(frames.length).toBe(2);
  for (const f of frames) await expect.poll(() => f.url()).toMatch(/chrome-error|about:blank/);
  evil.close();
  await crm.leave();
});

story("messages from another origin, without the nonce, or with another method do nothing", async ({ partedBrowser, house }) => {
  const crm = await Crm.visit(partedBrowser, house, "anna", ANNA_HZ);
  await crm.ready();
  await crm.told("status");
  // The CRM's own page without the nonce, and a frame of a third origin in it, which may reach the widget's window but is not its parent.
  const answered = await crm.page.evaluate(async (origin) => {
    const frame = document.querySelector<HTMLIFrameElement>("switchroom-widget iframe")?.contentWindow;
    const { port1, port2 } = new MessageChannel();
    let heard = 0;
    port1.onmessage = () => heard++;
    frame?.postMessage({ switchroom: "connect", nonce: "guessed" }, origin, [port2]);
    frame?.postMessage({ switchroom: "session", session: { access_token: "x", agent: { id: "ben" } } }, origin);
    frame?.postMessage({ switchroom: "phone", agent: "anna", asks: true }, origin);
    port1.postMessage({ id: 1, method: "ctiLogout", args: [] });
    await new Promise((done) => setTimeout(done, 1_000));
    return heard;
  }, house.url);
  expect(answered).toBe(0);
  await crm.shows("ready");
  await expect(crm.at("phone-away")).toBeHidden();
  await crm.leave();
});
