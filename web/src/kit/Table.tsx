import type { ReactNode } from "react";
import "../styles/table.css";
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
  figures = false,
  total,
}: {
  /** What it lists, for who does not see it. */
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  id: (row: T) => string;
  testid: string;
  /** Numbers under each other, beside a first column that stays. */
  figures?: boolean;
  /** The cells of a last row. */
  total?: readonly ReactNode[] | undefined;
}) {
  const w = useWords(kit);
  if (rows.length === 0) return <p className="note">{w.nothing}</p>;
  const line = (cell: (column: Column<T>, i: number) => ReactNode) =>
    columns.map((c, i) => {
      const Cell = i === 0 ? "th" : "td";
      return (
        <Cell key={c.title} scope={i === 0 ? "row" : undefined}>
          {cell(c, i)}
        </Cell>
      );
    });
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields are in it, and a landmark would be one too many
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div className={figures ? "scrolls figures" : "scrolls"} role="group" aria-label={caption} tabIndex={0}>
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
              {line((c) => c.cell(row))}
            </tr>
          ))}
        </tbody>
        {total !== undefined && (
          <tfoot>
            <tr data-testid={`${testid}-total`}>{line((_, i) => total[i])}</tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
