import type { FeedStatus } from "../feed/client";
import type { State } from "../state/state";
import { stopped } from "../words";

const labels: Record<FeedStatus["kind"], string> = {
  idle: "Not connected",
  connecting: "Connecting…",
  live: "Connected",
  stale: "Reconnecting…",
  offline: "Offline",
  stopped: "Disconnected",
};

export function ConnectionDot({ feed }: { feed: FeedStatus }) {
  return (
    <span className={`dot ${feed.kind}`} role="status" data-testid="feed-state" data-state={feed.kind}>
      {labels[feed.kind]}
    </span>
  );
}

/** Says what a missing connection means. Nothing while all is well, or was a moment ago. */
export function ConnectionBar({ state }: { state: State }) {
  const text = meaning(state);
  return (
    <div role="status" data-testid="feed-hint">
      {text !== null && <p className="bar warn">{text}</p>}
    </div>
  );
}

function meaning({ feed, view }: State): string | null {
  switch (feed.kind) {
    case "stale":
      return "The connection to the controller was lost. What you see may be out of date; this page reconnects by itself.";
    case "offline":
      return view === null
        ? "The controller cannot be reached. Check your network; this page goes on trying."
        : "The controller has been out of reach for a while. What you see is out of date. A call that you have goes on; this page goes on trying.";
    default:
      return stopped(feed);
  }
}
