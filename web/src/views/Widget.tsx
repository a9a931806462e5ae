import { useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { isRinging } from "../state/select";
import type { State } from "../state/state";
import { callerName, call as callWords } from "../words/call";
import { session } from "../words/session";
import { statusLabel, status as statusWords } from "../words/status";
import { widget as widgetWords } from "../words/widget";
import type { PanelProps } from "./actions";
import { CallPanel } from "./CallPanel";
import { DemoPanel } from "./DemoPanel";
import { useFocusKept } from "./focus";
import { useCallInView } from "./inView";
import { useWords } from "./language";
import { PhonePanel } from "./PhonePanel";
import { StatusPanel } from "./StatusPanel";

/** What tells that the page beside the widget shows another view. */
export interface Moves {
  subscribe(listener: () => void): () => void;
}

const NARROW = "(max-width: 48rem)";

type Props = PanelProps & { moves: Moves | null };

/** The call widget (S7). Where there is no room beside the console it is behind a button, and in its place when that is pressed. */
export function Widget({ moves, ...props }: Props) {
  const { state } = props;
  const id = useId();
  const w = useWords(widgetWords);
  const [asked, setAsked] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // A call that rings opens it; one that is gone before it was taken leaves it as it was.
  const call = state.view?.call ?? null;
  const offered = isRinging(state) ? (call?.id ?? null) : null;
  const [rang, setRang] = useState<{ call: string | null; opened: boolean }>({ call: null, opened: false });
  if (offered !== rang.call) {
    setRang({ call: offered, opened: offered !== null && (rang.opened || !asked) });
    if (offered !== null) setAsked(true);
    else if (rang.opened && call === null) setAsked(false);
  }
  // Who follows a link out of the widget wants to see what is there.
  useEffect(() => moves?.subscribe(() => setAsked(false)), [moves]);
  const open = asked || (state.panel !== null && state.panel !== "settings" && state.panel !== "help");
  // Then it is all that there is.
  const covers = useNarrow() && open;
  const box = useCallInView<HTMLDivElement>(state);
  useFocusKept(box);
  return (
    <>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles have names */}
      <div
        ref={box}
        id={id}
        className={open ? "widget open" : "widget"}
        role={covers ? "main" : "complementary"}
        aria-label={w.name}
        data-testid="widget"
      >
        {covers && <h1 className="unseen">{w.name}</h1>}
        <Panels {...props} />
      </div>
      <button
        ref={button}
        type="button"
        className={isRinging(state) ? "button widget-button rings" : "button widget-button"}
        data-testid="widget-open"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setAsked(!open)}
      >
        {open ? w.close : <Summary state={state} />}
      </button>
    </>
  );
}

/** There is room for the console or the widget, as desk.css has it. */
function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(NARROW);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(NARROW).matches,
    () => false,
  );
}

/** All that is in the widget. */
export function Panels(props: PanelProps) {
  const { state } = props;
  const { waiting } = useWords(session);
  if (state.view === null) {
    return (
      <p className="waiting" aria-busy="true">
        {waiting}
      </p>
    );
  }
  return (
    <>
      <CallPanel {...props} view={state.view} />
      <StatusPanel {...props} view={state.view} />
      {state.demo && <DemoPanel {...props} view={state.view} />}
      <PhonePanel {...props} view={state.view} />
    </>
  );
}

/** What the closed widget says: who calls, or the agent's status. */
function Summary({ state }: { state: State }) {
  const w = useWords(widgetWords);
  const ofCall = useWords(callWords);
  const ofStatus = useWords(statusWords);
  const call = state.view?.call ?? null;
  if (state.view === null) return w.name;
  if (call !== null && isRinging(state)) return <bdi>{w.rings(callerName(ofCall, call.caller))}</bdi>;
  return `${w.name}: ${statusLabel(ofStatus, state.view.status)}`;
}
