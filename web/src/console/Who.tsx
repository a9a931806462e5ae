import type { Identity } from "../api/session";
import { plain } from "../words/format";

/** Somebody, by their id. */
export function Who({ id, identity }: { id: string; identity: Identity }) {
  return <bdi>{id === identity.id ? plain(identity.name) : plain(id)}</bdi>;
}
