import type { PartProps } from "../sections";
import { CustomerList } from "./CustomerList";
import { CustomerView } from "./CustomerView";

/** Customers: the list, and one. */
export default function Customers({ route, console, identity }: PartProps) {
  if (route.at === "customers") return <CustomerList filter={route.filter} console={console} />;
  if (route.at === "customer")
    return <CustomerView key={route.customer} id={route.customer} console={console} identity={identity} />;
  return null;
}
