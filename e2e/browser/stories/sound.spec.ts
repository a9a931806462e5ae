// How a call sounds, and what is said when it does not.
import { expect, story } from "../story.ts";

story("how well a call sounds is measured, and shown in a word and in numbers", async ({ house, anna }) => {
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.answer();
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await expect(anna.at("quality")).toHaveAttribute("data-grade", /good|fair/);
  await expect(anna.at("quality-numbers")).toHaveText(/^[\d.]+% lost · jitter \d+ ms( · round trip \d+ ms)?$/);
  await expect(anna.at("audio")).toHaveAttribute("data-fault", "");
  await anna.look("quality");
  await anna.lookNarrow("quality");
  await anna.at("hold").click();
  await anna.callIs("held");
  await expect(anna.at("audio")).toHaveAttribute("data-fault", "");
  await anna.hangUp();
  await customer.hasEnded();
});

story("sound that goes one way only is named as such, and is forgotten when it is back", async ({ house, anna }) => {
  // The browser's counter of what comes is held: a network that drops it would show nothing else.
  await anna.prepare(() => {
    const getStats = RTCPeerConnection.prototype.getStats;
    const held = new Map<string, number>();
    RTCPeerConnection.prototype.getStats = async function () {
      const report = await getStats.call(this);
      if (document.documentElement.dataset.deaf === undefined) held.clear();
      return new Map(
        [...report.entries()].map(([id, e]) => {
          if (e.type !== "inbound-rtp") return [id, e];
          if (!held.has(id)) held.set(id, e.packetsReceived);
          const deaf = document.documentElement.dataset.deaf !== undefined;
          return [id, deaf ? { ...e, packetsReceived: held.get(id) } : e];
        }),
      ) as unknown as RTCStatsReport;
    };
  });
  await anna.reload();
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.answer();
  await anna.hears(customer.tone);
  const deaf = (on: boolean) => anna.page.evaluate((on) => document.documentElement.toggleAttribute("data-deaf", on), on);
  await deaf(true);
  await expect(anna.at("audio")).toHaveAttribute("data-fault", "nothing_comes");
  await expect(anna.at("audio")).toContainText("One-way sound");
  await anna.look("one-way");
  await deaf(false);
  await expect(anna.at("audio")).toHaveAttribute("data-fault", "");
  await anna.hangUp();
  await customer.hasEnded();
});

story("a call that comes back without the microphone says so, and goes on when it is allowed", async ({ house, anna }) => {
  await anna.prepare(() => {
    const { mediaDevices } = navigator;
    const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (constraints) => {
      if (localStorage.getItem("story.refuse") === "yes") throw new DOMException("no", "NotAllowedError");
      return getUserMedia(constraints);
    };
  });
  await anna.reload();
  await anna.ready();
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.answer();
  await anna.hears(customer.tone);
  const refuse = (word: string) => anna.page.evaluate((word) => localStorage.setItem("story.refuse", word), word);
  await refuse("yes");
  await anna.reload();
  await expect(anna.at("microphone-again")).toBeVisible();
  await anna.look("microphone-refused-in-call");
  await refuse("no");
  await anna.press("microphone-again");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await anna.hangUp();
  await customer.hasEnded();
});

story("devices are chosen and tried out: the microphone's level, tones, and the echo of the telephone server", async ({ house, anna }) => {
  await anna.ready();
  await anna.press("settings-open");
  await anna.look("settings");
  await anna.lookNarrow("settings");
  await anna.press("test-microphone");
  await expect.poll(() => anna.at("level").getAttribute("value").then(Number), { message: "the level" }).toBeGreaterThan(0.3);
  await anna.look("microphone-test");
  await anna.press("test-microphone");
  await expect(anna.at("level")).toBeHidden();
  const before = await anna.rung();
  await anna.press("test-ring");
  await expect.poll(() => anna.rung()).toBeGreaterThan(before);
  await anna.press("test-speaker");
  await expect.poll(() => anna.rung()).toBeGreaterThan(before + 1);

  await anna.press("echo");
  await expect(anna.at("echo-state")).toHaveAttribute("data-state", "on");
  await anna.hears(anna.tone);
  await anna.look("echo");
  // A call ends the test and closes the dialog: nothing is in the way of Answer.
  const customer = await house.customerCalls();
  await anna.rings();
  await anna.answer();
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);

  // Another microphone in mid-call, without a break; the choice is kept.
  await anna.press("settings-open");
  const options = anna.at("choose-microphone").locator("option");
  await expect.poll(() => options.count(), { message: "the fake microphones" }).toBeGreaterThan(1);
  const other = await options.nth(1).getAttribute("value");
  await anna.at("choose-microphone").selectOption(other);
  await anna.press("settings-close");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await expect(anna.at("audio")).toHaveAttribute("data-fault", "");

  // It is unplugged: the system's is taken, and said so.
  await anna.page.evaluate((other) => {
    const all = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
    navigator.mediaDevices.enumerateDevices = async () => (await all()).filter((d) => d.deviceId !== other);
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  }, other);
  await anna.press("settings-open");
  await expect(anna.at("device-missing")).toContainText("not plugged in");
  await anna.press("settings-close");
  await Promise.all([anna.hears(customer.tone), customer.hears(anna.tone)]);
  await anna.hangUp();
  await customer.hasEnded();
});
