// The language in views: what it is, and its words.
import { createContext, Fragment, type ReactNode, useContext } from "react";
import type { Area, Language } from "../words/area";

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
