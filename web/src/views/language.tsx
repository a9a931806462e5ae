// The language in views: what it is, its words, and how another is chosen.
import { createContext, Fragment, type ReactNode, useContext, useId } from "react";
import { type Area, type Language, languageNames, languages } from "../words/area";
import { common } from "../words/common";

const Spoken = createContext<Language>("en");

/** Everything inside speaks that language. */
export const Speaks = Spoken.Provider;

export function useLanguage(): Language {
  return useContext(Spoken);
}

/** The words of one area, in the language that is spoken here. */
export function useWords<T>(area: Area<T>): T {
  return area[useContext(Spoken)];
}

/** A sentence with things at the places of their {names}, wherever the language puts them. */
export function Sentence({ text, slots }: { text: string; slots: Readonly<Record<string, ReactNode>> }) {
  return text.split(/(\{\w+\})/).map((part, i) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1] ?? "";
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their places
    return <Fragment key={i}>{Object.hasOwn(slots, name) ? slots[name] : part}</Fragment>;
  });
}

export function LanguageChoice({ choose }: { choose: (language: Language) => void }) {
  const id = useId();
  const language = useLanguage();
  const { language: name } = useWords(common);
  return (
    <span className="language">
      <label htmlFor={id} className="unseen">
        {name}
      </label>
      <select
        id={id}
        data-testid="language"
        value={language}
        onChange={(e) => choose(languages.find((l) => l === e.target.value) ?? language)}
      >
        {languages.map((l) => (
          <option key={l} value={l} lang={l}>
            {languageNames[l]}
          </option>
        ))}
      </select>
    </span>
  );
}
