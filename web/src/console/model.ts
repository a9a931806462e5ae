// The console beside the widget, without its looks: where it is, what was begun to write, and which ticket waits to be gone to.
import type { Api } from "../api/client";
import type { View } from "../feed/messages";
import type { State } from "../state/state";
import type { Store } from "../state/store";
import { Drafts } from "./drafts";
import { newTicket } from "./follow";
import { Navigation, type Place } from "./navigation";
import { placeOf, type Route } from "./route";

export class Console {
  readonly navigation: Navigation;
  readonly drafts = new Drafts();
  /** The API, as who is signed in. */
  readonly api: Api;
  /** The server's clock minus the browser's, in ms. */
  readonly skew: () => number;
  readonly #listeners = new Set<() => void>();
  #view: View | null = null;
  #session: State["session"];
  /** Who was signed in last, and wrote the drafts. */
  #author = "";
  #waiting: string | null = null;

  constructor(store: Store, place: Place, api: Api) {
    this.navigation = new Navigation(place);
    this.api = api;
    this.skew = () => store.get().skew;
    this.#session = store.get().session;
    this.navigation.subscribe(() => this.#arrived());
    store.subscribe(() => this.#update(store.get()));
  }

  /** The number of the ticket of the call, where the page did not go to it because something else was being written; null: none. */
  waiting = (): string | null => this.#waiting;

  /** Returns the function that ends the subscription. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  dismiss = (): void => this.#await(null);

  #update({ session, view }: State): void {
    if (session !== this.#session) this.#change(session);
    if (view === null || view === this.#view) return;
    const before = this.#view;
    this.#view = view;
    const ticket = newTicket(before, view);
    // After a reload in mid-call the page stays where the person had gone to.
    if (ticket !== null && (before !== null || this.navigation.atTheDoor)) this.#lead(ticket);
  }

  /** What one person wrote is not for the next. Who did not end the session themselves finds it again. */
  #change(session: State["session"]): void {
    this.#session = session;
    this.#view = null;
    if (session.kind === "signed_in" ? session.identity.id !== this.#author : session.why !== "ended")
      this.drafts.clear();
    if (session.kind === "signed_in") this.#author = session.identity.id;
    this.#await(null);
  }

  #lead(ticket: string): void {
    const there: Route = { at: "ticket", ticket };
    const here = this.navigation.get();
    if (placeOf(here) !== placeOf(there) && this.drafts.has(here)) this.#await(ticket);
    else this.navigation.go(there, false);
  }

  #arrived(): void {
    const here = this.navigation.get();
    if (here.at === "ticket" && here.ticket === this.#waiting) this.#await(null);
  }

  #await(ticket: string | null): void {
    if (ticket === this.#waiting) return;
    this.#waiting = ticket;
    for (const listener of [...this.#listeners]) listener();
  }
}
