import type { PartProps } from "../sections";
import { TicketList } from "./TicketList";
import { TicketView } from "./TicketView";

/** Tickets: the list, and one. */
export default function Tickets({ route, console, identity }: PartProps) {
  if (route.at === "tickets") return <TicketList filter={route.filter} console={console} identity={identity} />;
  if (route.at === "ticket") return <TicketView id={route.ticket} console={console} identity={identity} />;
  return null;
}
