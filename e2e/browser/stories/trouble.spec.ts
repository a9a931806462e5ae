import { cut } from "../desk.ts";
import { musicHz } from "../lab.ts";
import { inCall } from "../scenes.ts";
import { expect, story } from "../story.ts";

story("a page that is reloaded in mid-call has its sound back", async ({ house, anna }) => {
  const customer = await inCall(anna, house);
  const ticket = await anna.at("call-ticket").innerText();
  const began = Date.now();
  await Promise.all([customer.noLongerHears(anna.tone), anna.reload()]);
  const [customerHears] = await Promise.all([customer.hears(anna.tone), anna.hears(customer.tone)]);
  const both = Date.now() - began;
  console.log(`after a reload: the customer hears the agent after ${customerHears - began} ms, both after ${both} ms`);
  expect(await customer.silence(), "ms of silence for the customer").toBeLessThan(1_000);
  await anna.callIs("talking");
  await expect(anna.at("call-ticket")).toHaveText(ticket);
  await expect(anna.at("earlier-tickets"), "who calls is known again").toBeVisible();
  await anna.hangUp();
  await customer.hasEnded();
  await anna.shows("business", "ticket_processing");
});

story("in a call between colleagues either page can be reloaded: the other hears music, and they talk on", async ({ anna, ben }) => {
  for (const desk of [anna, ben]) {
    await desk.signIn();
    await desk.ctiLogin();
  }
  await ben.choose("ready");
  await anna.press("dial-open");
  await anna.at("dial-number").fill("2002");
  await anna.press("dial-confirm");
  await ben.callIs("dialing");
  await ben.answer();
  await Promise.all([anna.hearsJust([ben.tone]), ben.hearsJust([anna.tone])]);
  for (const [reloads, waits, name] of [
    [anna, ben, "Anna Berg"],
    [ben, anna, "Ben Okafor"],
  ] as const) {
    const meanwhile = Promise.all([
      waits.glimpses({
        "call-state": "Waiting for your colleague",
        situation: `The phone of ${name} lost this call and is being called back. You hear music.`,
        status: "On Call",
      }),
      waits.hears(musicHz),
    ]);
    const began = Date.now();
    await Promise.all([meanwhile, reloads.reload()]);
    const both = Math.max(...(await Promise.all([reloads.hears(waits.tone), waits.hears(reloads.tone)]))) - began;
    console.log(`after a reload colleagues hear each other after ${both} ms`);
    for (const desk of [anna, ben]) {
      await desk.callIs("agents_only");
      await expect(desk.at("call-state")).toHaveText("In call");
      await desk.shows("on_call");
    }
    await Promise.all([anna.hearsJust([ben.tone]), ben.hearsJust([anna.tone])]);
  }
  await ben.hangUp();
  await Promise.all([anna.hasNoCall(), ben.hasNoCall()]);
  await Promise.all([anna.shows("business"), ben.shows("ready")]);
});

story("of two tabs one holds the phone, and the other can answer and hang up", async ({ house, anna }) => {
  await anna.ready();
  const second = await anna.anotherTab();
  await second.shows("ready");
  await expect(second.at("phone-state")).toHaveText("Registered in another tab");
  const customer = await house.customerCalls();
  await anna.rings();
  await second.callIs("offering");
  expect(await second.rung(), "rings of the tab without the phone").toBe(0);
  await second.look("ringing-second-tab");
  await second.answer();
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await second.callIs("talking");
  await expect(second.at("audio")).toHaveAttribute("data-state", "elsewhere");
  await second.look("talking-second-tab");
  await second.hangUp();
  expect((await customer.hasEnded()).by).toBe("remote");
  for (const tab of [anna, second]) await tab.shows("business", "ticket_processing");
  expect(await second.complaints()).toEqual([]);
});

story("a tab that is closed in mid-call leaves the phone, and the call, to the other", async ({ house, anna }) => {
  const customer = await inCall(anna, house);
  const second = await anna.anotherTab();
  await second.callIs("talking");
  await anna.page.close();
  await Promise.all([second.hears(customer.tone), customer.hears(anna.tone)]);
  await second.hangUp();
  await customer.hasEnded();
  expect(await second.complaints()).toEqual([]);
});

story(
  "a controller that is killed in mid-call: the call goes on, the page says so, and Hang up works afterwards",
  async ({ house, anna }) => {
    anna.expects(cut);
    const customer = await inCall(anna, house);
    const killed = Date.now();
    await house.killController();
    await anna.feedIs("stale");
    await expect(anna.at("feed-hint")).toContainText("reconnects by itself");
    await anna.look("reconnecting");
    await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
    await house.startController();
    await anna.feedIs("live", 15_000);
    console.log(`a controller killed and started again: the page is back after ${Date.now() - killed} ms`);
    await anna.callIs("talking");
    await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
    await anna.hangUp();
    expect((await customer.hasEnded()).by).toBe("remote");
    await anna.shows("business", "ticket_processing");
  },
);

story("a page that is cut off says so, and is up to date again when the network is back", async ({ house, anna }) => {
  anna.expects(cut);
  await anna.takesClock(); // so that nobody has to wait until "a moment ago" is "for a while"
  await anna.reload();
  await anna.ready();
  await house.network("down");
  await anna.feedIs("stale");
  await anna.look("stale");
  await anna.page.clock.fastForward(15_000);
  await anna.feedIs("offline");
  await expect(anna.at("feed-hint")).toContainText("out of date");
  await expect(anna.at("choose-rest")).toBeDisabled();
  await anna.look("offline");
  const customer = await house.customerCalls();
  await customer.hears(musicHz); // a phone that cannot be reached is not called
  await house.network("up");
  await anna.feedIs("live", 15_000);
  await anna.rings(15_000);
  await anna.answer();
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await customer.hangsUp();
  await anna.shows("business", "ticket_processing");
});

story("a connection that has died without a word is noticed by its silence, and the call goes on", async ({ house, anna }) => {
  anna.expects(cut);
  await anna.takesClock();
  await anna.reload();
  const customer = await inCall(anna, house);
  await house.network("silent");
  await anna.page.clock.fastForward(25_000);
  await anna.feedIs("stale");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await house.network("up");
  await anna.feedIs("live", 15_000);
  await anna.callIs("talking");
  await anna.hangUp();
  await customer.hasEnded();
  await anna.shows("business", "ticket_processing");
});

story("the browser's own word that the network is gone is doubted, and the feed resumed when it is not", async ({ house, anna }) => {
  await anna.ready();
  const states = anna.page.evaluate(
    () =>
      new Promise<string[]>((done) => {
        const dot = document.querySelector<HTMLElement>("[data-testid=feed-state]");
        const seen: string[] = [];
        new MutationObserver(() => {
          seen.push(dot?.dataset.state ?? "");
          if (seen.at(-1) === "live") done(seen);
        }).observe(dot as Node, { attributeFilter: ["data-state"] });
        dispatchEvent(new Event("offline"));
      }),
  );
  expect(await states).toEqual(["stale", "live"]);
  const customer = await house.customerCalls();
  await anna.rings();
  await customer.hangsUp();
  await anna.hasNoCall();
});
