// What the records know of a customer.
import type { components } from "../api/contract.gen";
import { area, type Language, type Words } from "./area";
import { day, number, plain, plural } from "./format";

type Schemas = components["schemas"];

export const customer = area(
  {
    customer: "Customer: {name}",
    pop: "Open the customer's page",
    noTickets: "No earlier tickets.",
    tickets: (n: number) =>
      plural("en", n, { one: "1 earlier ticket:", other: `${number("en", n)} earlier tickets, the newest:` }),
    statuses: { open: "open", pending: "pending", solved: "solved", closed: "closed" } satisfies Record<
      Schemas["TicketStatus"],
      string
    >,
  },
  {
    customer: "고객: {name}",
    pop: "고객 페이지 열기",
    noTickets: "이전 티켓이 없습니다.",
    tickets: (n: number) => (n === 1 ? "이전 티켓 1건:" : `이전 티켓 ${number("ko", n)}건 중 최근:`),
    statuses: { open: "처리 중", pending: "보류", solved: "해결", closed: "종결" },
  },
);

/** How many tickets a customer had before this call. */
export function earlierTickets(w: Words<typeof customer>, n: number): string {
  return n === 0 ? w.noTickets : w.tickets(n);
}

type Line = Pick<Schemas["Ticket"], "number" | "subject" | "status" | "opened">;

/** What leads to a ticket: its subject; its number, where it has none. */
export function ticketName(t: Line): string {
  return plain(t.subject) || plain(t.number);
}

/** What else is said of it: "T-000012 · Nov 24, 2026 · solved". */
export function ticketNote(language: Language, t: Line): string {
  const number = plain(t.subject) === "" ? [] : [plain(t.number)];
  return [...number, day(language, t.opened), customer[language].statuses[t.status]].join(" · ");
}
