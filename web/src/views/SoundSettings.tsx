import { type ReactNode, useId } from "react";
import { type Device, isMissing } from "../phone/devices";
import { isPending } from "../state/select";
import { phone as phoneWords } from "../words/phone";
import { microphoneFaults } from "../words/problems";
import { settings } from "../words/settings";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { useWords } from "./language";
import { Select } from "./Select";

/** Microphone, speakers and volumes, each with a way to try it out. */
export function SoundSettings(props: PanelProps) {
  const id = useId();
  const w = useWords(settings);
  const { actions } = props;
  const { devices, choice } = props.state;
  const missing =
    isMissing(choice.microphone, devices.microphones) ||
    isMissing(choice.speaker, devices.speakers) ||
    isMissing(choice.ringer, devices.speakers);
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{w.sound}</h3>
      <Permission {...props} />
      <p className="note warn" role="status" data-testid="device-missing">
        {missing ? w.missing : ""}
      </p>
      <Microphone {...props} />
      <Output {...props} device="speaker" volume="volume">
        <Button testid="test-speaker" onPress={() => void actions.testSpeaker()}>
          {w.testSpeaker}
        </Button>
      </Output>
      <Output {...props} device="ringer" volume="ringVolume">
        <Button testid="test-ring" onPress={() => void actions.testRing()}>
          {w.testRing}
        </Button>
      </Output>
      {!devices.canChooseSpeaker && <p className="faint">{w.noSpeakerChoice}</p>}
      <EchoTest {...props} />
    </section>
  );
}

/** Why the microphone is wanted, before the browser asks. */
function Permission({ state, actions }: PanelProps) {
  const w = useWords(phoneWords);
  const { allowFirst } = useWords(settings);
  if (state.microphone !== "ask") return null;
  return (
    <div className="bar note told">
      <p>
        {w.microphoneWhy} {allowFirst}
      </p>
      <Button
        testid="settings-allow"
        pending={isPending(state, "microphone")}
        onPress={() => void actions.allowMicrophone()}
      >
        {w.microphone}
      </Button>
    </div>
  );
}

function Microphone({ state, actions }: PanelProps) {
  const w = useWords(settings);
  const faults = useWords(microphoneFaults);
  const { devices, choice, test } = state;
  return (
    <div className="tried">
      <DeviceSelect
        label={w.microphone}
        testid="choose-microphone"
        value={choice.microphone}
        devices={devices.microphones}
        choose={(microphone) => actions.chooseSound({ microphone })}
      />
      <Button testid="test-microphone" onPress={() => void actions.testMicrophone(test === null)}>
        {test === null ? w.testMicrophone : w.endTest}
      </Button>
      {typeof test === "number" && (
        <div className="level">
          <meter aria-label={w.level} data-testid="level" min={0} max={1} value={test} />
          <p className="faint">{w.speak}</p>
        </div>
      )}
      {typeof test === "string" && (
        <p className="bar warn level" role="alert" data-testid="test-fault">
          {faults[test]}
        </p>
      )}
    </div>
  );
}

/** Where sounds are put out, how loud, and one to try it. */
function Output({
  state: { devices, choice },
  actions,
  device,
  volume,
  children,
}: PanelProps & { device: "speaker" | "ringer"; volume: "volume" | "ringVolume"; children: ReactNode }) {
  const w = useWords(settings);
  return (
    <div className="tried">
      {devices.canChooseSpeaker && (
        <DeviceSelect
          label={w[device]}
          testid={`choose-${device}`}
          value={choice[device]}
          devices={devices.speakers}
          choose={(id) => actions.chooseSound({ [device]: id })}
        />
      )}
      <Volume
        label={w[volume]}
        testid={volume}
        value={choice[volume]}
        choose={(percent) => actions.chooseSound({ [volume]: percent })}
      />
      {children}
    </div>
  );
}

/** The test call to the server's own echo. */
function EchoTest({ state, actions }: PanelProps) {
  const { echo: w } = useWords(settings);
  const { echo, registration, holder } = state.phone;
  const running = echo === "calling" || echo === "on";
  const able = holder === "this_tab" && registration === "registered" && state.view?.call === null;
  const says = { off: able ? w.note : w.notNow, calling: w.calling, on: w.on, failed: w.failed };
  return (
    <div className="tried">
      <p className={echo === "failed" ? "note warn" : "faint"} role="status" data-testid="echo-state" data-state={echo}>
        <span className="name">{w.title}</span> {says[echo]}
      </p>
      <Button testid="echo" disabled={!able && !running} onPress={() => actions.echo(!running)}>
        {running ? w.stop : w.start}
      </Button>
    </div>
  );
}

interface DeviceProps {
  label: string;
  testid: string;
  value: string;
  devices: readonly Device[];
  choose: (id: string) => void;
}

/** The system's own choice, then each device; one that was chosen and is unplugged stays in the list. */
function DeviceSelect({ label, testid, value, devices, choose }: DeviceProps) {
  const w = useWords(settings);
  const named = devices.map((d, i) => ({ value: d.id, text: d.name || w.device(String(i + 1)) }));
  const lost = value !== "" && !devices.some((d) => d.id === value);
  const options = [{ value: "", text: w.systems }, ...named, ...(lost ? [{ value, text: w.unplugged(label) }] : [])];
  return <Select label={label} testid={testid} value={value} options={options} choose={choose} />;
}

interface VolumeProps {
  label: string;
  testid: string;
  /** In percent. */
  value: number;
  choose: (value: number) => void;
}

function Volume({ label, testid, value, choose }: VolumeProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        data-testid={testid}
        min={0}
        max={100}
        step={5}
        value={value}
        onChange={(e) => choose(Number(e.target.value))}
      />
    </div>
  );
}
