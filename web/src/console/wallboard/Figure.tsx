import type { ReactNode } from "react";

interface Props {
  name: string;
  testid: string;
  /** Somebody should look. The number itself says so too. */
  grave?: boolean;
  hint?: string;
  children: ReactNode;
}

/** A number that is read from afar, under its name, in a <dl>. */
export function Figure({ name, testid, grave = false, hint, children }: Props) {
  return (
    <div className={grave ? "figure grave" : "figure"} title={hint}>
      <dt>{name}</dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  );
}
