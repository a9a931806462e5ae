import { type ReactNode, useId } from "react";
import { Button } from "../../views/Button";
import { useLanguage } from "../../views/language";
import { type Complaint, explain } from "../../words/problems";

interface FieldProps {
  label: string;
  name: string;
  type?: "text" | "password";
  complete: "current-password" | "new-password" | "one-time-code";
  max?: number;
}

/** One field of such a form. */
export function EntryField({ label, name, type = "password", complete, max = 1024 }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        data-testid={name}
        type={type}
        autoComplete={complete}
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={max}
      />
    </div>
  );
}

interface Props {
  testid: string;
  action: string;
  busy: boolean;
  fault: Complaint | string | null;
  /** Gets what was filled in, by name. The fields stay as they are: who mistyped one need not type all. */
  submit: (of: (name: string) => string) => void;
  children: ReactNode;
  /** Stands beside the button. */
  more?: ReactNode;
}

/** Secrets that are filled in and sent; what is refused is said above the button. */
export function Entry({ testid, action, busy, fault, submit, children, more }: Props) {
  const language = useLanguage();
  return (
    <form
      className="entry"
      onSubmit={(e) => {
        e.preventDefault();
        const form = new FormData(e.currentTarget);
        if (!busy) submit((name) => String(form.get(name) ?? ""));
      }}
    >
      {children}
      <p className="error" role="alert" data-testid={`${testid}-fault`}>
        {fault !== null && (typeof fault === "string" ? fault : explain(language, fault))}
      </p>
      <div className="buttons">
        <Button submit look="primary" testid={testid} pending={busy}>
          {action}
        </Button>
        {more}
      </div>
    </form>
  );
}
