import { expect, story } from "../story.ts";

story("S13: a call rings, blinks and says who calls, also while the tab is hidden", async ({ house, anna }) => {
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  await expect(anna.at("caller-name")).toHaveText("Carl Gauss");
  await expect(anna.at("caller-number")).toHaveText("0301234567");
  await expect(anna.at("call-service")).toHaveText("Brand");
  await expect(anna.at("call-queue")).toHaveText("sales");
  await expect(anna.at("announcer")).toContainText("Incoming call from Carl Gauss");
  await expect(anna.at("pickup-left")).toContainText(/0:\d\d left to answer/);
  await expect(anna.page).toHaveTitle("Incoming call");
  await expect(anna.page).toHaveTitle("Switchroom"); // it alternates
  const blinks = await anna.at("call").evaluate((e) => getComputedStyle(e).animationName);
  expect(blinks).not.toBe("none");
  const { width, height } = anna.page.viewportSize() ?? { width: 0, height: 0 };
  await anna.page.setViewportSize({ width: 390, height: 844 });
  await anna.look("ringing-narrow");
  await anna.page.setViewportSize({ width, height });
  expect(await anna.page.evaluate(() => window.notices), "a page that is seen needs no notification").toEqual([]);

  await customer.hangsUp();
  await anna.hasNoCall();
  await anna.shows("ready");
  await anna.page.evaluate(() => window.hide(true));
  const next = await house.customerCalls({ name: "Emmy Noether" });
  await anna.rings();
  const notice = { title: "Incoming call", body: "Emmy Noether · brand · sales" };
  expect(await anna.page.evaluate(() => window.notices)).toEqual([{ ...notice, shown: true }]);
  await next.hangsUp();
  await anna.hasNoCall();
  expect(await anna.page.evaluate(() => window.notices)).toEqual([{ ...notice, shown: false }]);
});

story("S13: on a narrow screen the widget opens by itself when a call rings, and folds up when it is gone", async ({ house, anna }) => {
  await anna.ready();
  await anna.page.setViewportSize({ width: 320, height: 640 });
  await anna.goesTo("/calls");
  await anna.shows("ready");
  await expect(anna.at("widget")).toBeHidden();
  const customer = await house.customerCalls();
  await expect(anna.at("answer")).toBeVisible();
  await anna.look("ringing-opened");
  await customer.hangsUp();
  await expect(anna.at("widget")).toBeHidden();
  await expect(anna.at("console")).toBeVisible();

  // Who shuts it is left alone, and opens it again.
  const next = await house.customerCalls();
  await expect(anna.at("answer")).toBeVisible();
  await anna.press("widget-open");
  await expect(anna.at("answer")).toBeHidden();
  await anna.press("widget-open");
  await anna.answer();
  await Promise.all([anna.hears(next.tone), next.hears(anna.tone)]);
  await expect(anna.at("console")).toHaveAttribute("data-at", "ticket");
  await next.hangsUp();
  await anna.shows("business", "ticket_processing");
});

story("S13: a call that rings is in view, wherever the agent had scrolled to", async ({ house, anna }) => {
  await anna.ready();
  for (const [width, height] of [
    [1000, 400],
    [320, 400],
  ] as const) {
    await anna.page.setViewportSize({ width, height });
    if (width < 400) await anna.press("widget-open");
    await anna.at("phone-state").scrollIntoViewIfNeeded();
    await expect(anna.at("status")).not.toBeInViewport();
    const customer = await house.customerCalls();
    await anna.rings();
    await expect(anna.at("answer")).toBeInViewport({ ratio: 1 });
    await customer.hangsUp();
    await anna.hasNoCall();
  }
});

story("a customer who hangs up while it rings stops the ringing at once", async ({ house, anna }) => {
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  const began = Date.now();
  await customer.hangsUp();
  await anna.hasNoCall();
  expect(Date.now() - began, "ms until the page is quiet").toBeLessThan(1_500);
  await anna.shows("ready");
  await expect(anna.page).toHaveTitle("Switchroom");
  const rung = await anna.rung();
  await anna.page.waitForTimeout(2_600); // longer than the pause between two rings (ringtone.ts)
  expect(await anna.rung(), "rings after the call was gone").toBe(rung);
});

story("S16: Decline gives the call to the next agent", async ({ house, anna, ben }) => {
  await anna.ready();
  await ben.signIn();
  await ben.ctiLogin();
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.at("decline").click();
  await anna.hasNoCall();
  await anna.shows("business", "missed");
  await ben.at("choose-ready").click();
  await ben.rings();
  await ben.answer();
  await Promise.all([ben.hears(customer.tone), customer.hears(ben.tone)]);
  await ben.hangUp();
  await customer.hasEnded();
});

story.describe("with a pickup time of three seconds", () => {
  story.use({ wishes: { pickup_s: 3 } });

  story("S16: a call that is not picked up goes to the second agent; the first is Business (Missed)", async ({ house, anna, ben }) => {
    await anna.ready();
    await ben.ready(); // less long idle: second
    const customer = await house.customerCalls();
    await anna.rings();
    await ben.rings(8_000);
    await anna.hasNoCall();
    await anna.shows("business", "missed");
    await expect(anna.at("status")).toHaveText("Business (Missed)");
    await ben.answer(); // in his three seconds: pictures are for later
    await Promise.all([ben.hears(customer.tone), customer.hears(ben.tone)]);
    await customer.hangsUp();
    await ben.shows("business", "ticket_processing");
  });
});

story("a hostile caller ID is text and nothing else", async ({ house, anna }) => {
  const name = `<img src=x onerror=alert(1)><script>alert(2)</script>`;
  await anna.ready();
  const customer = await house.customerCalls({ name, number: "0301234567" });
  await anna.rings();
  await expect(anna.at("caller-name")).toHaveText(name);
  expect(await anna.at("call").locator("img, script").count()).toBe(0);
  await customer.hangsUp();
  await anna.hasNoCall();
});
