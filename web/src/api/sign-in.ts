// Signing in by an OpenID Connect provider: the page goes there, and comes back to an address of its own.
import type { components } from "./contract.gen";
import { send } from "./http";

type Schemas = components["schemas"];
export type Provider = Schemas["SignInProvider"];
export type SignInAnswer = Schemas["SignInAnswer"];

/** Somebody came back from a provider. */
export interface Arrival {
  provider: string;
  answer: SignInAnswer;
}

const back = /^\/sign-in\/([a-z0-9-]{1,32})$/;

/** What an address says of an arrival; null: nothing. What else a provider adds to it is of no use here. */
export function arrivalOf({ pathname, search }: { pathname: string; search: string }): Arrival | null {
  const provider = back.exec(pathname)?.[1];
  if (provider === undefined) return null;
  const said = new URLSearchParams(search);
  const answer: SignInAnswer = { state: (said.get("state") || "none").slice(0, 200) };
  for (const name of ["code", "iss", "error"] as const) {
    const value = said.get(name);
    if (value !== null) answer[name] = value.slice(0, name === "code" ? 4096 : 200);
  }
  return { provider, answer };
}

/** Which of the widget's windows began a sign-in; its state says so. Null: the page itself did. */
export function windowOf({ answer: { state } }: Arrival): "/phone" | "/phone/sign-in" | null {
  if (state.startsWith("phone.")) return "/phone";
  return state.startsWith("door.") ? "/phone/sign-in" : null;
}

const path = (...parts: string[]) => ["/api/v1/sign-in/providers", ...parts.map(encodeURIComponent)].join("/");

/** The buttons of the sign-in page. Throws Problem. */
export async function providers(): Promise<Provider[]> {
  const { body } = await send<Schemas["SignInProviders"] | undefined>({ method: "GET", path: path() });
  return body?.providers ?? [];
}

/** Where the browser goes to sign in. Throws Problem. */
export async function begin(provider: string, returnTo: string): Promise<string> {
  const call = { method: "POST", path: path(provider), body: { return_to: returnTo }, cookies: true } as const;
  return (await send<Schemas["SignInAddress"]>(call)).body.address;
}

/** Throws Problem; code_required: the same state is good once more, with a code of the second factor. */
export async function finish(provider: string, answer: SignInAnswer): Promise<Schemas["SignedIn"]> {
  const call = { method: "POST", path: path(provider, "answer"), body: answer, cookies: true } as const;
  return (await send<Schemas["SignedIn"]>(call)).body;
}
