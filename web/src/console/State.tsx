import type { ReactNode } from "react";
import { Button } from "../views/Button";
import { useLanguage, useWords } from "../views/language";
import { console as consoleWords } from "../words/console";
import { timeOfDay } from "../words/format";
import { explain } from "../words/problems";
import type { Loaded } from "./loaded";

/** What was read, or that it is being read, or why it could not be; when it could not be read again, that it may be out of date. */
export function Shown<T>({
  state,
  again,
  part = false,
  children,
}: {
  state: Loaded<T>;
  again: () => void;
  /** It was read with something else, which says how old it is. */
  part?: boolean;
  children: (value: T) => ReactNode;
}) {
  const language = useLanguage();
  const w = useWords(consoleWords);
  const { value, fault, busy, at } = state;
  return (
    <>
      {!part && (
        <div role="status">
          {fault !== null && (
            <div className="bar warn told" data-testid="unread" data-code={fault.code}>
              <p>
                {value === undefined ? w.unread : w.stale} {explain(language, fault)}
              </p>
              <Button testid="read-again" look="quiet" pending={busy} onPress={again}>
                {w.again}
              </Button>
            </div>
          )}
          {value === undefined && fault === null && <p className="note">{w.loading}</p>}
        </div>
      )}
      {value !== undefined && (
        <div className={fault === null ? "view" : "view dated"} aria-busy={busy || undefined}>
          {children(value)}
          {!part && (
            <p className="faint as-of">
              {w.asOf(timeOfDay(language, at))}
              <Button testid="refresh" look="quiet" pending={busy} onPress={again}>
                {w.refresh}
              </Button>
            </p>
          )}
        </div>
      )}
    </>
  );
}
