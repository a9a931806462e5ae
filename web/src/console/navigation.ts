// Where the console is in the browser's history.
import { href, parse, type Route } from "./route";

/** What of the browser is used. */
export interface Place {
  /** Path and query. */
  read(): string;
  push(address: string): void;
  replace(address: string): void;
  /** Calls back when the person went back or forth. */
  watch(moved: () => void): void;
}

export class Navigation {
  readonly #place: Place;
  readonly #listeners = new Set<() => void>();
  #route: Route;
  #byPerson = true;

  constructor(place: Place) {
    this.#place = place;
    this.#route = parse(place.read());
    place.watch(() => this.#moved());
  }

  get = (): Route => this.#route;

  /** The person stands at the front door: nobody has chosen a view yet. */
  get atTheDoor(): boolean {
    return this.#place.read() === "/";
  }

  /** The last move was the person's own doing, not the call's. */
  get byPerson(): boolean {
    return this.#byPerson;
  }

  /** Goes there; going to where one is leaves no trace in the history. */
  go = (route: Route, byPerson = true): void => {
    const address = href(route);
    if (address === this.#place.read()) return;
    this.#place.push(address);
    this.#moved(byPerson);
  };

  /** The same in place of where one is, as for a list that is narrowed. */
  replace = (route: Route): void => {
    this.#place.replace(href(route));
    this.#moved();
  };

  /** Returns the function that ends the subscription. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #moved(byPerson = true): void {
    this.#byPerson = byPerson;
    this.#route = parse(this.#place.read());
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The browser's own history. */
export function browserPlace(): Place {
  return {
    read: () => location.pathname + location.search,
    push: (address) => history.pushState(null, "", address),
    replace: (address) => history.replaceState(null, "", address),
    watch: (moved) => addEventListener("popstate", moved),
  };
}
