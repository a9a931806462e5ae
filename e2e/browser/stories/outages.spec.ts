// What breaks in mid-call: what the page says of it, and what becomes of the customer.
import { cut } from "../desk.ts";
import { musicHz } from "../lab.ts";
import { inCall, talk } from "../scenes.ts";
import { expect, story } from "../story.ts";

story("a network that is cut for ten seconds: the page says so, and the conversation goes on", async ({ house, anna }) => {
  anna.expects(cut);
  const customer = await inCall(anna, house);
  await house.network("down");
  await anna.feedIs("stale");
  await anna.look("cut-in-mid-call");
  await anna.page.waitForTimeout(10_000); // as long as the network is away
  await house.network("up");
  await anna.feedIs("live", 15_000);
  await anna.callIs("talking", 15_000);
  await talk(anna, customer);
  await anna.hangUp();
  expect((await customer.hasEnded()).by).toBe("remote");
  await anna.shows("business", "ticket_processing");
});

story(
  "a session that is ended in mid-call, as by a new password: the customer waits, and who signs in again has them back, and their note",
  async ({ house, anna }) => {
    const customer = await inCall(anna, house);
    await anna.at("note-text").fill("Wants the blue one");
    await anna.isSignedOut();
    await anna.signIn();
    await anna.callIs("talking", 20_000);
    await talk(anna, customer);
    await expect(anna.at("note-text")).toHaveValue("Wants the blue one");
    await anna.hangUp();
    expect((await customer.hasEnded()).by).toBe("remote");
    await anna.shows("business", "ticket_processing");
  },
);

// A phone that says nothing is given up after five to six seconds; then the customer hears music.
story.describe("with a laptop that sleeps", () => {
  story.use({ wishes: { silent_ms: 7_000 } });

  story("a laptop that sleeps for a moment in mid-call wakes in its conversation", async ({ house, anna }) => {
    anna.expects(cut);
    const customer = await inCall(anna, house);
    const wakes = anna.sleeps();
    await new Promise((done) => setTimeout(done, 8_000)); // as long as the laptop sleeps
    wakes();
    await anna.feedIs("live", 15_000);
    await anna.callIs("talking", 15_000);
    await talk(anna, customer);
    await anna.look("woken");
    await anna.hangUp();
    await customer.hasEnded();
    await anna.shows("business", "ticket_processing");
  });

  story(
    "a laptop that sleeps for long: another agent has the customer meanwhile, and the page that wakes says so",
    async ({ house, anna, ben }) => {
      story.setTimeout(120_000);
      anna.expects(cut);
      const customer = await inCall(anna, house);
      await ben.ready();
      const wakes = anna.sleeps();
      try {
        await customer.hears(musicHz, 30_000);
        await ben.rings(60_000);
        await ben.answer();
        await talk(ben, customer);
      } finally {
        wakes();
      }
      await anna.feedIs("live", 20_000);
      await anna.hasNoCall();
      await anna.look("woken-late");
      await ben.hangUp();
      await customer.hasEnded();
    },
  );
});

story(
  "Asterisk is killed in mid-call: the page says that the call was lost, closes the microphone, and the next one comes",
  async ({ house, anna }) => {
    story.setTimeout(90_000);
    anna.expects(cut);
    await inCall(anna, house);
    await house.killAsterisk();
    await expect(anna.at("server-away")).toContainText("nothing is known of this call", { timeout: 15_000 });
    await expect(anna.at("situation")).toBeEmpty();
    await anna.look("asterisk-gone");
    await house.startAsterisk();
    await anna.hasNoCall(20_000);
    await anna.shows("business", "ticket_processing");
    await expect(anna.at("lost-call")).toHaveAttribute("data-how", "call");
    await anna.look("asterisk-back");
    await anna.isUnheard();
    await expect(anna.at("phone-state")).toHaveAttribute("data-tone", "good", { timeout: 30_000 });
    await anna.choose("ready");
    const next = await house.customerCalls({ number: "0307654321" });
    await anna.rings(15_000);
    await anna.answer();
    await talk(anna, next);
    await anna.hangUp();
    await next.hasEnded();
  },
);
