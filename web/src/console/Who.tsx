import { plain } from "../words/format";
import type { Names } from "./loaded";

/** Somebody, by their id; who is not known any more is shown by it. */
export function Who({ id, names }: { id: string; names: Names }) {
  return <bdi>{nameOf(names, id)}</bdi>;
}

export function nameOf(names: Names, id: string): string {
  return plain((Object.hasOwn(names, id) ? names[id] : undefined) ?? "") || plain(id);
}
