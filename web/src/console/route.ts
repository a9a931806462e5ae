// Where the console is: a path as a value, and back. Pure; the browser's history is navigation.ts's.

/** What each list can be narrowed by, by the names in its address. Days are YYYY-MM-DD. */
const filters = {
  tickets: ["status", "assignee", "service", "customer", "tag", "text", "from", "until"],
  calls: ["service", "queue", "agent", "number", "direction", "class", "slug", "from", "until"],
  customers: ["search"],
  wallboard: ["service"],
  reports: ["of", "from", "until", "period", "service", "queue", "direction", "split", "agent"],
} as const;

type Filtered = keyof typeof filters;
/** Values as they stand in the address; nothing else has looked at them. */
export type Filter<K extends Filtered> = { readonly [name in (typeof filters)[K][number]]?: string };

export type Route =
  | { at: "tickets"; filter: Filter<"tickets"> }
  | { at: "ticket"; ticket: string }
  | { at: "calls"; filter: Filter<"calls"> }
  | { at: "call"; call: string }
  | { at: "customers"; filter: Filter<"customers"> }
  | { at: "customer"; customer: string }
  | { at: "wallboard"; filter: Filter<"wallboard"> }
  | { at: "reports"; filter: Filter<"reports"> }
  /** The person's own account. */
  | { at: "account" }
  | { at: "hours" }
  /** What is behind /admin is the administration's own: "", "people", "people/anna". */
  | { at: "admin"; path: string; search: string }
  | { at: "nowhere" };

/** Longer values are nobody's. */
const LONGEST = 200;

/** Reads path and query, as "/tickets?status=open". The front door is the list of tickets. */
export function parse(address: string): Route {
  const [path = "", search = ""] = cut(address, "?");
  const parts = path.split("/").filter((p) => p !== "");
  const [section = "tickets", raw, ...rest] = parts;
  const id = raw === undefined ? undefined : decoded(raw);
  if (section === "admin") return { at: "admin", path: parts.slice(1).join("/"), search };
  if (id === null || rest.length > 0) return { at: "nowhere" };
  const query = new URLSearchParams(search);
  switch (section) {
    case "tickets":
      return id === undefined ? { at: "tickets", filter: read("tickets", query) } : { at: "ticket", ticket: id };
    case "calls":
      return id === undefined ? { at: "calls", filter: read("calls", query) } : { at: "call", call: id };
    case "customers":
      return id === undefined
        ? { at: "customers", filter: read("customers", query) }
        : { at: "customer", customer: id };
    case "account":
    case "hours":
      return id === undefined ? { at: section } : { at: "nowhere" };
    case "reports":
    case "wallboard":
      return id === undefined ? ({ at: section, filter: read(section, query) } as Route) : { at: "nowhere" };
    default:
      return { at: "nowhere" };
  }
}

/** The address of a route. */
export function href(route: Route): string {
  switch (route.at) {
    case "tickets":
    case "calls":
    case "customers":
    case "reports":
    case "wallboard":
      return `/${route.at}${written(Object.entries(route.filter))}`;
    case "ticket":
      return `/tickets/${encodeURIComponent(route.ticket)}`;
    case "call":
      return `/calls/${encodeURIComponent(route.call)}`;
    case "customer":
      return `/customers/${encodeURIComponent(route.customer)}`;
    case "admin":
      return `/admin${route.path === "" ? "" : `/${route.path}`}${route.search === "" ? "" : `?${route.search}`}`;
    case "account":
    case "hours":
      return `/${route.at}`;
    case "nowhere":
      return "/";
  }
}

/** The parts of the console, as its navigation shows them. */
export type Section = "tickets" | "calls" | "customers" | "wallboard" | "reports" | "hours" | "account" | "admin";

export function sectionOf(route: Route): Section | null {
  switch (route.at) {
    case "ticket":
      return "tickets";
    case "call":
      return "calls";
    case "customer":
      return "customers";
    case "nowhere":
      return null;
    default:
      return route.at;
  }
}

/** Which view of which thing, without what a list is narrowed by. The administration is one place: within it the views are its own. */
export function placeOf(route: Route): string {
  return route.at === "admin" ? "/admin" : cut(href(route), "?")[0];
}

function cut(text: string, mark: string): [string, string] {
  const i = text.indexOf(mark);
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}

/** Null: it is no text at all. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function read<K extends Filtered>(section: K, query: URLSearchParams): Filter<K> {
  const found = filters[section].flatMap((name): [string, string][] => {
    const value = (query.get(name) ?? "").trim().slice(0, LONGEST);
    return value === "" ? [] : [[name, value]];
  });
  return Object.fromEntries(found) as Filter<K>;
}

function written(entries: readonly (readonly [string, string | undefined])[]): string {
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined && value !== "") query.set(name, value);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
