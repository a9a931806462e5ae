import { useState } from "react";
import { Button } from "../views/Button";
import { Link } from "./place";

export interface Way {
  to: string;
  title: string;
  testid: string;
  current: boolean;
}

interface Props {
  /** What the pages are of. */
  label: string;
  look: "parts" | "tabs";
  ways: readonly Way[];
  /** Of the button; see there. */
  testid: string;
}

/** The ways to pages of one kind. Where there is no room for many of them they are behind a button that says which page this is. */
export function Ways({ label, look, ways, testid }: Props) {
  const few = 3;
  const [open, setOpen] = useState(false);
  const links = ways.map((w) => (
    <Link key={w.to} to={w.to} current={w.current} testid={w.testid} onFollow={() => setOpen(false)}>
      {w.title}
    </Link>
  ));
  if (ways.length <= few) {
    return (
      <nav className={look} aria-label={label}>
        <div>{links}</div>
      </nav>
    );
  }
  return (
    <nav className={open ? `${look} folding open` : `${look} folding`} aria-label={label}>
      <Button testid={testid} expanded={open} onPress={() => setOpen(!open)}>
        {ways.find((w) => w.current)?.title ?? label}
      </Button>
      <div>{links}</div>
    </nav>
  );
}
