import type { Choice } from "../api/client";
import type { View } from "../feed/messages";
import { canCommand, isPending } from "../state/select";
import { duration, notice, statusHint, statusLabel } from "../words";
import type { PanelProps } from "./actions";
import { Button } from "./Button";

const choices: { status: Choice; label: string }[] = [
  { status: "ready", label: "Ready" },
  { status: "business", label: "Business" },
  { status: "rest", label: "Rest" },
];

export function StatusPanel({ state, now, actions, view }: PanelProps & { view: View }) {
  const { status } = view;
  const loggedIn = status.code !== "logged_out";
  const blocked = notice(status.notice);
  return (
    <section className="card" aria-labelledby="status-title">
      <h2 id="status-title">Status</h2>
      <p className={`status ${status.code}`} aria-live="polite">
        <span data-testid="status" data-code={status.code} data-reason={status.reason}>
          {statusLabel(status)}
        </span>
      </p>
      {loggedIn && (
        <p className="faint">
          for <time>{duration(now - Date.parse(status.since))}</time>
        </p>
      )}
      <p className={blocked === null ? "note" : "note warn"} data-testid="status-hint">
        {blocked ?? statusHint(status, state.feed)}
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
          {isPending(state, "cti_login") ? "Logging in…" : "CTI Login"}
        </Button>
      )}
    </section>
  );
}

/** Ready, Business, Rest. In a call they choose what comes after it. */
function Choices({ state, actions, view }: PanelProps & { view: View }) {
  const { status } = view;
  const later = view.call !== null;
  const now = later ? status.next : status.code;
  return (
    <>
      {later && (
        <p className="note" data-testid="status-next" data-next={status.next ?? ""}>
          {status.next
            ? `Afterwards: ${statusLabel({ code: status.next })}`
            : "What you choose now applies when the call ends."}
        </p>
      )}
      <fieldset className="choices" aria-label={later ? "Status after the call" : "Choose your status"}>
        {choices.map((c) => (
          <Button
            key={c.status}
            testid={`choose-${c.status}`}
            pressed={now === c.status}
            pending={isPending(state, c.status)}
            disabled={!canCommand(state)}
            onPress={() => void actions.choose(c.status)}
          >
            {c.label}
          </Button>
        ))}
      </fieldset>
      <Button
        testid="cti-logout"
        look="quiet"
        pending={isPending(state, "cti_logout")}
        disabled={!canCommand(state)}
        onPress={() => void actions.ctiLogout()}
      >
        {later ? "CTI logout after the call" : "CTI logout"}
      </Button>
    </>
  );
}
