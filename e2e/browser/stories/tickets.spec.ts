// Tickets and the history of calls, as agents work with them.
import type { Desk } from "../desk.ts";
import type { House } from "../lab.ts";
import { expect, story } from "../story.ts";

/** Anna serves a customer; the page goes to the ticket by itself. Returns the ticket's number. */
async function served(anna: Desk, house: House): Promise<string> {
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.answer();
  await anna.callIs("talking");
  await expect(anna.at("ticket-form")).toBeVisible();
  const title = await anna.at("view-title").innerText();
  await customer.hangsUp();
  await anna.shows("business", "ticket_processing");
  return title.replace(/^\D*(T-\d+)\D*$/, "$1");
}

story("S15: from the call to its ticket, a note, the search that finds it, and the call's timeline", async ({ house, anna }) => {
  const number = await served(anna, house);
  expect(number).toMatch(/^T-\d+$/);
  await anna.at("ticket-subject").fill("A lens for the second pair");
  await anna.press("ticket-save");
  await expect(anna.at("ticket-saved")).toHaveAttribute("data-state", "save");
  await anna.at("note-text").fill("Wants to be called back when the telescope is there.");
  await anna.press("note-add");
  await expect(anna.at("notes")).toHaveAttribute("data-count", "1");
  await expect(anna.at("notes")).toContainText("Anna Berg");

  await anna.press("nav-tickets");
  await anna.at("filter-text").fill("telescope");
  await anna.press("filter-show");
  await anna.press(`ticket-${number}`);
  await expect(anna.at("notes")).toContainText("telescope");
  await expect(anna.at("ticket-subject")).toHaveValue("A lens for the second pair");
  await anna.look("ticket-with-note");

  await anna.press("ticket-to-call");
  for (const step of ["entered", "offered", "answered", "ticket_opened"]) {
    await expect(anna.at("timeline").getByTestId(`step-${step}`).first()).toBeVisible();
  }
  await expect(anna.at("timeline")).toContainText("Anna Berg");
  await anna.look("timeline");
});

story("two people change one ticket: what only one touched is kept, what both did the second decides", async ({ house, anna, ben }) => {
  const number = await served(anna, house);
  ben.expects(/status of 412/); // the browser's own word for what the page resolves
  await ben.signIn();
  await ben.press("nav-tickets");
  await ben.press(`ticket-${number}`);
  await expect(ben.at("ticket-form")).toBeVisible();

  await anna.at("ticket-subject").fill("Anna's words");
  await anna.at("ticket-tags").fill("lens");
  await anna.press("ticket-save");
  await expect(anna.at("ticket-saved")).toHaveAttribute("data-state", "save");

  await ben.at("ticket-subject").fill("Ben's words");
  await ben.at("ticket-disposition").fill("Sold");
  await ben.press("ticket-save");
  await expect(ben.at("conflict-subject")).toContainText("Anna's words");
  await ben.look("ticket-conflict");
  await ben.press("conflict-subject-theirs");
  await ben.press("ticket-save");
  await expect(ben.at("ticket-saved")).toHaveAttribute("data-state", "save");
  await expect(ben.at("ticket-subject")).toHaveValue("Anna's words");

  await anna.reload();
  await expect(anna.at("ticket-disposition")).toHaveValue("Sold");
  await expect(anna.at("ticket-subject")).toHaveValue("Anna's words");
  await expect(anna.at("ticket-tags")).toHaveValue("lens");
});
