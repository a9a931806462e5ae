import type { ReactNode } from "react";

interface Props {
  children: ReactNode;
  onPress: () => void;
  testid: string;
  /** Asked for and not seen to be done: shown as such, and a further press does nothing. */
  pending?: boolean;
  disabled?: boolean;
  look?: "plain" | "primary" | "good" | "bad" | "quiet";
  /** For one of several that exclude each other: whether it is the one that holds. */
  pressed?: boolean;
}

/** A button keeps the focus while it is pending: it is marked, not disabled. */
export function Button({
  children,
  onPress,
  testid,
  pending = false,
  disabled = false,
  look = "plain",
  pressed,
}: Props) {
  return (
    <button
      type="button"
      className={`button ${look}`}
      data-testid={testid}
      disabled={disabled && !pending}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      aria-pressed={pressed}
      onClick={() => {
        if (!pending) onPress();
      }}
    >
      {children}
    </button>
  );
}
