// A setting with a part of its own, as one without: its fields are <part>_<field> in the form, and go back to their places when it is stored.
import { Problem } from "../api/problem";
import type { Values } from "./setting";
import type { Store } from "./use-setting";

export function flat(value: Values, part: string): Values {
  const { [part]: inner, ...rest } = value;
  const fields = Object.entries((inner ?? {}) as Values).map(([name, v]) => [`${part}_${name}`, v] as const);
  return { ...rest, ...Object.fromEntries(fields) };
}

/** What is empty is left out of the part. */
export function deep(value: Values, part: string): Values {
  const mark = `${part}_`;
  const entries = Object.entries(value);
  const inner = entries.filter(([name, v]) => name.startsWith(mark) && v !== "" && v !== undefined);
  return {
    ...Object.fromEntries(entries.filter(([name]) => !name.startsWith(mark))),
    [part]: Object.fromEntries(inner.map(([name, v]) => [name.slice(mark.length), v])),
  };
}

/** store takes, and read gives, the setting with its part. */
export function flattened(
  part: string,
  read: () => Promise<Values>,
  store: (version: string, all: Values) => Promise<Values>,
): Store<Values> {
  return {
    read: async () => flat(await read(), part),
    store: async (_, version, all) => {
      try {
        return flat(await store(version, deep(all, part)), part);
      } catch (e) {
        throw e instanceof Problem ? movedTo(e, part) : e;
      }
    },
  };
}

function movedTo(p: Problem, part: string): Problem {
  const field = p.field.startsWith(`/${part}/`) ? `/${part}_${p.field.slice(part.length + 2)}` : p.field;
  return new Problem({ code: p.code, title: p.title, detail: p.detail, status: p.status, request: p.request, field });
}
