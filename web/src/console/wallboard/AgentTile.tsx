import { useWords } from "../../views/language";
import type { Words } from "../../words/area";
import { calls, whyName } from "../../words/calls";
import { duration, plain, sentence } from "../../words/format";
import { type status, statusLabel } from "../../words/status";
import { wallboard } from "../../words/wallboard";
import { Link } from "../Link";
import type { Agent } from "./board";

/** An agent: the status and for how long, and the call. */
export function AgentTile({ agent, now, words }: { agent: Agent; now: number; words: Words<typeof status> }) {
  const w = useWords(wallboard);
  const k = useWords(calls);
  const { id, name, status: s, call } = agent;
  const busy = !["ready", "business", "rest", "logged_out"].includes(s.code);
  return (
    <li className="board-agent" data-testid={`board-agent-${id}`} data-state={s.code}>
      <span className="name">
        <bdi>{plain(name) || plain(id)}</bdi>
      </span>
      <span className={`board-status ${s.code}`}>
        {statusLabel(words, s)} <time>{duration(now - Date.parse(s.since))}</time>
      </span>
      {s.notice && <span className="error">{sentence(whyName(k, s.notice))}</span>}
      {call !== undefined && (
        <span className="faint">
          <Link to={{ at: "call", call: call.id }} testid={`board-call-${id}`}>
            {call.queue === undefined ? w.call : plain(call.queue)}
          </Link>{" "}
          <time>{duration(now - Date.parse(call.since))}</time>
        </span>
      )}
      {call === undefined && busy && <span className="faint">{w.elsewhere}</span>}
    </li>
  );
}
