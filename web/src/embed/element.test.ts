import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SwitchroomWidget } from "./element";

/** A link of the embedding page. */
class FakeLink {
  readonly #href: string;
  constructor(href: string) {
    this.#href = href;
  }
  closest = () => this;
  getAttribute = (name: string) => (name === "href" ? this.#href : null);
}

beforeEach(() => vi.stubGlobal("Element", FakeLink));
afterEach(() => vi.unstubAllGlobals());

it.each([
  ["tel:010%205555-0100", "010 5555-0100"],
  ["tel:100%", "100%"],
])("a click on %s dials %s, whatever has been written there", (href, number) => {
  const widget = new SwitchroomWidget();
  const dialled: string[] = [];
  widget.dial = async (n) => void dialled.push(n);
  let click: (e: unknown) => void = () => {};
  const page = { addEventListener: (_: string, work: typeof click) => (click = work), removeEventListener: () => {} };
  widget.clickToCall(page as unknown as Document);
  click({ target: new FakeLink(href), preventDefault: () => {} });
  expect(dialled).toEqual([number]);
});
