// The languages, and what holds the words of one area in each of them.

export const languages = ["en", "ko"] as const;
export type Language = (typeof languages)[number];

/** Each language by its own name: who cannot read the page finds theirs. */
export const languageNames: Record<Language, string> = { en: "English", ko: "한국어" };

/** The words of one area in every language. */
export type Area<T> = Readonly<Record<Language, T>>;
/** The words of one area in one language. */
export type Words<A> = A extends Area<infer T> ? T : never;

/** English says which words there are: where Korean lacks one, or has one too many, that is a type error. */
export function area<T extends object>(en: T, ko: NoInfer<T>): Area<T> {
  return { en, ko };
}

/** The entry of that name. Undefined: there is none. Names from the network find nothing but what was put there. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The first language of the browser's list that there is; otherwise English. */
export function preferredOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = languages.find((l) => tag.toLowerCase().split("-")[0] === l);
    if (found !== undefined) return found;
  }
  return "en";
}
