// The page goes to the ticket of a call that has connected (S15, S21).
import type { View } from "../feed/messages";

/** The ticket that the newest view brings; null: none, or it was there already. */
export function newTicket(before: View | null, { call }: View): string | null {
  if (call === null || !call.ticket || call.connected_at === undefined) return null;
  const same =
    before?.call?.id === call.id && before.call.ticket === call.ticket && before.call.connected_at !== undefined;
  return same ? null : call.ticket;
}
