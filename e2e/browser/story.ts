// A story: a house of its own, and the agents that it names. At its end nobody may have anything to complain of.
import { type Browser, test as base, chromium, expect, type WorkerInfo } from "@playwright/test";
import { type Desk, out, Seat } from "./desk.ts";
import { Demo, House, type Wishes } from "./lab.ts";
import { toneFile } from "./microphone.ts";

interface Cast {
  wishes: Wishes;
  house: House;
  demo: Demo;
  anna: Desk;
  ben: Desk;
  chris: Desk;
  /** Somebody who has just started the demo, and is to be Anna in it. */
  newcomer: Desk;
}

interface Crew {
  annasBrowser: Browser;
  /** As annasBrowser, and with what is kept apart by site as browsers do: Playwright switches that off. */
  partedBrowser: Browser;
  bensBrowser: Browser;
  chrisBrowser: Browser;
  annasSeat: Seat;
  bensSeat: Seat;
  chrisSeat: Seat;
}

const ANNA_HZ = 700;
const BEN_HZ = 900;
const CHRIS_HZ = 1400; // house_test.go knows it

/** Pages live for seconds here: what is compiled twice for being used often is not used often enough. */
const unhurried = "--js-flags=--no-opt --no-maglev";

/** Each agent has a browser of its own, because what a fake microphone says is a browser's setting. */
async function launch(hz: number, ...more: string[]): Promise<Browser> {
  const executablePath = process.env.SWITCHROOM_CHROMIUM;
  if (executablePath === undefined) throw new Error("run these stories by `go test ./e2e/browser`: it finds the browser");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", // it needs root to be set up; the only pages seen are our own
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      `--use-file-for-fake-audio-capture=${toneFile(out, hz)}`,
      "--autoplay-policy=no-user-gesture-required",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-gpu",
      ...more,
    ],
  });
}

type WorkerBrowser = [(none: object, use: (b: Browser) => Promise<void>, worker: WorkerInfo) => Promise<void>, { scope: "worker" }];

function browser(hz: number, ...more: string[]): WorkerBrowser {
  return [
    async ({}, use, { project }) => {
      const browser = await launch(hz, ...more, ...(project.name === "times" ? [] : [unhurried]));
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ];
}

async function atDesk(seat: Seat, house: { url: string }, who: string, hz: number, use: (d: Desk) => Promise<void>) {
  const desk = await seat.sit(house, who, hz);
  await use(desk);
  const complaints = await desk.complaints();
  await seat.rise(desk);
  expect(complaints, `what ${who}'s browser complains of`).toEqual([]);
}

export const story = base.extend<Cast, Crew>({
  annasBrowser: browser(ANNA_HZ),
  bensBrowser: browser(BEN_HZ),
  chrisBrowser: browser(CHRIS_HZ),
  partedBrowser: browser(ANNA_HZ, "--disable-features=HttpsUpgrades,PaintHolding,MediaRouter,OptimizationHints"),
  annasSeat: [async ({ annasBrowser }, use) => use(new Seat(annasBrowser)), { scope: "worker" }],
  bensSeat: [async ({ bensBrowser }, use) => use(new Seat(bensBrowser)), { scope: "worker" }],
  chrisSeat: [async ({ chrisBrowser }, use) => use(new Seat(chrisBrowser)), { scope: "worker" }],
  wishes: [{}, { option: true }],
  house: async ({ wishes }, use) => {
    const house = await House.open(wishes);
    await use(house);
    expect(await house.close(), "what the house complains of").toEqual([]);
  },
  demo: async ({}, use) => {
    const demo = await Demo.open();
    await use(demo);
    expect(await demo.close(), "what the demo complains of").toEqual([]);
  },
  anna: async ({ annasSeat, house }, use) => atDesk(annasSeat, house, "anna", ANNA_HZ, use),
  ben: async ({ bensSeat, house }, use) => atDesk(bensSeat, house, "ben", BEN_HZ, use),
  chris: async ({ chrisSeat, house }, use) => atDesk(chrisSeat, house, "chris", CHRIS_HZ, use),
  newcomer: async ({ annasSeat, demo }, use) => atDesk(annasSeat, demo, "anna", ANNA_HZ, use),
});

export { expect };
