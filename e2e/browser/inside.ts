// What runs inside the page, beside it: an ear, and a few spies. Playwright puts it into each document before the page's own scripts.

export interface Ear {
  /** Waits until the tone is the loudest thing heard from the call; the time in ms since 1970. Rejects after within ms. */
  hears(hz: number, within: number): Promise<number>;
  /** Waits until, for a moment, all those tones were heard from the call, and no others. */
  hearsJust(hz: readonly number[], within: number): Promise<void>;
  /** Waits until anything is heard from the call. */
  hearsAnything(within: number): Promise<void>;
}

declare global {
  interface Window {
    ear: Ear;
    /** Notifications that were shown, and whether they are still. */
    notices: { title: string; body: string; shown: boolean }[];
    /** How many tones of the ringing sound were started. */
    rung: number;
    /** All tracks of the microphone that were ever opened. */
    microphones: MediaStreamTrack[];
    /** Pretends that the tab is in the background. */
    hide(hidden: boolean): void;
    /** What the content security policy had to stop. */
    violations: string[];
  }
}

/** Self-contained: it is sent to the browser as text. */
export function inside(): void {
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (e) => {
    window.violations.push(`${e.violatedDirective}: ${e.blockedURI} (${e.sourceFile}:${e.lineNumber})`);
  });

  window.microphones = [];
  const { microphones } = window;
  // The fake microphone says a steady tone, which is what noise suppression is there to take away.
  const getUserMedia = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (getUserMedia !== undefined) {
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia({
        ...constraints,
        audio: {
          ...(typeof constraints?.audio === "object" ? constraints.audio : {}),
          echoCancellation: false,
          noiseSuppression: false,
          autoGainControl: false,
        },
      });
      microphones.push(...stream.getAudioTracks());
      return stream;
    };
  }

  window.rung = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    window.rung++;
    start.apply(this, when);
  };

  window.notices = [];
  const shownNotices = window.notices;
  class Notice extends EventTarget {
    static permission = "granted";
    static requestPermission = async () => "granted";
    onclick: (() => void) | null = null;
    readonly #notice;
    constructor(title: string, { body = "" } = {}) {
      super();
      this.#notice = { title, body, shown: true };
      shownNotices.push(this.#notice);
    }
    close() {
      this.#notice.shown = false;
    }
  }
  Object.defineProperty(window, "Notification", { value: Notice });

  let hidden = false;
  Object.defineProperty(document, "hidden", { get: () => hidden });
  window.hide = (now) => {
    hidden = now;
    document.dispatchEvent(new Event("visibilitychange"));
  };

  let listening: { stream: MediaStream; analyser: AnalyserNode } | null = null;
  let context: AudioContext | null = null;
  const spectrum = () => {
    const audio = document.querySelector<HTMLAudioElement>("audio[data-testid=call-audio]");
    const stream = audio?.srcObject;
    if (audio === null || audio.paused || !(stream instanceof MediaStream)) return null;
    context ??= new AudioContext({ sampleRate: 48_000 });
    if (listening?.stream !== stream) {
      const analyser = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0 });
      context.createMediaStreamSource(stream).connect(analyser);
      listening = { stream, analyser };
    }
    const bins = new Float32Array(listening.analyser.frequencyBinCount);
    listening.analyser.getFloatFrequencyData(bins);
    return bins;
  };
  /** The loudest frequency above 200 Hz, in Hz, if it is louder than -45 dB; otherwise 0. */
  const loudest = () => {
    const bins = spectrum();
    if (bins === null) return 0;
    const width = 48_000 / 2048;
    let best = Math.ceil(200 / width);
    for (let i = best; i < bins.length; i++) if ((bins[i] ?? -200) > (bins[best] ?? -200)) best = i;
    return (bins[best] ?? -200) > -45 ? best * width : 0;
  };
  /** What anybody says, and what is held in the music. */
  const tones = [500, 700, 800, 900, 1100, 1200, 1300, 1400, 1500, 1700, 1900];
  /** Those of the tones that are louder than -45 dB and no more than 20 dB below the loudest. */
  const heard = () => {
    const bins = spectrum();
    if (bins === null) return [];
    const level = (hz: number) => bins[Math.round((hz * 2048) / 48_000)] ?? -200;
    const least = Math.max(-45, Math.max(...tones.map(level)) - 20);
    return tones.filter((hz) => level(hz) > least);
  };
  const wait = async (within: number, what: string, ok: (hz: number) => boolean) => {
    const until = Date.now() + within;
    for (;;) {
      const hz = loudest();
      if (ok(hz)) return Date.now();
      if (Date.now() > until) throw new Error(`${what}: not heard within ${within} ms; the loudest is ${hz} Hz`);
      await new Promise((next) => setTimeout(next, 10));
    }
  };
  window.ear = {
    hears: (hz, within) => wait(within, `${hz} Hz`, (heard) => Math.abs(heard - hz) < 30),
    hearsJust: async (hz, within) => {
      const until = Date.now() + within;
      const want = hz.toSorted((a, b) => a - b).join();
      for (let moment = 0; moment < 5; ) {
        const now = heard().join();
        moment = now === want ? moment + 1 : 0;
        if (moment === 0 && Date.now() > until) throw new Error(`not just ${want} Hz heard within ${within} ms, but ${now} Hz`);
        await new Promise((next) => setTimeout(next, 60)); // longer than what was looked at
      }
    },
    hearsAnything: async (within) => {
      await wait(within, "anything", (heard) => heard > 0);
    },
  };
}
