// What a wallboard shows, of what the server says: sums, and how old it is. Pure.
import type { components } from "../../api/contract.gen";

type Schemas = components["schemas"];
export type Board = Schemas["Wallboard"];
export type Service = Schemas["BoardService"];
export type Queue = Schemas["BoardQueue"];
export type Today = Schemas["BoardToday"];
export type Agent = Schemas["BoardAgent"];

/** How long after the last answer what is shown counts as the present, in ms. */
export const FRESH_MS = 4000;

/** What the watching has come to; at: when the last answer came, in ms, 0 for never. */
export interface Watch {
  board: Board | null;
  at: number;
}

export type Freshness = "never" | "live" | "late" | "offline";

export function freshness({ at }: Watch, now: number, online: boolean): Freshness {
  if (at === 0) return "never";
  if (now - at <= FRESH_MS) return "live";
  return online ? "late" : "offline";
}

/** How much was answered within the time, 0 to 1; null: nothing is over yet. */
export function levelOf({ answered, lost, within_20_s }: Today): number | null {
  const all = answered + lost;
  return all === 0 ? null : within_20_s / all;
}

/** All queues of a service as one. */
export interface Total {
  waiting: number;
  ringing: number;
  /** ISO; undefined: nobody waits. */
  since: string | undefined;
}

export function totalOf({ queues }: Service): Total {
  const waits = queues.flatMap((q) => q.waiting_since ?? []);
  return {
    waiting: sum(queues.map((q) => q.waiting)),
    ringing: sum(queues.map((q) => q.ringing)),
    since: waits.sort((a, b) => Date.parse(a) - Date.parse(b))[0],
  };
}

/** A Ready agent whose phone cannot be reached is none. */
export const isReady = (a: Agent): boolean => a.status.code === "ready" && !a.status.notice;

/** Those of a queue; those of a service with all its queues. */
export const ofQueue = (agents: readonly Agent[], queue: string) => agents.filter((a) => a.queues.includes(queue));
export const ofService = (agents: readonly Agent[], { id, queues }: Service) =>
  agents.filter(
    (a) => a.services.includes(id) || a.call?.service === id || queues.some((q) => a.queues.includes(q.name)),
  );

const order = ["ringing", "dialing", "on_call", "on_hold", "on_call_transfer_in_progress", "rejoining", "ready"];

/** Who has a call first, then who is Ready, then the others; those of one status by how long they have had it. */
export function inOrder(agents: readonly Agent[]): Agent[] {
  const place = (a: Agent) => (order.includes(a.status.code) ? order.indexOf(a.status.code) : order.length);
  return agents.toSorted(
    (a, b) =>
      place(a) - place(b) ||
      a.status.code.localeCompare(b.status.code) ||
      Date.parse(a.status.since) - Date.parse(b.status.since),
  );
}

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
