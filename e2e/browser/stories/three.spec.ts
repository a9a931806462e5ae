// Three agents at three browsers, and a customer on a telephone: who is said to be on the line is who is heard, and nobody else.
import type { Desk } from "../desk.ts";
import { music } from "../lab.ts";
import { inCall } from "../scenes.ts";
import { expect, story } from "../story.ts";

story.describe.configure({ timeout: 60_000 }); // three browsers are started

/** What stands on a page about the call: its name, who is on the line and who holds. */
async function reads(desk: Desk, state: string, situation: string): Promise<void> {
  await expect(desk.at("call-state")).toHaveText(state);
  await expect(desk.at("situation")).toHaveText(situation);
}

async function is(desk: Desk, status: string): Promise<void> {
  await expect(desk.at("status")).toHaveText(status);
}

/** Hears and sees nothing of the call. */
async function isOut(desk: Desk, status: string): Promise<void> {
  await Promise.all([desk.hasNoCall(), is(desk, status), desk.hearsJust([])]);
}

story(
  "S29 S30 S35 S28: hold, consultation, swap, conference and transfer among three pages, one of them in two tabs",
  async ({ house, anna, ben, chris }) => {
    const customer = await inCall(anna, house);
    const ticket = await anna.at("call-ticket").innerText();
    await Promise.all([ben.ready(), chris.ready()]);

    await anna.press("hold");
    await Promise.all([
      customer.hearsJust(music),
      anna.hearsJust([]),
      reads(anna, "On hold", "The customer is on hold and hears music."),
      is(anna, "On Hold"),
      isOut(ben, "Ready"),
      isOut(chris, "Ready"),
    ]);

    await anna.press("transfer-open");
    await anna.press("consult-ben");
    await ben.callIs("consult_ringing");
    await Promise.all([is(ben, "Ringing"), is(anna, "On Call (Transfer in Progress)"), customer.hearsJust(music)]);
    await ben.answer();
    const consulting = () =>
      Promise.all([
        customer.hearsJust(music),
        anna.hearsJust([ben.tone]),
        ben.hearsJust([anna.tone]),
        reads(anna, "Consultation", "You are talking with Ben Okafor. The customer is on hold and hears music."),
        reads(ben, "Consultation", "You are talking with Anna Berg. The customer is on hold and hears music."),
        is(anna, "On Call (Transfer in Progress)"),
        is(ben, "On Call"),
        isOut(chris, "Ready"),
      ]);
    await consulting();

    await anna.press("swap");
    await Promise.all([
      customer.hearsJust([anna.tone]),
      anna.hearsJust([customer.tone]),
      ben.hearsJust(music),
      reads(anna, "In call", "You are talking with the customer. Ben Okafor is on hold and hears music."),
      reads(ben, "You are on hold", "You are on hold and hear music. Anna Berg is talking with the customer."),
      is(anna, "On Call (Transfer in Progress)"),
      is(ben, "On Call"),
    ]);
    const annasOther = await anna.anotherTab();
    await reads(annasOther, "In call", "You are talking with the customer. Ben Okafor is on hold and hears music.");
    await annasOther.press("swap");
    await consulting();

    await annasOther.press("conference");
    await Promise.all([
      customer.hearsJust([anna.tone, ben.tone]),
      anna.hearsJust([customer.tone, ben.tone]),
      ben.hearsJust([customer.tone, anna.tone]),
      annasOther.hearsJust([]), // the phone is in the first tab
      reads(anna, "Conference", "You, Ben Okafor and the customer hear each other."),
      reads(annasOther, "Conference", "You, Ben Okafor and the customer hear each other."),
      reads(ben, "Conference", "You, Anna Berg and the customer hear each other."),
      isOut(chris, "Ready"),
    ]);

    await anna.press("complete");
    await Promise.all([
      customer.hearsJust([ben.tone]),
      ben.hearsJust([customer.tone]),
      reads(ben, "In call", "You are talking with the customer."),
      expect(ben.at("call-ticket")).toHaveText(ticket),
      is(ben, "On Call"),
      isOut(anna, "Business (Ticket Processing)"),
      isOut(annasOther, "Business (Ticket Processing)"),
      isOut(chris, "Ready"),
    ]);

    await ben.press("transfer-open");
    await ben.press("connect-chris");
    await Promise.all([
      chris.callIs("transferring"),
      expect(chris.at("offered-by")).toHaveText("Ben Okafor 2002 transfers this customer to you."),
      is(chris, "Ringing"),
      customer.hearsJust(music),
      isOut(ben, "Business (Ticket Processing)"),
    ]);
    await chris.answer();
    await Promise.all([
      customer.hearsJust([chris.tone]),
      chris.hearsJust([customer.tone]),
      reads(chris, "In call", "You are talking with the customer."),
      expect(chris.at("call-ticket")).toHaveText(ticket),
      is(chris, "On Call"),
      isOut(ben, "Business (Ticket Processing)"),
      isOut(anna, "Business (Ticket Processing)"),
    ]);
    expect(await annasOther.complaints(), "what anna's second tab complains of").toEqual([]);
    await chris.hangUp();
    await customer.hasEnded();
    await isOut(chris, "Business (Ticket Processing)");
  },
);

story.describe("where a target rings for three seconds", () => {
  story.use({ wishes: { target_ring_s: 3 } });

  story(
    "S23 S27 S30: what a third page declines or misses comes back to who transferred, and never to who looks on",
    async ({ house, anna, ben, chris }) => {
      const customer = await inCall(anna, house);
      await Promise.all([ben.ready(), chris.ready()]);
      const transfers = async () => {
        await anna.press("transfer-open");
        await anna.press("connect-chris");
        await chris.callIs("transferring");
        await Promise.all([isOut(anna, "Business (Ticket Processing)"), customer.hearsJust(music), isOut(ben, "Ready")]);
      };
      const comesBack = async (why: string) => {
        await anna.callIs("recalling");
        await Promise.all([
          expect(anna.at("call-state")).toHaveText("Call coming back"),
          expect(anna.at("failure")).toHaveText(why),
          customer.hearsJust(music),
          isOut(chris, "Ready"),
          isOut(ben, "Ready"),
        ]);
        await anna.answer();
        await Promise.all([
          customer.hearsJust([anna.tone]),
          anna.hearsJust([customer.tone]),
          reads(anna, "In call", "You are talking with the customer."),
          is(anna, "On Call"),
        ]);
      };
      await transfers();
      await chris.press("decline");
      await comesBack("Chris Duval declined.");
      await transfers();
      await comesBack("Chris Duval did not answer.");
      expect(await ben.rung(), "how often ben's page rang").toBe(0);
      await anna.hangUp();
      await customer.hasEnded();
      await isOut(anna, "Business (Ticket Processing)");
    },
  );
});
