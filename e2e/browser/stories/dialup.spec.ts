import type { Desk } from "../desk.ts";
import { musicHz } from "../lab.ts";
import { expect, story } from "../story.ts";

async function loggedIn(anna: Desk): Promise<void> {
  await anna.signIn();
  await expect(anna.at("cti-login")).toBeVisible();
  await expect(anna.at("dial-open")).toHaveCount(0);
  await anna.ctiLogin();
}

/** Dials by keyboard: Enter in the number is Confirm. */
async function dials(anna: Desk, number: string): Promise<void> {
  await anna.press("dial-open");
  await expect(anna.at("dial-number")).toBeFocused();
  await anna.page.keyboard.type(number);
  await anna.page.keyboard.press("Enter");
}

story(
  "S17 S18 S20 S21: Dial up with a chosen caller ID calls the customer, who sees it; Dialing until the answer, then a ticket",
  async ({ house, anna }) => {
    const customer = await house.outsiderIsThere();
    await loggedIn(anna);
    await anna.press("dial-open");
    await expect(anna.at("dial-number")).toBeFocused();
    await expect(anna.at("dial-caller-id")).toHaveValue("+82212345678");
    await expect(anna.at("dial-confirm")).toBeDisabled();
    await anna.look("dial-dialog-empty");
    await anna.page.keyboard.press("Escape");
    await expect(anna.at("dial")).toHaveCount(0);
    await expect(anna.at("dial-open")).toBeFocused();
    await anna.page.keyboard.press("Enter");
    await anna.at("dial-number").fill("\u202d010-5555 0100\u202c");
    await anna.at("dial-caller-id").selectOption("+82212345679");
    await anna.look("dial-dialog");
    await anna.lookNarrow("dial-dialog");
    await anna.press("dial-confirm");

    expect(await customer.isCalled()).toBe("+82212345679");
    await anna.callIs("dialing");
    await expect(anna.at("dial")).toHaveCount(0);
    await expect(anna.at("call-state")).toBeFocused();
    await expect(anna.at("status")).toHaveText("Dialing");
    await expect(anna.at("situation")).toHaveText("The customer is being called and has not answered yet.");
    await expect(anna.at("caller-number")).toHaveText(customer.number);
    await expect(anna.at("call-caller-id")).toHaveText("+82212345679");
    await expect(anna.at("hangup")).toHaveText("Cancel");
    await expect(anna.at("dial-open")).toHaveCount(0);
    expect(await anna.rung()).toBe(0);

    await customer.answers();
    await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
    await anna.callIs("talking");
    await anna.shows("on_call");
    await expect(anna.at("call-ticket")).toBeVisible();
    await anna.press("hold");
    await customer.hears(musicHz);
    await anna.press("resume");
    await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
    await anna.hangUp();
    expect((await customer.hasEnded()).by).toBe("remote");
    await anna.shows("business", "ticket_processing");

    await anna.press("dial-open");
    await anna.press(`recent-${customer.number}`);
    await expect(anna.at("dial-number")).toHaveValue(customer.number);
    await expect(anna.at("dial-number")).toBeFocused();
    await anna.look("dial-recent");
    await anna.lookNarrow("dial-recent");
  },
);

story("S20: busy, declined and cancelled are told apart in words, and the status of before comes back", async ({ house, anna }) => {
  const customer = await house.outsiderIsThere();
  await loggedIn(anna);
  await anna.choose("rest");
  await customer.phone("busy");
  await dials(anna, "01055550100");
  await expect(anna.at("dial-failure")).toHaveText("+821055550100 is busy. Try again later.");
  await expect(anna.at("announcer")).toHaveText("+821055550100 is busy. Try again later.");
  await anna.shows("rest");
  await anna.reload();
  await expect(anna.at("dial-failure")).toHaveAttribute("data-why", "busy");
  await anna.press("dial-failure-seen");
  await expect(anna.at("dial-failure")).toHaveCount(0);
  await expect(anna.at("dial-open")).toBeFocused();
  await expect(anna.at("phone-state")).toHaveAttribute("data-tone", "good");

  await customer.phone("decline");
  await dials(anna, "+82 10 5555 0100");
  await expect(anna.at("dial-failure")).toHaveText("+821055550100 declined your call.");

  await customer.phone("ring");
  await dials(anna, "010.5555.0100");
  await customer.isCalled(); // the busy one
  await customer.isCalled(); // the declined one
  await customer.isCalled();
  await expect(anna.at("dial-failure")).toHaveCount(0);
  await anna.press("hangup");
  expect((await customer.hasEnded()).by).toBe("remote");
  await anna.shows("rest");
  await anna.hasNoCall();
  await expect(anna.at("dial-failure")).toHaveCount(0);
});

story("S19: a number that is none, or that may not be called, is refused in words, and the dialog stays", async ({ anna }) => {
  anna.expects(/status of 40[03]/);
  await loggedIn(anna);
  await dials(anna, "call me");
  const fault = anna.at("dial").getByTestId("fault");
  await expect(fault).toHaveAttribute("data-code", "bad_number");
  await anna.at("dial-number").fill("+1 900 555 1234");
  await anna.page.keyboard.press("Enter");
  await expect(fault).toHaveAttribute("data-code", "destination_denied");
  await expect(fault).toContainText("The call was not placed.");
  await anna.look("dial-refused");
  await anna.lookNarrow("dial-refused");
  await anna.page.keyboard.press("Escape");
  await expect(anna.at("dial")).toHaveCount(0);
  await expect(anna.at("fault")).toHaveText("");
  await anna.shows("business");
});

story("S25 S27: Add registers a frequently used number, which is found, consulted and connected, and removed", async ({ house, anna }) => {
  const shop = await house.outsiderIsThere();
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.answer();
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await anna.press("transfer-open");
  await expect(anna.at("numbers-found")).toContainText("Add one");
  await anna.press("number-add");
  await expect(anna.at("new-label")).toBeFocused();
  await anna.page.keyboard.press("Escape");
  await expect(anna.at("new-number")).toHaveCount(0);
  await expect(anna.at("number-add")).toBeFocused();
  await expect(anna.at("transfer")).toBeVisible();

  anna.expects(/status of 400/);
  await anna.page.keyboard.press("Enter");
  await anna.page.keyboard.type("Shop");
  await anna.page.keyboard.press("Tab");
  await anna.page.keyboard.type("the shop");
  await anna.page.keyboard.press("Enter");
  await expect(anna.at("transfer").getByTestId("fault")).toHaveAttribute("data-code", "bad_number");
  await anna.look("numbers-refused");
  await anna.lookNarrow("numbers-refused");
  await anna.at("new-number-number").fill("010-5555-0100");
  await anna.press("number-save");
  await expect(anna.at("new-number")).toHaveCount(0);
  await expect(anna.at("number-add")).toBeFocused();
  await anna.press("number-add");
  await anna.at("new-label").fill("Dora’s desk");
  await anna.at("new-number-number").fill("2003");
  await anna.press("number-save");
  await expect(anna.at("frequent-2003")).toBeVisible();
  await anna.look("numbers");
  await anna.lookNarrow("numbers");
  await anna.at("numbers-search").fill("5555-01");
  await expect(anna.at("frequent-2003")).toHaveCount(0);

  await anna.press(`consult-frequent-${shop.number}`);
  await shop.isCalled();
  await anna.callIs("consult_ringing");
  await expect(anna.at("status")).toHaveText("On Call (Transfer in Progress)");
  await customer.hears(musicHz);
  await shop.answers();
  await Promise.all([anna.hears(shop.tone), shop.hears(anna.tone)]);
  await anna.press("cancel");
  expect((await shop.hasEnded()).by).toBe("remote");
  await anna.callIs("held");

  await anna.press("transfer-open");
  await anna.press("remove-2003");
  await expect(anna.at("frequent-2003")).toHaveCount(0);
  await shop.phone("answer");
  await anna.press(`connect-frequent-${shop.number}`);
  await shop.isCalled();
  await Promise.all([customer.hears(shop.tone), shop.hears(customer.tone)]);
  await anna.shows("business", "ticket_processing");
  await customer.hangsUp();
  expect((await shop.hasEnded()).by).toBe("remote");
});
