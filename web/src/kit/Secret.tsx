import { useId, useRef, useState } from "react";
import { Button } from "../views/Button";
import { useWords } from "../views/language";
import { kit } from "../words/kit";
import { useUnsaved } from "./place";

interface Props {
  title: string;
  text: string;
  label: string;
  secret: string;
  /** What is pressed once it has been copied. */
  kept: string;
  testid: string;
  done: () => void;
}

/** What is shown this once. Whoever leaves before saying that they have it is asked. */
export function Secret({ title, text, label, secret, kept, testid, done }: Props) {
  const w = useWords(kit);
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState("");
  const release = useUnsaved(true);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setTold(w.copied);
    } catch {
      box.current?.select();
      setTold(w.notCopied);
    }
  };
  return (
    <section className="card" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        <bdi>{title}</bdi>
      </h2>
      <p>{text}</p>
      <div className="setting">
        <label htmlFor={id}>{label}</label>
        <input ref={box} id={id} readOnly value={secret} data-testid={testid} onFocus={(e) => e.target.select()} />
      </div>
      <div className="buttons">
        <Button testid={`${testid}-copy`} look="primary" onPress={() => void copy()}>
          {w.copy}
        </Button>
        <Button
          testid={`${testid}-kept`}
          onPress={() => {
            release();
            done();
          }}
        >
          {kept}
        </Button>
        <p className="faint" role="status">
          {told}
        </p>
      </div>
    </section>
  );
}
