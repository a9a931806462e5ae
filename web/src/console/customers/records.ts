// The API's operations on customers. All of them throw Problem or SignedOut.
import type { Api } from "../../api/client";
import type { components } from "../../api/contract.gen";
import type { Page } from "../loaded";
import { listPath } from "../records";
import type { Filter } from "../route";

type Schemas = components["schemas"];
export type Customer = Schemas["Customer"];
export type CustomerFile = Schemas["CustomerFile"];

export async function listCustomers(api: Api, filter: Filter<"customers">, after: string | null) {
  const page = await api.send<Schemas["CustomerPage"]>({
    method: "GET",
    path: listPath("/api/v1/customers", filter, after),
  });
  return { items: page.customers, next: page.next ?? null, names: {} } satisfies Page<Customer>;
}

export const customerPath = (id: string): string => `/api/v1/customers/${encodeURIComponent(id)}`;

export function getCustomer(api: Api, id: string): Promise<CustomerFile> {
  return api.send({ method: "GET", path: customerPath(id) });
}

/** Deletes their personal data; it cannot be brought back. */
export function eraseCustomer(api: Api, id: string): Promise<void> {
  return api.send({ method: "DELETE", path: customerPath(id) });
}
