// The wallboard: what happens is seen by who supervises, within two seconds, and what is old is called old.
import { cut, Desk } from "../desk.ts";
import { expect, story } from "../story.ts";

/** From the event until it is seen, in ms. */
const SEEN = { timeout: 2000 };

story("a supervisor sees a call arrive, wait, ring, be answered and end, each within two seconds", async ({ bensBrowser, house, anna }) => {
  const sue = await Desk.open(bensBrowser, house, "sue", 0);
  await sue.signIn();
  await sue.press("nav-wallboard");
  await expect(sue.at("board-state")).toHaveAttribute("data-state", "live");
  const sales = sue.at("board-queue-sales");
  const figure = (name: string) => sales.getByTestId(name);
  const tile = sue.at("board-agent-anna");
  await expect(figure("waiting")).toHaveText("0");
  await expect(tile).toHaveCount(0);

  await anna.signIn();
  await anna.ctiLogin();
  await expect(tile).toHaveAttribute("data-state", "business", SEEN);
  await expect(figure("ready")).toHaveText("0 / 1");

  const carl = await house.customerCalls();
  await expect(figure("waiting")).toHaveText("1", SEEN);
  await expect(figure("longest")).toHaveText(/^0:0[1-9]$/);
  await expect(sue.page.getByText("Carl")).toHaveCount(0);
  await sue.look("wallboard-waiting");

  await anna.press("choose-ready");
  await expect(tile).toHaveAttribute("data-state", "ringing", SEEN);
  await expect(figure("ringing")).toHaveText("1");
  await anna.rings();
  await anna.answer();
  await expect(tile).toHaveAttribute("data-state", "on_call", SEEN);
  await expect(figure("in-call")).toHaveText("1");
  await expect(figure("waiting")).toHaveText("0");
  await expect(figure("longest")).toHaveText("–");
  await expect(sue.at("board-call-anna")).toHaveText("sales");

  await carl.hangsUp();
  await expect(tile).toHaveAttribute("data-state", "business", SEEN);
  await expect(figure("in-call")).toHaveText("0");
  await expect(figure("answered")).toHaveText("1", { timeout: 10_000 }); // sums are read every five seconds
  await expect(sue.at("board-brand").getByTestId("level")).toHaveText("100%");

  // Full screen, and back.
  await sue.press("board-full");
  await expect.poll(() => sue.page.evaluate(() => document.fullscreenElement?.className)).toContain("wallboard");
  await sue.press("board-full");
  await expect.poll(() => sue.page.evaluate(() => document.fullscreenElement === null)).toBe(true);

  // What cannot be renewed says how old it is.
  sue.expects(cut);
  anna.expects(cut);
  await house.network("down");
  await expect(sue.at("board-state")).toHaveAttribute("data-state", "late", { timeout: 10_000 });
  await expect(sue.at("board-state")).toContainText("reconnecting");
  await expect(figure("answered")).toHaveText("1");
  await sue.look("wallboard-late");
  await house.network("up");
  await expect(sue.at("board-state")).toHaveAttribute("data-state", "live", { timeout: 15_000 });
  expect(await sue.complaints()).toEqual([]);
  await sue.context.close();
});

story("the wallboard is not for agents", async ({ anna }) => {
  await anna.signIn();
  await expect(anna.at("nav-tickets")).toBeVisible();
  await expect(anna.at("nav-wallboard")).toHaveCount(0);
  await anna.goesTo("/wallboard");
  await expect(anna.at("view-title")).toBeVisible();
  await expect(anna.at("wallboard")).toHaveCount(0);
});
