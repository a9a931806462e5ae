import type { ReactNode } from "react";
import { useAct } from "../kit/use-list";
import { Button } from "../views/Button";
import { useLanguage, useWords } from "../views/language";
import { calls } from "../words/calls";
import { explain } from "../words/problems";
import { saveAs } from "./saveAs";

interface Props {
  testid: string;
  /** The file's name. */
  name: string;
  make: () => Promise<Blob>;
  disabled?: boolean;
  children: ReactNode;
  /** Stands beside the button. */
  more?: ReactNode;
}

/** Makes a file and gives it to the browser. */
export function FileButton({ testid, name, make, disabled = false, children, more }: Props) {
  const language = useLanguage();
  const { notExported } = useWords(calls);
  const doing = useAct();
  return (
    <div className="buttons">
      <Button
        testid={testid}
        pending={doing.busy}
        disabled={disabled}
        onPress={() => void doing.act(async () => saveAs(await make(), name))}
      >
        {children}
      </Button>
      {more}
      <span className="error" role="alert">
        {doing.fault !== null && `${notExported} ${explain(language, doing.fault)}`}
      </span>
    </div>
  );
}
