import { expect, story } from "../story.ts";

story("S14 S15 S38 S39 S40: Answer connects both ways, there is a ticket, and the agent ends the call", async ({ house, anna }) => {
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.answer();
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await anna.shows("on_call");
  await expect(anna.at("call-ticket")).toHaveText(/^T-\d+$/);
  const ticket = await anna.at("call-ticket").innerText();
  await expect(anna.at("call-timer")).toHaveText("0:02");

  await anna.hangUp();
  expect((await customer.hasEnded()).by).toBe("remote");
  await anna.shows("business", "ticket_processing");
  await expect(anna.at("status")).toHaveText("Business (Ticket Processing)");
  await expect(anna.at("wrap-up-ticket")).toHaveText(`Ticket ${ticket}`);

  const next = await house.customerCalls({ number: "0307654321" });
  await next.isUp(); // hears music; nobody is Ready
  await anna.hasNoCall();
  await anna.at("choose-ready").click();
  await anna.rings();
  await anna.answer();
  await Promise.all([anna.hears(next.tone), next.hears(anna.tone)]);
  await next.hangsUp();
  await anna.shows("business", "ticket_processing");
});

story("S40: a status that is chosen during the call applies after it", async ({ house, anna }) => {
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.answer();
  await anna.hears(customer.tone);
  await anna.at("choose-rest").click();
  await expect(anna.at("status-next")).toHaveAttribute("data-next", "rest");
  await anna.shows("on_call");
  await anna.look("rest-afterwards");
  await customer.hangsUp();
  await anna.shows("rest");
});

story("a call is taken and ended with the keyboard alone", async ({ house, anna }) => {
  const { keyboard } = anna.page;
  const tabTo = async (testid: string) => {
    for (let i = 0; i < 20; i++) {
      const way = await anna.at(testid).evaluate((e) => {
        const at = document.activeElement ?? document.body;
        if (e === at) return "";
        return at.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING ? "Shift+Tab" : "Tab"; // the console comes after the widget
      });
      if (way === "") return;
      await keyboard.press(way);
    }
    throw new Error(`Tab does not lead to ${testid}`);
  };
  await tabTo("user");
  await keyboard.type("anna");
  await tabTo("password");
  await keyboard.type("anna-password");
  await keyboard.press("Enter");
  await anna.shows("logged_out");
  await tabTo("cti-login");
  await keyboard.press("Enter");
  await anna.shows("business");
  await expect(anna.at("phone-state")).toHaveAttribute("data-tone", "good");
  await tabTo("choose-ready");
  await keyboard.press("Space");
  await anna.shows("ready");
  const customer = await house.customerCalls();
  await anna.rings();
  await tabTo("answer");
  await anna.look("focus-on-answer");
  await keyboard.press("Enter");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await expect(anna.at("call-state")).toBeFocused(); // what had the focus is gone
  await tabTo("hold");
  await keyboard.press("Enter");
  await expect(anna.at("resume")).toBeFocused();
  await keyboard.press("Enter");
  await expect(anna.at("hold")).toBeFocused();
  await tabTo("hangup");
  await keyboard.press("Space");
  expect((await customer.hasEnded()).by).toBe("remote");
  await anna.shows("business", "ticket_processing");
  await expect(anna.at("no-call").getByRole("heading")).toBeFocused();
});

story(
  "S14 S26 S30 S35 S37: shortcuts alone take a call, hold and resume it, consult and connect; the help names them",
  async ({ house, anna }) => {
    const { keyboard } = anna.page;
    const dora = await house.colleagueComes();
    await anna.signIn();
    await anna.ctiLogin();
    await keyboard.press("Alt+Shift+Slash");
    await expect(anna.at("help")).toBeVisible();
    await anna.look("help");
    await anna.lookNarrow("help");
    await keyboard.press("Escape");
    await expect(anna.at("help")).toBeHidden();
    await keyboard.press("Alt+Shift+Digit1");
    await anna.shows("ready");
    const customer = await house.customerCalls();
    await anna.rings();
    await keyboard.press("a"); // a letter alone does nothing
    await keyboard.press("Alt+Shift+KeyE"); // nor does what has no button now
    await anna.callIs("offering");
    await keyboard.press("Alt+Shift+KeyA");
    await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
    await keyboard.press("Alt+Shift+KeyH");
    await anna.callIs("held");
    await keyboard.press("Alt+Shift+KeyH");
    await anna.callIs("talking");
    await keyboard.press("Alt+Shift+KeyM");
    await expect(anna.at("muted")).toBeVisible();
    await keyboard.press("Alt+Shift+KeyM");
    await expect(anna.at("muted")).toBeHidden();
    await keyboard.press("Alt+Shift+KeyT");
    await expect(anna.at("transfer-number")).toBeFocused();
    await keyboard.type("2003");
    await keyboard.press("Enter");
    await anna.callIs("consult_ringing");
    await dora.rings();
    await dora.answers();
    await anna.callIs("consulting");
    await anna.hears(dora.tone);
    await keyboard.press("Alt+Shift+KeyS");
    await anna.callIs("swapped");
    await keyboard.press("Alt+Shift+KeyJ");
    await anna.callIs("conference");
    await keyboard.press("Alt+Shift+KeyC");
    await anna.shows("business", "ticket_processing");
    await customer.hears(dora.tone);
    await customer.hangsUp();
  },
);
