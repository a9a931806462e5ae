import { useId, useState } from "react";
import { canCommand } from "../state/select";
import { plain } from "../words";
import type { CallProps } from "./actions";
import { Choice } from "./Choice";
import { Dialog } from "./Dialog";
import { FrequentNumbers } from "./FrequentNumbers";

/** To whom, in four ways: a number, one that is frequently used, an agent who is Ready, a queue. Each can be given the call at once, or be asked first. */
export function TransferDialog(props: CallProps) {
  return (
    <Dialog {...props} title="Transfer" testid="transfer">
      <p className="faint">
        Connect gives the customer away at once, and comes back to you if nobody answers. In a Consultation Call the
        customer holds while you ask.
      </p>
      <ByNumber {...props} />
      <FrequentNumbers {...props} />
      <Agents {...props} />
      <Queues {...props} />
    </Dialog>
  );
}

function ByNumber(props: CallProps) {
  const id = useId();
  const [number, setNumber] = useState("");
  const entered = number.trim();
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Number</h3>
      <div className="target">
        <input
          id={id}
          type="tel"
          data-testid="transfer-number"
          aria-label="Number to call"
          autoComplete="off"
          maxLength={64}
          value={number}
          onChange={(e) => setNumber(e.target.value)}
          onKeyDown={(e) => {
            // Of the two, the one that can be taken back.
            if (e.key === "Enter" && entered !== "" && canCommand(props.state))
              void props.actions.consult({ number: entered });
          }}
        />
        <Choice
          {...props}
          to={{ number: entered }}
          name={entered || "the number"}
          testid="number"
          disabled={entered === ""}
        />
      </div>
    </section>
  );
}

function Agents(props: CallProps) {
  const { state, actions } = props;
  const id = useId();
  const { search, found, fault } = state.directory;
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Agents who are Ready</h3>
      <input
        type="search"
        data-testid="transfer-search"
        aria-label="Search by name or number"
        placeholder="Name or number"
        autoComplete="off"
        maxLength={64}
        value={search}
        onChange={(e) => actions.searchColleagues(e.target.value)}
      />
      <p className="faint" role="status" data-testid="transfer-found">
        {fault ?? foundText(found?.length, search)}
      </p>
      <ul className="targets">
        {found?.map((c) => (
          <li key={c.agent} className="target" data-testid={`colleague-${c.agent}`}>
            <span className="whom">
              <bdi className="name">{plain(c.name)}</bdi> <bdi className="faint">{plain(c.number)}</bdi>
              {c.queues.length > 0 && <bdi className="faint block">{c.queues.map(plain).join(", ")}</bdi>}
            </span>
            <Choice {...props} to={{ agent: c.agent }} name={plain(c.name)} testid={c.agent} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function foundText(count: number | undefined, search: string): string {
  if (count === undefined) return "Looking who is Ready…";
  if (count === 0)
    return search.trim() === "" ? "Nobody else is Ready now." : "Nobody of that name or number is Ready now.";
  return count === 1 ? "One agent is Ready." : `${count} agents are Ready.`;
}

function Queues(props: CallProps) {
  const id = useId();
  const queues = props.state.view?.queues ?? [];
  if (queues.length === 0) return null;
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Queues</h3>
      <ul className="targets">
        {queues.map((q) => (
          <li key={q} className="target" data-testid={`queue-${q}`}>
            <bdi className="whom name">{plain(q)}</bdi>
            <Choice {...props} to={{ queue: q }} name={`queue ${plain(q)}`} testid={`queue-${q}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
