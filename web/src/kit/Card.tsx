import { type ReactNode, useId } from "react";

/** A part of a page, with a heading. */
export function Card({ title, intro, children }: { title: string; intro?: string | undefined; children: ReactNode }) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {intro !== undefined && <p className="note">{intro}</p>}
      {children}
    </section>
  );
}
