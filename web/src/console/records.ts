// The API's operations on records that the console uses. All of them throw Problem or SignedOut.
import { type Api, newKey } from "../api/client";
import type { components } from "../api/contract.gen";
import { startOfDay, startOfNextDay } from "./days";
import type { Page } from "./loaded";
import type { Filter } from "./route";

type Schemas = components["schemas"];
export type Ticket = Schemas["Ticket"];
export type TicketFile = Schemas["TicketFile"];
export type TicketPatch = Schemas["TicketPatch"];
export type TicketStatus = Schemas["TicketStatus"];

/** A page of a list: what it is narrowed by, and where it begins; null: with the newest. */
export async function listTickets(api: Api, filter: Filter<"tickets">, after: string | null): Promise<Page<Ticket>> {
  const page = await api.send<Schemas["TicketPage"]>({
    method: "GET",
    path: listPath("/api/v1/tickets", filter, after),
  });
  return { items: page.tickets, next: page.next ?? null, names: page.names };
}

export function getTicket(api: Api, ticket: string): Promise<TicketFile> {
  return api.send({ method: "GET", path: path("tickets", ticket) });
}

/** Only the fields that are there are changed; refused with changed_meanwhile when it is not that version any more. */
export function changeTicket(api: Api, ticket: Ticket, patch: TicketPatch): Promise<TicketFile> {
  return api.send({ method: "PATCH", path: path("tickets", ticket.id), body: patch, version: String(ticket.version) });
}

/** The key is the note's: sent twice with it, it is written once. */
export function addNote(api: Api, ticket: string, text: string, key = newKey()): Promise<TicketFile> {
  return api.send({ method: "POST", path: `${path("tickets", ticket)}/notes`, body: { text }, key });
}

function path(kind: "tickets" | "calls" | "customers", id: string): string {
  return `/api/v1/${kind}/${encodeURIComponent(id)}`;
}

/** The API wants instants; days are those of where the browser is, the last one included. What is no day is left out. */
export function listPath(
  base: string,
  filter: Readonly<Record<string, string | undefined>>,
  after: string | null,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    const sent = name === "from" ? startOfDay(value) : name === "until" ? startOfNextDay(value) : value;
    if (sent !== undefined && sent !== "") query.set(name, sent);
  }
  if (after !== null) query.set("after", after);
  const text = query.toString();
  return text === "" ? base : `${base}?${text}`;
}
