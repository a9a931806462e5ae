import { musicHz } from "../lab.ts";
import { expect, story } from "../story.ts";

story("S8 S9 S11 S12: CTI Login leads to Business, never to Ready by surprise; then the agent chooses", async ({ anna }) => {
  await anna.look("sign-in");
  await anna.signIn();
  await anna.shows("logged_out");
  await anna.look("logged-out");
  await anna.ctiLogin();
  await expect(anna.at("status")).toHaveText("Business");
  await anna.choose("ready");
  await expect(anna.at("status-hint")).toHaveText("You are waiting for a call.");
  await anna.choose("rest");
  await anna.look("rest");
  await anna.at("cti-logout").click();
  await anna.shows("logged_out");
  await anna.at("sign-out").click();
  await expect(anna.at("sign-in")).toBeVisible();
});

story(
  "S7 S10 S22: the widget at the right edge opens by a click; no call comes in Business; what a call needs is there only in one",
  async ({ house, anna }) => {
    await anna.signIn();
    await anna.ctiLogin(); // to Business
    const rightEdge = async (testid: string) => {
      const box = await anna.at(testid).boundingBox();
      return (anna.page.viewportSize()?.width ?? 0) - (box === null ? Number.NaN : box.x + box.width);
    };
    expect(await rightEdge("widget")).toBeLessThanOrEqual(24);
    await anna.page.setViewportSize({ width: 480, height: 760 });
    await anna.goesTo("/calls");
    await expect(anna.at("widget")).toBeHidden();
    expect(await rightEdge("widget-open")).toBeLessThanOrEqual(24);
    await anna.press("widget-open");
    await expect(anna.at("dial-open")).toBeVisible();

    const inCall = ["hold", "mute", "keypad-open", "transfer-open", "disconnect-open", "hangup"];
    const shown = () => Promise.all(inCall.map((testid) => anna.at(testid).count()));
    const customer = await house.customerCalls();
    await customer.hears(musicHz);
    await anna.hasNoCall();
    await anna.shows("business");
    expect(await shown()).toEqual([0, 0, 0, 0, 0, 0]);
    await anna.press("choose-ready");
    await anna.rings();
    expect(await shown()).toEqual([0, 0, 0, 0, 0, 0]);
    await anna.answer();
    await anna.callIs("talking");
    expect(await shown()).toEqual([1, 1, 1, 1, 1, 1]);
    await expect(anna.at("dial-open")).toHaveCount(0);
    await customer.hangsUp();
    await anna.shows("business", "ticket_processing");
    expect(await shown()).toEqual([0, 0, 0, 0, 0, 0]);
  },
);

story("English and Korean: chosen at once, without a reload, in all tabs, and kept", async ({ anna }) => {
  const html = (desk: typeof anna) => desk.page.locator("html");
  await expect(html(anna)).toHaveAttribute("lang", "en");
  await anna.at("language").selectOption("ko");
  await expect(html(anna)).toHaveAttribute("lang", "ko");
  await expect(anna.at("sign-in")).toHaveText("로그인");
  await anna.signIn();
  await anna.shows("logged_out");
  await expect(anna.at("cti-login")).toHaveText("CTI 로그인");
  const second = await anna.anotherTab();
  await second.shows("logged_out");
  await expect(second.at("cti-login")).toHaveText("CTI 로그인");
  await second.press("settings-open");
  await second.at("language").selectOption("en");
  await expect(anna.at("cti-login")).toHaveText("CTI Login");
  await anna.reload();
  await expect(html(anna)).toHaveAttribute("lang", "en");
  await expect(anna.at("cti-login")).toHaveText("CTI Login");
  expect(await second.complaints()).toEqual([]);
});

story("a wrong password is refused in words of either language", async ({ anna }) => {
  anna.expects(/status of 401/);
  await anna.speak("ko");
  await anna.signIn("not the password");
  await expect(anna.at("fault")).toContainText("비밀번호가 올바르지 않습니다");
  await anna.speak("en");
  await expect(anna.at("fault")).toContainText("password is wrong");
  await anna.look("wrong-password");
  await anna.signIn();
  await anna.shows("logged_out");
});

story.describe("with tokens that live for two seconds", () => {
  story.use({ wishes: { access_ttl_s: 2 } });

  story("an expired access token is renewed, and nobody notices", async ({ anna }) => {
    await anna.ready();
    for (let i = 0; i < 3; i++) {
      await anna.page.waitForResponse((r) => r.url().endsWith("/sessions/refresh") && r.ok());
    }
    await anna.choose("business");
    await anna.feedIs("live");
    await expect(anna.at("fault")).toBeEmpty();
  });
});
