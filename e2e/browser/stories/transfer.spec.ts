import { musicHz } from "../lab.ts";
import { inCall } from "../scenes.ts";
import { expect, story } from "../story.ts";

story("S35 S36 S37: Hold lets the customer hear music, also over a reload; Resume brings them together again", async ({ house, anna }) => {
  const customer = await inCall(anna, house);
  await anna.press("hold");
  await Promise.all([customer.hears(musicHz), customer.noLongerHears(anna.tone)]);
  await anna.callIs("held");
  await anna.shows("on_hold");
  await expect(anna.at("status")).toHaveText("On Hold");
  await expect(anna.at("situation")).toHaveText("The customer is on hold and hears music.");
  await expect(anna.at("hold")).toHaveCount(0);

  await anna.reload();
  await anna.callIs("held");
  await expect(anna.at("audio")).toHaveAttribute("data-state", "playing");
  await customer.hears(musicHz);

  await anna.press("resume");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone), customer.noLongerHears(musicHz)]);
  await anna.callIs("talking");
  await anna.shows("on_call");
  await anna.hangUp();
  expect((await customer.hasEnded()).by).toBe("remote");
  await anna.shows("business", "ticket_processing");
});

story("S24 S28 S29 S31 S32: an agent is found, consulted and released; the customer hears music until Resume", async ({ house, anna }) => {
  const dora = await house.colleagueComes();
  const customer = await inCall(anna, house);
  await anna.press("transfer-open");
  await expect(anna.at("transfer")).toBeVisible();
  await expect(anna.at("transfer-number")).toBeFocused();
  await expect(anna.at("colleague-dora")).toContainText("Dora Lindqvist");
  await anna.look("transfer-dialog");
  await anna.lookNarrow("transfer-dialog");
  await anna.at("transfer-search").fill("nobody");
  await expect(anna.at("transfer-found")).toHaveText("Nobody of that name or number is Ready now.");
  await anna.at("transfer-search").fill("lind");
  await expect(anna.at("transfer-found")).toHaveText("One agent is Ready.");
  await anna.press("consult-dora");
  expect(await dora.rings()).toBe("Anna Berg");
  await anna.callIs("consult_ringing");
  await expect(anna.at("transfer")).toHaveCount(0);
  await expect(anna.at("status")).toHaveText("On Call (Transfer in Progress)");
  await expect(anna.at("other")).toHaveAttribute("data-rings", "true");
  await customer.hears(musicHz);

  await dora.answers();
  await Promise.all([anna.hears(dora.tone), dora.hears(anna.tone)]);
  await anna.callIs("consulting");
  await expect(anna.at("other-state")).toHaveText("on the line");

  await anna.press("mute");
  await dora.noLongerHears(anna.tone);
  await expect(anna.at("muted")).toBeVisible();
  await anna.look("muted");
  await anna.press("mute");
  await dora.hears(anna.tone);
  await expect(anna.at("muted")).toHaveCount(0);

  await anna.press("keypad-open");
  await anna.page.keyboard.type("12#");
  await anna.press("key-0");
  await dora.getsDigits("12#0");
  await expect(anna.at("digits-sent")).toHaveText("12#0");
  await anna.page.keyboard.press("Escape");
  await expect(anna.at("keypad")).toHaveCount(0);
  await expect(anna.at("keypad-open")).toBeFocused();

  await anna.reload();
  await Promise.all([anna.hears(dora.tone), dora.hears(anna.tone)]);
  await anna.callIs("consulting");

  await anna.press("cancel");
  expect((await dora.hasEnded()).by).toBe("remote");
  await anna.callIs("held");
  await anna.shows("on_hold");
  await customer.hears(musicHz);
  await anna.press("resume");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await anna.hangUp();
  await customer.hasEnded();
});

story("S31: a colleague who is busy, declines or hangs up leaves the customer on hold, with the reason shown", async ({ house, anna }) => {
  const dora = await house.colleagueComes();
  const customer = await inCall(anna, house);
  const consults = async () => {
    await anna.press("transfer-open");
    await anna.press("consult-dora");
  };
  await dora.phone("decline");
  await consults();
  await expect(anna.at("failure")).toHaveAttribute("data-why", "declined");
  await expect(anna.at("failure")).toHaveText("Dora Lindqvist declined.");
  await anna.callIs("held");
  await anna.look("declined");
  await anna.lookNarrow("declined");

  await dora.phone("ring");
  await consults();
  await dora.rings(); // the one that she declined
  await dora.rings();
  await dora.answers();
  await Promise.all([anna.hears(dora.tone), dora.hears(anna.tone)]);
  await expect(anna.at("failure")).toHaveCount(0);
  await dora.hangsUp();
  await expect(anna.at("failure")).toHaveText("Dora Lindqvist hung up.");
  await anna.callIs("held");

  await dora.phone("busy");
  await consults();
  await expect(anna.at("failure")).toHaveText("Dora Lindqvist could not be called: the phone is busy.");
  await customer.hears(musicHz);

  // A busy phone is left alone for a while: the controller refuses, in its own words.
  anna.expects(/status of 409/);
  await anna.press("transfer-open");
  await expect(anna.at("transfer-found")).toHaveText("Nobody else is Ready now.");
  await anna.at("transfer-number").fill(dora.number);
  await anna.press("consult-number");
  await expect(anna.at("transfer").getByTestId("fault")).toHaveAttribute("data-code", "not_available");
  await anna.look("transfer-refused");
  await anna.lookNarrow("transfer-refused");
  await anna.page.keyboard.press("Escape");
  await expect(anna.at("transfer")).toHaveCount(0);
  await expect(anna.at("transfer-open")).toBeFocused();
  await anna.press("resume");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await customer.hangsUp();
  await anna.shows("business", "ticket_processing");
});

story("S26 S30: Consultation Call by number, Swap, Conference, and Connect to Customer", async ({ house, anna }) => {
  const dora = await house.colleagueComes();
  const customer = await inCall(anna, house);
  await anna.press("transfer-open");
  await anna.at("transfer-number").fill(dora.number);
  await anna.page.keyboard.press("Enter");
  await dora.rings();
  await dora.answers();
  await Promise.all([anna.hears(dora.tone), dora.hears(anna.tone)]);

  await anna.press("swap");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone), dora.hears(musicHz)]);
  await anna.callIs("swapped");
  await expect(anna.at("other-state")).toHaveText("on hold");

  await anna.press("conference");
  await Promise.all([dora.hears(anna.tone), dora.hears(customer.tone), customer.hears(dora.tone), customer.hears(anna.tone)]);
  await anna.callIs("conference");

  await anna.press("complete");
  await anna.hasNoCall();
  await anna.shows("business", "ticket_processing");
  await Promise.all([dora.hears(customer.tone), customer.hears(dora.tone), customer.noLongerHears(anna.tone)]);
  await customer.hangsUp();
  await dora.hasEnded();
});

story("S23 S27 S30: a colleague at a page sees who asks and who transfers; what they decline comes back", async ({ house, anna, ben }) => {
  const customer = await inCall(anna, house);
  await ben.ready();
  const transfers = async (how: "consult" | "connect") => {
    await anna.press("transfer-open");
    await anna.press(`${how}-ben`);
  };
  await transfers("consult");
  await ben.callIs("consult_ringing");
  await expect(ben.at("call-state")).toHaveText("Incoming consultation");
  await expect(ben.at("offered-by")).toHaveText("Anna Berg 2001 asks to consult you about this customer.");
  await expect(ben.at("caller-name")).toHaveText("Carl Gauss");
  await expect.poll(() => ben.rung(), { message: "the ringing sound" }).toBeGreaterThan(0);
  await ben.answer();
  await Promise.all([anna.hears(ben.tone), ben.hears(anna.tone)]);
  await ben.callIs("consulting");
  await ben.hangUp();
  await ben.hasNoCall();
  await ben.shows("ready");
  await expect(anna.at("failure")).toHaveText("Ben Okafor hung up.");

  await transfers("connect");
  await anna.hasNoCall();
  await ben.callIs("transferring");
  await expect(ben.at("call-state")).toHaveText("Incoming transfer");
  await expect(ben.at("offered-by")).toContainText("transfers this customer to you");
  await ben.look("transfer-offered");
  await ben.press("decline");
  await anna.callIs("recalling");
  await expect(anna.at("failure")).toHaveText("Ben Okafor declined.");
  await customer.hears(musicHz);
  await anna.look("recalled");
  await anna.answer();
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);

  await transfers("consult");
  await ben.callIs("consult_ringing");
  await ben.answer();
  await Promise.all([anna.hears(ben.tone), ben.hears(anna.tone)]);
  await customer.hangsUp();
  for (const desk of [anna, ben]) {
    await desk.callIs("agents_only");
    await expect(desk.at("customer-gone")).toBeVisible();
  }
  await Promise.all([anna.hears(ben.tone), ben.hears(anna.tone)]);
  await anna.hangUp();
  await anna.shows("business", "ticket_processing");
  await ben.shows("ready");
});

story(
  "S33 S34: Force Disconnect asks once more, elsewhere; then the agent is free and the customer's call ends",
  async ({ house, anna }) => {
    const customer = await inCall(anna, house);
    const first = await anna.at("disconnect-open").boundingBox();
    await anna.at("disconnect-open").dblclick(); // in haste
    await expect(anna.at("disconnect")).toBeVisible();
    const second = await anna.at("force_disconnect").boundingBox();
    expect(first !== null && second !== null && second.y >= first.y + first.height, "the second button is below the first").toBe(true);
    await anna.callIs("talking");
    await anna.press("disconnect-keep");
    await expect(anna.at("disconnect-open")).toBeFocused();
    await anna.page.keyboard.press("Enter");
    await expect(anna.at("disconnect-reason")).toBeFocused();
    await anna.page.keyboard.press("Enter"); // in haste, with the keyboard
    await anna.page.keyboard.press("Escape");
    await expect(anna.at("disconnect-open")).toBeFocused();
    await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);

    await anna.press("disconnect-open");
    await anna.at("disconnect-reason").fill("insults");
    await Promise.all([anna.press("force_disconnect"), customer.noLongerHears(anna.tone)]);
    await anna.hasNoCall();
    await anna.shows("business", "ticket_processing");
    expect((await customer.hasEnded()).by).toBe("remote");
  },
);

story("after a reload the sound is back while a colleague is called, after Swap and in a conference", async ({ house, anna }) => {
  const dora = await house.colleagueComes();
  const customer = await inCall(anna, house);
  const isBack = async (state: "consult_ringing" | "swapped" | "conference") => {
    await anna.reload();
    await expect(anna.at("audio")).toHaveAttribute("data-state", "playing");
    await anna.callIs(state);
  };
  await anna.press("transfer-open");
  await anna.press("consult-dora");
  await dora.rings();
  await anna.callIs("consult_ringing");
  await isBack("consult_ringing");
  await customer.hears(musicHz);
  await dora.answers();
  await Promise.all([anna.hears(dora.tone), dora.hears(anna.tone)]);

  await anna.press("swap");
  await anna.callIs("swapped");
  await isBack("swapped");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone), dora.hears(musicHz)]);

  await anna.press("conference");
  await anna.callIs("conference");
  await isBack("conference");
  await Promise.all([dora.hears(anna.tone), dora.hears(customer.tone), customer.hears(dora.tone), customer.hears(anna.tone)]);

  await anna.press("hangup"); // who leaves a conference leaves the customer with the other one
  await anna.hasNoCall();
  await anna.shows("business", "ticket_processing");
  await Promise.all([dora.hears(customer.tone), customer.hears(dora.tone)]);
  await dora.hangsUp();
  await customer.hasEnded();
});

story("a consulted colleague's page that is reloaded has lost the consultation, and asks for nothing", async ({ house, anna, ben }) => {
  const customer = await inCall(anna, house);
  await ben.ready();
  await anna.press("transfer-open");
  await anna.press("consult-ben");
  await ben.callIs("consult_ringing");
  await ben.answer();
  await Promise.all([anna.hears(ben.tone), ben.hears(anna.tone)]);
  const asked: string[] = [];
  ben.page.on("request", (r) => {
    if (r.url().endsWith("/rejoin")) asked.push(r.url());
  });
  await ben.reload();
  await expect(anna.at("failure")).toHaveAttribute("data-why", "lost");
  await anna.callIs("held");
  await ben.hasNoCall();
  await ben.shows("ready");
  await anna.press("resume");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  expect(asked).toEqual([]);
  await anna.hangUp();
  await customer.hasEnded();
});

story("S24 S29: a consultation is begun and ended with the keyboard alone", async ({ house, anna }) => {
  const dora = await house.colleagueComes();
  const customer = await inCall(anna, house);
  const { keyboard } = anna.page;
  const tabTo = async (testid: string) => {
    for (let i = 0; i < 30; i++) {
      if (await anna.at(testid).evaluate((e) => e === document.activeElement)) return;
      await keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${testid}`);
  };
  await tabTo("transfer-open");
  await keyboard.press("Enter");
  await expect(anna.at("transfer-number")).toBeFocused();
  await keyboard.press("Escape");
  await expect(anna.at("transfer-open")).toBeFocused();
  await keyboard.press("Enter");
  await expect(anna.at("colleague-dora")).toBeVisible();
  await tabTo("consult-dora");
  await keyboard.press("Enter");
  await dora.rings();
  await dora.answers();
  await Promise.all([anna.hears(dora.tone), dora.hears(anna.tone)]);
  await tabTo("cancel");
  await keyboard.press("Enter");
  await dora.hasEnded();
  await anna.callIs("held");
  await tabTo("resume");
  await keyboard.press("Space");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await tabTo("hangup");
  await keyboard.press("Enter");
  await customer.hasEnded();
});

story("S24 S30: a queue is consulted; whom it finds takes the customer over", async ({ house, anna, ben }) => {
  const customer = await inCall(anna, house);
  await ben.signIn();
  await ben.ctiLogin();
  await anna.press("transfer-open");
  await anna.press("consult-queue-sales");
  await anna.callIs("consult_ringing");
  await expect(anna.at("situation")).toContainText("Looking for somebody in Queue sales.");
  await expect(anna.at("other-state")).toHaveText("being looked for");
  await customer.hears(musicHz);
  await anna.look("consult-queue");
  await ben.at("choose-ready").click();
  await ben.callIs("consult_ringing");
  await ben.answer();
  await Promise.all([anna.hears(ben.tone), ben.hears(anna.tone)]);
  await anna.press("complete");
  await anna.hasNoCall();
  await anna.shows("business", "ticket_processing");
  await Promise.all([ben.hears(customer.tone), customer.hears(ben.tone)]);
  await ben.callIs("talking");
  await ben.shows("on_call");
  await expect(ben.at("hold")).toBeVisible();
  await ben.page.waitForTimeout(2_000); // sooner it would be the consultation that he hangs up on
  await ben.hangUp();
  await customer.hasEnded();
  await ben.shows("business", "ticket_processing");
});
