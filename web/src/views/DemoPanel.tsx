import { useId, useState } from "react";
import type { View } from "../feed/messages";
import { canCommand, isPending } from "../state/select";
import { plain } from "../words";
import type { PanelProps } from "./actions";
import { Button } from "./Button";

/** Lets a caller come in, so that one can try everything alone. Which queue is picked is nobody else's business: it stays here. */
export function DemoPanel({ state, actions, view }: PanelProps & { view: View }) {
  const [picked, pick] = useState<string | null>(null);
  const id = useId();
  const queue = view.queues.includes(picked ?? "") ? (picked ?? "") : view.queues[0];
  if (queue === undefined) return null;
  const pending = isPending(state, "demo_call");
  return (
    <section className="card demo" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Try it</h2>
      <p className="note">A recorded customer calls the queue that you choose. Be Ready to get the call.</p>
      <div className="buttons">
        <label htmlFor={id}>Queue</label>
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
          {pending ? "Placing the call…" : "Place a demo call"}
        </Button>
      </div>
    </section>
  );
}
