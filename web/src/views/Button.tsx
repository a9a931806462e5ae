import type { ReactNode, Ref } from "react";

interface Props {
  ref?: Ref<HTMLButtonElement>;
  children: ReactNode;
  onPress?: () => void;
  /** It sends its form off; onPress is not needed then. */
  submit?: boolean;
  testid: string;
  /** Asked for and not seen to be done: shown as such, and a further press does nothing. */
  pending?: boolean;
  disabled?: boolean;
  look?: "plain" | "primary" | "good" | "bad" | "quiet";
  /** For one of several that exclude each other: whether it is the one that holds. */
  pressed?: boolean;
  /** For what opens something: whether it is open. */
  expanded?: boolean | undefined;
  /** The whole name where the visible words do not say it alone; it begins with them. */
  label?: string;
  /** The keys that do the same. */
  keys?: string;
}

/** A button keeps the focus while it is pending: it is marked, not disabled. */
export function Button({
  ref,
  children,
  onPress,
  submit = false,
  testid,
  pending = false,
  disabled = false,
  look = "plain",
  pressed,
  expanded,
  label,
  keys,
}: Props) {
  return (
    <button
      ref={ref}
      type={submit ? "submit" : "button"}
      className={`button ${look}`}
      data-testid={testid}
      disabled={disabled && !pending}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-label={label}
      aria-keyshortcuts={keys}
      onClick={(e) => {
        if (pending) e.preventDefault();
        else onPress?.();
      }}
    >
      {children}
    </button>
  );
}
