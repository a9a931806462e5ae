import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { Link, usePlace } from "./place";

/** The heading of a page; the focus goes to it when somebody has come here from another page of the administration. */
export function Head({ title, children }: { title: string; children?: ReactNode }) {
  const { path } = usePlace();
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== path || document.activeElement === document.body) heading.current?.focus();
    before.current = path;
  }, [path]);
  return (
    <div className="head">
      <h1 ref={heading} tabIndex={-1} data-testid="admin-title">
        <bdi>{title}</bdi>
      </h1>
      {children}
    </div>
  );
}

/** The way back to the list that a page belongs to. */
export function Up({ to, title }: { to: string; title: string }) {
  return (
    <p className="up">
      <Link to={to} testid="up">
        <span aria-hidden="true">←</span> {title}
      </Link>
    </p>
  );
}
