// What is kept of a call: its customer, found and changed and forgotten; its reports; and the switch of the hours.
import { Desk } from "../desk.ts";
import { expect, story } from "../story.ts";

story("a call's customer is renamed, found, in the reports, and forgotten", async ({ bensBrowser, house, anna }) => {
  story.setTimeout(120_000);
  await anna.ready();
  const carl = await house.customerCalls({ number: "01012345678" });
  await anna.rings();
  await anna.answer();
  await anna.callIs("talking");
  await expect(anna.at("ticket-facts")).toBeVisible();
  await carl.hangsUp();
  await anna.shows("business", "ticket_processing");

  // From the ticket to the customer, who gets a name.
  await anna.press("to-customer");
  await expect(anna.at("customer-number")).toHaveText("+821012345678");
  await anna.at("customer-name").fill("Carl <b>Gauss</b>");
  await anna.at("customer-notes").fill("Likes numbers.\nCalls late.");
  await anna.press("customer-save");
  await expect(anna.at("customer")).toHaveAttribute("data-state", "saved");
  await expect(anna.at("view-title")).toHaveText("Carl <b>Gauss</b>");
  await expect(anna.at("customer-tickets")).toHaveAttribute("data-count", "1");
  await expect(anna.at("customer-calls")).toHaveAttribute("data-count", "1");
  await expect(anna.at("erase")).toHaveCount(0);

  // Found by part of the name and of the number, and by nothing else.
  await anna.press("nav-customers");
  for (const [search, found] of [
    ["gauss", 1],
    ["010-1234", 1],
    ["%", 0],
  ] as const) {
    await anna.at("filter-search").fill(search);
    await anna.press("filter-show");
    await expect(anna.at("customer-row-+821012345678")).toHaveCount(found);
  }

  // The supervisor's report has the call, and switches the hours by hand.
  const sue = await Desk.open(bensBrowser, house, "sue", 0);
  await sue.signIn();
  await sue.press("nav-reports");
  await expect(sue.at("report-total").locator("td").first()).toHaveText("1");
  await sue.at("filter-of").selectOption("agents");
  await sue.press("filter-show");
  await expect(sue.at("report").locator("tbody tr")).toContainText("Anna Berg");
  const download = sue.page.waitForEvent("download");
  await sue.press("report-csv");
  expect((await download).suggestedFilename()).toBe("agents.csv");
  await sue.press("nav-hours");
  await expect(sue.at("hours-now")).toHaveAttribute("data-state", "open");
  await sue.at("switch-position").selectOption("closed");
  await sue.press("switch-save");
  await expect(sue.at("hours-now")).toHaveAttribute("data-state", "closed");
  expect(await sue.complaints()).toEqual([]);
  await sue.context.close();

  // An administrator forgets the customer. What they were writing before is there again after a session that ended by itself.
  const root = await Desk.open(bensBrowser, house, "root", 0, undefined, "/customers");
  await root.signIn();
  await root.page.getByRole("link", { name: "Carl <b>Gauss</b>" }).click();
  await root.at("customer-notes").fill("Likes primes.");
  await root.isSignedOut("customer-save");
  await root.signIn();
  await expect(root.at("customer-notes")).toHaveValue("Likes primes.");
  await expect(root.at("customer")).toHaveAttribute("data-state", "dirty");
  await root.press("customer-discard");
  await root.press("erase");
  await root.look("customer-erase");
  await root.press("erase-confirm");
  await expect(root.at("customers-none")).toBeVisible();
  expect(await root.complaints()).toEqual([]);
  await root.context.close();
});
