import { useId, useRef } from "react";
import { Button } from "../../views/Button";
import { useLanguage, useWords } from "../../views/language";
import { Select } from "../../views/Select";
import { duration, number, plain, timeOfDay } from "../../words/format";
import { status as statusWords } from "../../words/status";
import { wallboard } from "../../words/wallboard";
import type { Filter } from "../route";
import type { PartProps } from "../sections";
import { ViewTitle } from "../ViewTitle";
import { AgentTile } from "./AgentTile";
import { type Board, freshness, inOrder, isReady, levelOf, ofQueue, ofService, type Service, totalOf } from "./board";
import { Figure } from "./Figure";
import { useFullScreen } from "./useFullScreen";
import { useClock, useWatch } from "./useWatch";

type Props = Pick<PartProps, "console"> & { filter: Filter<"wallboard"> };

/** Queues and agents as they are now, to be read from across a room. */
export function Wallboard({ filter, console: model }: Props) {
  const language = useLanguage();
  const w = useWords(wallboard);
  const watch = useWatch(model.api);
  const clock = useClock();
  const room = useRef<HTMLDivElement>(null);
  const { full, turn } = useFullScreen(room);
  const { board, at } = watch;
  const fresh = freshness(watch, clock, navigator.onLine);
  const services = board?.services ?? [];
  const chosen = services.some((s) => s.id === filter.service) ? (filter.service ?? "") : "";
  const now = clock + model.skew();
  return (
    <div ref={room} className={fresh === "live" ? "wallboard" : "wallboard dated"} data-testid="wallboard">
      <div className="board-head">
        <ViewTitle>{w.title}</ViewTitle>
        <p
          role="status"
          className={`dot ${fresh === "never" ? "late" : fresh}`}
          data-testid="board-state"
          data-state={fresh}
        >
          {/* Read out when it changes in kind, not each second. */}
          <span className="unseen">
            {fresh === "live" ? "" : fresh === "never" ? w.never : w[fresh](timeOfDay(language, at))}
          </span>
          <span aria-hidden="true">{fresh === "never" ? w.never : w[fresh](timeOfDay(language, at))}</span>
        </p>
        {services.length > 1 && (
          <Select
            label={w.service}
            testid="board-service"
            value={chosen}
            options={[{ value: "", text: w.all }, ...services.map((s) => ({ value: s.id, text: plain(s.name) }))]}
            choose={(service) =>
              model.navigation.replace({ at: "wallboard", filter: service === "" ? {} : { service } })
            }
          />
        )}
        {turn !== null && (
          <Button testid="board-full" onPress={turn}>
            {full ? w.leave : w.full}
          </Button>
        )}
      </div>
      {board !== null && services.length === 0 && <p className="note">{w.none}</p>}
      {board !== null &&
        services
          .filter((s) => chosen === "" || s.id === chosen)
          .map((s) => <ServiceBoard key={s.id} service={s} board={board} now={now} />)}
    </div>
  );
}

function ServiceBoard({ service, board, now }: { service: Service; board: Board; now: number }) {
  const id = useId();
  const language = useLanguage();
  const w = useWords(wallboard);
  const s = useWords(statusWords);
  const agents = inOrder(ofService(board.agents, service));
  const { waiting, ringing, since } = totalOf(service);
  const level = levelOf(service.today);
  const count = (n: number) => number(language, n);
  const wait = (from: string | undefined) => (from === undefined ? "–" : duration(now - Date.parse(from)));
  return (
    <section className="card board" aria-labelledby={id} data-testid={`board-${service.id}`}>
      <h2 id={id}>
        <bdi>{plain(service.name)}</bdi>
      </h2>
      <dl className="figures big">
        <Figure name={w.waiting} testid="waiting" grave={waiting > 0}>
          {count(waiting)}
        </Figure>
        <Figure name={w.longest} testid="longest" grave={since !== undefined}>
          {wait(since)}
        </Figure>
        <Figure name={w.ringing} testid="ringing">
          {count(ringing)}
        </Figure>
        <Figure name={w.inCall} testid="in-call">
          {count(service.in_call)}
        </Figure>
        <Figure name={w.ready} testid="ready">
          {count(agents.filter(isReady).length)}
        </Figure>
        <Figure name={w.answered} testid="answered">
          {count(service.today.answered)}
        </Figure>
        <Figure name={w.lost} testid="lost">
          {count(service.today.lost)}
        </Figure>
        <Figure name={w.level} testid="level" hint={w.levelHint}>
          {level === null ? "–" : number(language, level, { style: "percent" })}
        </Figure>
      </dl>
      {service.queues.map((q) => {
        const theirs = ofQueue(board.agents, q.name);
        return (
          <div key={q.name} className="board-queue" data-testid={`board-queue-${q.name}`}>
            <h3>
              <bdi>{plain(q.name)}</bdi>
            </h3>
            <dl className="figures">
              <Figure name={w.waiting} testid="waiting" grave={q.waiting > 0}>
                {count(q.waiting)}
              </Figure>
              <Figure name={w.longest} testid="longest" grave={q.waiting_since !== undefined}>
                {wait(q.waiting_since)}
              </Figure>
              <Figure name={w.ringing} testid="ringing">
                {count(q.ringing)}
              </Figure>
              <Figure name={w.inCall} testid="in-call">
                {count(q.in_call)}
              </Figure>
              <Figure name={w.ready} testid="ready">
                {`${count(theirs.filter(isReady).length)} / ${count(theirs.length)}`}
              </Figure>
              <Figure name={w.answered} testid="answered">
                {count(q.today.answered)}
              </Figure>
              <Figure name={w.lost} testid="lost">
                {count(q.today.lost)}
              </Figure>
            </dl>
          </div>
        );
      })}
      <h3>{w.agents}</h3>
      {agents.length === 0 ? (
        <p className="note">{w.noAgents}</p>
      ) : (
        <ul className="board-agents">
          {agents.map((a) => (
            <AgentTile key={a.id} agent={a} now={now} words={s} />
          ))}
        </ul>
      )}
    </section>
  );
}
