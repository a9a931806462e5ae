import type { ReactNode } from "react";
import { useWords } from "../views/language";
import { kit } from "../words/kit";

export interface Column<T> {
  title: string;
  cell: (row: T) => ReactNode;
}

/** Rows under titles. On a narrow page it scrolls by itself, and the page does not. */
export function Table<T>({
  caption,
  columns,
  rows,
  id,
  testid,
}: {
  /** What it lists, for who does not see it. */
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  id: (row: T) => string;
  testid: string;
}) {
  const w = useWords(kit);
  if (rows.length === 0) return <p className="note">{w.nothing}</p>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields are in it, and a landmark would be one too many
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div className="scrolls" role="group" aria-label={caption} tabIndex={0}>
      <table data-testid={testid}>
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.title} scope="col">
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} data-testid={`${testid}-${id(row)}`}>
              {columns.map((c, i) => {
                const Cell = i === 0 ? "th" : "td";
                return (
                  <Cell key={c.title} scope={i === 0 ? "row" : undefined}>
                    {c.cell(row)}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
