import { describe, expect, it } from "vitest";
import { choiceOf, inEffect, isMissing, sorted, systemsChoice } from "./devices";

describe("the choice of devices", () => {
  it("is kept and read again", () => {
    const choice = { microphone: "m", speaker: "s", ringer: "r", volume: 40, ringVolume: 0 };
    expect(choiceOf(JSON.stringify(choice))).toEqual(choice);
  });

  it.each(["", "null", "[]", "{", '{"volume":900,"microphone":7,"ringVolume":"loud"}'])(
    "of %j is the system's",
    (kept) => {
      expect(choiceOf(kept)).toEqual(systemsChoice);
    },
  );

  it("falls back while the device is unplugged, and comes back with it", () => {
    const [headset, speakers] = [{ id: "h", name: "Headset" }, [{ id: "s", name: "Speakers" }]];
    const chosen = { ...systemsChoice, microphone: "h", ringer: "s" };
    const devices = (microphones: { id: string; name: string }[]) => ({
      microphones,
      speakers,
      canChooseSpeaker: true,
    });
    expect(inEffect(chosen, devices([headset]))).toEqual(chosen);
    expect(inEffect(chosen, devices([{ id: "x", name: "Camera" }]))).toEqual({ ...chosen, microphone: "" });
    expect([isMissing("h", []), isMissing("", [headset]), isMissing("x", [headset])]).toEqual([false, false, true]);
  });

  it("is among real devices: the system's own choice is not one of them", () => {
    const list = sorted([
      { kind: "audioinput", deviceId: "default", label: "Default" },
      { kind: "audioinput", deviceId: "a", label: "Headset" },
      { kind: "audiooutput", deviceId: "b", label: "Speakers" },
      { kind: "audiooutput", deviceId: "", label: "" },
      { kind: "videoinput", deviceId: "c", label: "Camera" },
    ]);
    expect(list).toEqual({ microphones: [{ id: "a", name: "Headset" }], speakers: [{ id: "b", name: "Speakers" }] });
  });
});
