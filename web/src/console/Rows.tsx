import type { ReactNode } from "react";
import { Button } from "../views/Button";
import { useLanguage, useWords } from "../views/language";
import { console as consoleWords } from "../words/console";
import { explain } from "../words/problems";
import type { Names } from "./loaded";
import { Shown } from "./State";
import type { Pages } from "./usePages";

/** A list with a line for each item, and a way to older ones. */
export function Rows<T extends { id: string }>({
  pages: { state, again, older, more },
  none,
  row,
  testid,
  part = false,
}: {
  pages: Pages<T>;
  none: string;
  row: (item: T, names: Names) => ReactNode;
  testid: string;
  /** It was read with what it stands in, and says nothing of how old it is. */
  part?: boolean;
}) {
  const language = useLanguage();
  const w = useWords(consoleWords);
  return (
    <Shown state={state} again={again} part={part}>
      {({ items, next, names }) => (
        <>
          {items.length === 0 ? (
            <p className="note" data-testid={`${testid}-none`}>
              {none}
            </p>
          ) : (
            <ul className="rows" data-testid={testid} data-count={items.length}>
              {items.map((item) => (
                <li key={item.id}>{row(item, names)}</li>
              ))}
            </ul>
          )}
          {next !== null && (
            <Button testid="older" pending={more.busy} onPress={older}>
              {w.older}
            </Button>
          )}
          <p className="error" role="alert">
            {more.fault !== null && `${w.unread} ${explain(language, more.fault)}`}
          </p>
        </>
      )}
    </Shown>
  );
}
