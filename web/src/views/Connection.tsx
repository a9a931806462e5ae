import type { FeedStatus } from "../feed/client";
import type { State } from "../state/state";
import { connection, connectionMeaning } from "../words/connection";
import { useWords } from "./language";

export function ConnectionDot({ feed }: { feed: FeedStatus }) {
  const { labels } = useWords(connection);
  return (
    <span className={`dot ${feed.kind}`} role="status" data-testid="feed-state" data-state={feed.kind}>
      {labels[feed.kind]}
    </span>
  );
}

/** Says what a missing connection means. Nothing while all is well, or was a moment ago. */
export function ConnectionBar({ state: { feed, view } }: { state: State }) {
  const text = connectionMeaning(useWords(connection), feed, view !== null);
  return (
    <div role="status" data-testid="feed-hint">
      {text !== null && <p className="bar warn">{text}</p>}
    </div>
  );
}
