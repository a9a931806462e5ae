import { useId } from "react";

interface Props<T extends string> {
  label: string;
  testid: string;
  value: T;
  options: readonly { value: T; text: string; lang?: string }[];
  choose: (value: T) => void;
  disabled?: boolean;
}

/** One of several, under its label. */
export function Select<T extends string>({ label, testid, value, options, choose, disabled = false }: Props<T>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        data-testid={testid}
        value={value}
        disabled={disabled}
        onChange={(e) => {
          const chosen = options.find((o) => o.value === e.target.value);
          if (chosen !== undefined) choose(chosen.value);
        }}
      >
        {options.map((o) => (
          <option key={o.value} value={o.value} lang={o.lang}>
            {o.text}
          </option>
        ))}
      </select>
    </div>
  );
}
