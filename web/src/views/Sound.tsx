import { soundFault } from "../state/sound";
import { phone as phoneWords, qualityNumbers, soundText } from "../words/phone";
import { microphoneFaults } from "../words/problems";
import type { CallProps } from "./actions";
import { Button } from "./Button";
import { useLanguage, useWords } from "./language";

/** Whether the others can be heard here and hear the agent; if not, why, and what to do. */
export function Sound({ state, now, call, actions }: CallProps) {
  const w = useWords(phoneWords);
  const microphone = useWords(microphoneFaults);
  const { phone } = state;
  const fault = soundFault(state, call, now);
  if (state.view?.phone.device !== "webrtc") return null;
  const reason = fault === "microphone" && phone.microphone !== null ? ` ${microphone[phone.microphone]}` : "";
  return (
    <div
      className="sound"
      data-testid="audio"
      data-state={phone.holder === "this_tab" ? phone.audio : "elsewhere"}
      data-fault={fault ?? ""}
    >
      <div role="status">
        {fault !== null && (
          <p className={fault === "connecting" || fault === "elsewhere" ? "bar note" : "bar warn"}>
            {soundText(w, fault, call.commands.includes("rejoin"))}
            {reason}
          </p>
        )}
      </div>
      {fault === "blocked" && (
        <Button testid="unblock-audio" look="primary" onPress={actions.unblockAudio}>
          {w.hear}
        </Button>
      )}
      {fault === "microphone" && (
        <Button testid="microphone-again" look="primary" onPress={actions.microphoneAgain}>
          {w.tryAgain}
        </Button>
      )}
    </div>
  );
}

/** How well it sounds, in a word and in numbers; nothing until that is measured, or where [Sound] has more to say. */
export function HowWell({ state, now, call }: CallProps) {
  const w = useWords(phoneWords);
  const language = useLanguage();
  const { audio, quality } = state.phone;
  if (state.view?.phone.device !== "webrtc" || audio !== "playing" || soundFault(state, call, now) !== null)
    return null;
  const grade = quality?.grade;
  if (!grade) return null;
  return (
    <div className="sound">
      <p className={`quality ${grade}`}>
        <span role="status" data-testid="quality" data-grade={grade}>
          {w.quality}: {w.grades[grade]}
        </span>{" "}
        <span className="faint" data-testid="quality-numbers">
          {qualityNumbers(language, quality)}
        </span>
      </p>
      {grade === "poor" && <p className="faint">{w.poorHint}</p>}
    </div>
  );
}
