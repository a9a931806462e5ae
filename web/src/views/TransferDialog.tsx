import { useId, useState } from "react";
import { canCommand } from "../state/select";
import { common } from "../words/common";
import { plain } from "../words/format";
import { explain } from "../words/problems";
import { agentsFound, transfer } from "../words/transfer";
import type { CallProps } from "./actions";
import { Choice } from "./Choice";
import { Dialog } from "./Dialog";
import { FrequentNumbers } from "./FrequentNumbers";
import { useLanguage, useWords } from "./language";

/** To whom, in four ways: a number, one that is frequently used, an agent who is Ready, a queue. Each can be given the call at once, or be asked first. */
export function TransferDialog(props: CallProps) {
  const w = useWords(transfer);
  return (
    <Dialog {...props} title={w.title} testid="transfer">
      <p className="faint">{w.note}</p>
      <ByNumber {...props} />
      <FrequentNumbers {...props} />
      <Agents {...props} />
      <Queues {...props} />
    </Dialog>
  );
}

function ByNumber(props: CallProps) {
  const id = useId();
  const w = useWords(transfer);
  const c = useWords(common);
  const [number, setNumber] = useState("");
  const entered = number.trim();
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{c.number}</h3>
      <div className="target">
        <input
          id={id}
          type="tel"
          data-testid="transfer-number"
          aria-label={w.numberToCall}
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
          name={entered || w.theNumber}
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
  const language = useLanguage();
  const w = useWords(transfer);
  const { nameOrNumber } = useWords(common);
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{w.agents}</h3>
      <input
        type="search"
        data-testid="transfer-search"
        aria-label={w.searchAgents}
        placeholder={nameOrNumber}
        autoComplete="off"
        maxLength={64}
        value={search}
        onChange={(e) => actions.searchColleagues(e.target.value)}
      />
      <p className="faint" role="status" data-testid="transfer-found">
        {fault === null ? agentsFound(w, found?.length, search) : explain(language, fault)}
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

function Queues(props: CallProps) {
  const id = useId();
  const w = useWords(transfer);
  const queues = props.state.view?.queues ?? [];
  if (queues.length === 0) return null;
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{w.queues}</h3>
      <ul className="targets">
        {queues.map((q) => (
          <li key={q} className="target" data-testid={`queue-${q}`}>
            <bdi className="whom name">{plain(q)}</bdi>
            <Choice {...props} to={{ queue: q }} name={w.theQueue(plain(q))} testid={`queue-${q}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
