// What the administration asks of the API, by the types of the contract.
import { createContext, useContext } from "react";
import type { Client } from "../api/client";
import type { components } from "../api/contract.gen";

export type Schemas = components["schemas"];
export type Api = Pick<Client, "send" | "create" | "upload" | "download">;

const Given = createContext<Api | null>(null);

/** Everything inside asks through that. */
export const ApiProvider = Given.Provider;

export function useApi(): Api {
  const api = useContext(Given);
  if (api === null) throw new Error("the administration has no API");
  return api;
}

/** A path of the API from parts that may hold anything. */
export function at(...parts: string[]): string {
  return `/api/v1/${parts.map(encodeURIComponent).join("/")}`;
}
