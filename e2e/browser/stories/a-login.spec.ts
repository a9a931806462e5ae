import { expect, story } from "../story.ts";

story("S8 S9 S11 S12: CTI Login leads to Business, never to Ready by surprise; then the agent chooses", async ({ anna }) => {
  await anna.look("sign-in");
  await anna.signIn();
  await anna.shows("logged_out");
  await anna.look("logged-out");
  await anna.ctiLogin();
  await expect(anna.at("status")).toHaveText("Business");
  await anna.look("business");
  await anna.choose("ready");
  await expect(anna.at("status-hint")).toHaveText("You are waiting for a call.");
  await anna.look("ready");
  await anna.choose("rest");
  await anna.look("rest");
  await anna.at("cti-logout").click();
  await anna.shows("logged_out");
  await anna.at("sign-out").click();
  await expect(anna.at("sign-in")).toBeVisible();
});

story("a wrong password is refused in words", async ({ anna }) => {
  anna.expects(/status of 401/);
  await anna.signIn("not the password");
  await expect(anna.at("fault")).toContainText(/password/i);
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
