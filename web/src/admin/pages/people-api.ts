import { type Api, at, type Schemas } from "../../kit/api";

export type Person = Schemas["Person"];

/** The most that one page of people may have. */
export const PAGE = 100;

export interface Search {
  search: string;
  service: string;
  offset: number;
}

export function findPeople(api: Api, { search, service, offset }: Search, limit = 25): Promise<Schemas["People"]> {
  const query = new URLSearchParams({ offset: String(offset), limit: String(limit) });
  if (search !== "") query.set("search", search);
  if (service !== "") query.set("service", service);
  return api.send({ method: "GET", path: `${at("people")}?${query}` });
}

/** All people, page by page. */
export async function everybody(api: Api): Promise<Person[]> {
  const all: Person[] = [];
  for (;;) {
    const { people, total } = await findPeople(api, { search: "", service: "", offset: all.length }, PAGE);
    all.push(...people);
    if (people.length === 0 || all.length >= total) return all;
  }
}
