import { Component, type ReactNode } from "react";
import { Button } from "../views/Button";
import { useWords } from "../views/language";
import { console as consoleWords } from "../words/console";
import { ViewTitle } from "./ViewTitle";

/** A view that fails, or whose code cannot be had, does not take the widget and its call with it. */
export class Guard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Failed /> : this.props.children;
  }
}

function Failed() {
  const w = useWords(consoleWords);
  return (
    <div role="alert" data-testid="view-failed">
      <ViewTitle>{w.failed}</ViewTitle>
      <p className="note">{w.failedNote}</p>
      <Button testid="console-reload" onPress={() => location.reload()}>
        {w.reload}
      </Button>
    </div>
  );
}

export function Loading() {
  const w = useWords(consoleWords);
  return (
    <div aria-busy="true">
      <ViewTitle>{w.loading}</ViewTitle>
    </div>
  );
}
