import { useId, useState } from "react";
import type { View } from "../feed/messages";
import { canCommand, isPending } from "../state/select";
import { common } from "../words/common";
import { plain } from "../words/format";
import { session } from "../words/session";
import type { PanelProps } from "./actions";
import { Button } from "./Button";
import { useWords } from "./language";

/** Lets a caller come in, so that one can try everything alone. Which queue is picked is nobody else's business: it stays here. */
export function DemoPanel({ state, actions, view }: PanelProps & { view: View }) {
  const [picked, pick] = useState<string | null>(null);
  const id = useId();
  const { demo } = useWords(session);
  const c = useWords(common);
  const queue = view.queues.includes(picked ?? "") ? (picked ?? "") : view.queues[0];
  if (queue === undefined) return null;
  const pending = isPending(state, "demo_call");
  return (
    <section className="card demo" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{demo.title}</h2>
      <p className="note">{demo.note}</p>
      <div className="buttons">
        <label htmlFor={id}>{c.queue}</label>
        <select id={id} data-testid="demo-queue" value={queue} onChange={(e) => pick(e.target.value)}>
          {view.queues.map((q) => (
            <option key={q} value={q}>
              {plain(q)}
            </option>
          ))}
        </select>
        <Button
          testid="demo-call"
          pending={pending}
          disabled={!canCommand(state)}
          onPress={() => void actions.demoCall(queue)}
        >
          {pending ? c.placing : demo.place}
        </Button>
      </div>
    </section>
  );
}
