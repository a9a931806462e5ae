import type { ReactNode } from "react";
import { Link } from "./Link";

/** Leads to the customer, where one is known. */
export function CustomerLink({ id, children }: { id: string | undefined; children: ReactNode }) {
  return id === undefined ? (
    children
  ) : (
    <Link testid="to-customer" to={{ at: "customer", customer: id }}>
      {children}
    </Link>
  );
}
