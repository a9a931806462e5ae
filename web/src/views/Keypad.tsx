import { type KeyboardEvent, useLayoutEffect, useRef } from "react";
import { canCommand } from "../state/select";
import { digitOf, digits } from "../state/shortcuts";
import { commands } from "../words/commands";
import type { CallProps } from "./actions";
import { useWords } from "./language";

/** Tones to whom the agent talks to. The keyboard's own digits work while the focus is here. */
export function Keypad({ state, actions }: CallProps) {
  const w = useWords(commands);
  const names: Record<string, string> = { "*": w.star, "#": w.hash };
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    first.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const able = canCommand(state);
  const typed = (e: KeyboardEvent<HTMLElement>) => {
    const digit = digitOf(e.nativeEvent);
    if (e.key === "Escape") actions.open(null);
    else if (able && digit !== null) void actions.digit(digit);
  };
  return (
    <fieldset className="keypad" aria-label={w.keypad} data-testid="keypad" onKeyDown={typed}>
      <output className="sent" aria-label={w.digitsSent} data-testid="digits-sent">
        {state.digits || <span className="faint">{w.nothingSent}</span>}
      </output>
      {digits.map((key, i) => (
        <button
          key={key}
          ref={i === 0 ? first : null}
          type="button"
          className="button"
          aria-label={names[key] ?? key}
          data-testid={`key-${key}`}
          disabled={!able}
          onClick={() => void actions.digit(key)}
        >
          {key}
        </button>
      ))}
    </fieldset>
  );
}
