// What can be chosen from: one's services, their queues and people.
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { Api } from "../api/client";
import type { components } from "../api/contract.gen";
import { plain } from "../words/format";

export type Directory = components["schemas"]["Directory"];

export const nothing: Directory = { services: [], people: [], more: false };

const Known = createContext<Directory>(nothing);

export const useDirectory = (): Directory => useContext(Known);

/** Reads the directory, and again with every key. While it cannot be had, what was known stays: everything can be read without it. */
export function Directories({ api, at, children }: { api: Api; at: string | null; children: ReactNode }) {
  const [known, setKnown] = useState(nothing);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is read anew where one has gone to
  useEffect(() => {
    let over = false;
    api
      .send<Directory>({ method: "GET", path: "/api/v1/names", kept: true })
      .then((d) => over || setKnown(d))
      .catch(() => {});
    return () => {
      over = true;
    };
  }, [api, at]);
  return <Known value={known}>{children}</Known>;
}

export interface Choice {
  value: string;
  text: string;
}

export function serviceName({ services }: Directory, id: string): string {
  return plain(services.find((s) => s.id === id)?.name ?? "") || plain(id);
}

/** What stands in the address already is among the choices, whatever it is. */
function withChosen(list: Choice[], chosen: string | undefined): Choice[] {
  const known = chosen === undefined || chosen === "" || list.some((c) => c.value === chosen);
  return known ? list : [...list, { value: chosen, text: plain(chosen) }];
}

export function serviceChoices(d: Directory, chosen?: string): Choice[] {
  return withChosen(
    d.services.map((s) => ({ value: s.id, text: plain(s.name) })),
    chosen,
  );
}

/** Of one service, or of all. */
export function queueChoices(d: Directory, service?: string, chosen?: string): Choice[] {
  const of = d.services.filter((s) => service === undefined || s.id === service);
  return withChosen(
    of.flatMap((s) => s.queues).map((q) => ({ value: q, text: q })),
    chosen,
  );
}

/** Those of one service, or all. */
export function peopleChoices(d: Directory, service?: string, chosen?: string): Choice[] {
  const of = d.people.filter((p) => service === undefined || p.services.includes(service));
  return withChosen(
    of.map((p) => ({ value: p.id, text: plain(p.name) })),
    chosen,
  );
}

/** The name of a service. */
export function ServiceName({ id }: { id: string }) {
  return <bdi>{serviceName(useDirectory(), id)}</bdi>;
}
