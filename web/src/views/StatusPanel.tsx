import type { Choice } from "../api/client";
import type { View } from "../feed/messages";
import { canCommand, isPending, rings } from "../state/select";
import { keysOf } from "../state/shortcuts";
import { duration } from "../words/format";
import { choices, notice, reasonsFor, statusHint, statusLabel, status as statusWords } from "../words/status";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { Sentence, useWords } from "./language";

export function StatusPanel({ state, now, actions, view }: PanelProps & { view: View }) {
  const { status } = view;
  const w = useWords(statusWords);
  const loggedIn = status.code !== "logged_out";
  const blocked = notice(w, status.notice);
  return (
    <section className="card" aria-labelledby="status-title">
      <h2 id="status-title">{w.title}</h2>
      <p className={`status ${status.code}`} aria-live="polite">
        <span data-testid="status" data-code={status.code} data-reason={status.reason}>
          {statusLabel(w, status, state.reasons)}
        </span>
      </p>
      {loggedIn && (
        <p className="faint">
          <Sentence text={w.since} slots={{ time: <time>{duration(now - Date.parse(status.since))}</time> }} />
        </p>
      )}
      <p className={blocked === null ? "note" : "note warn"} data-testid="status-hint">
        {blocked ?? statusHint(w, status, state.feed)}
      </p>
      {loggedIn ? (
        <Choices state={state} actions={actions} now={now} view={view} />
      ) : (
        <Button
          testid="cti-login"
          look="primary"
          pending={isPending(state, "cti_login")}
          disabled={!canCommand(state)}
          onPress={() => void actions.ctiLogin()}
        >
          {isPending(state, "cti_login") ? w.loggingIn : w.ctiLogin}
        </Button>
      )}
    </section>
  );
}

/** Ready, Business, Rest. In a call they choose what comes after it. */
function Choices({ state, actions, view }: PanelProps & { view: View }) {
  const { status } = view;
  const w = useWords(statusWords);
  const later = view.call !== null;
  const now = later ? status.next : status.code;
  return (
    <>
      {status.next ? (
        <p className="next" data-testid="status-next" data-next={status.next}>
          {w.afterwards(statusLabel(w, { code: status.next, reason: status.next_reason ?? "" }, state.reasons))}
        </p>
      ) : (
        later && !rings(view.call) && <p className="note">{w.chooseNext}</p>
      )}
      <fieldset className="choices" aria-label={later ? w.chooseAfter : w.choose}>
        {choices.map((c) => (
          <Button
            key={c}
            testid={`choose-${c}`}
            keys={keysOf(c)}
            pressed={now === c}
            expanded={reasonsFor(state.reasons, c).length > 0 ? state.reasoning === c : undefined}
            pending={isPending(state, c)}
            disabled={!canCommand(state)}
            onPress={() => void actions.choose(c)}
          >
            {w.codes[c]}
          </Button>
        ))}
      </fieldset>
      {state.reasoning !== null && <Why state={state} actions={actions} status={state.reasoning} />}
      <Button
        testid="cti-logout"
        look="quiet"
        pending={isPending(state, "cti_logout")}
        disabled={!canCommand(state)}
        onPress={() => void actions.ctiLogout()}
      >
        {later ? w.ctiLogoutAfter : w.ctiLogout}
      </Button>
    </>
  );
}

/** The reasons for a status; those are the administrator's own words. */
function Why({ state, actions, status }: Pick<PanelProps, "state" | "actions"> & { status: Choice }) {
  const w = useWords(statusWords);
  return (
    <fieldset className="reasons" data-testid="reasons">
      <legend>{w.whyChosen(w.codes[status])}</legend>
      {reasonsFor(state.reasons, status).map((r) => (
        <Button
          key={r.code}
          testid={`reason-${r.code}`}
          disabled={!canCommand(state)}
          onPress={() => void actions.choose(status, r.code)}
        >
          {r.name}
        </Button>
      ))}
      {!state.reasons.required && (
        <Button
          testid="reason-none"
          look="quiet"
          disabled={!canCommand(state)}
          onPress={() => void actions.choose(status, null)}
        >
          {w.noReason}
        </Button>
      )}
    </fieldset>
  );
}
