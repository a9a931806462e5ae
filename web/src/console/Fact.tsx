import type { ReactNode } from "react";

/** A name and what it is, in a <dl>. */
export function Fact({ name, testid, children }: { name: string; testid?: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  );
}
