// One request: JSON in, JSON out, a deadline, errors as Problem.
import { Problem, problemOf, unreachable } from "./problem";

/** How long one attempt may take. */
const TIMEOUT_MS = 10_000;
/** The pause before a request that may be repeated is sent once more. */
const AGAIN_MS = 400;

export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  /** A Blob goes as it is, with its type; anything else as JSON. */
  body?: unknown;
  /** The version that is to be changed, for If-Match: whoever changed it meanwhile, their change is not lost. */
  version?: string;
  token?: string;
  /** The request's Idempotency-Key. With it, and with GET and PUT, an attempt without an answer is repeated once. */
  key?: string;
  /** The browser sends it even if the page goes away meanwhile. */
  keepalive?: boolean;
  /** Cookies go along, and are taken: those that bind a login at a provider to this browser. */
  cookies?: boolean;
  /** The browser may keep the answer; it asks each time whether that still holds. */
  kept?: boolean;
}

export interface Answer<T> {
  body: T;
  /** The server's clock minus ours, in ms; null when it did not say. Good to a second or so. */
  skew: number | null;
}

/** Throws Problem, nothing else. */
export async function send<T>(call: Call): Promise<Answer<T>> {
  const repeatable = call.key !== undefined || call.method === "GET" || call.method === "PUT";
  let response: Response;
  try {
    response = await attempt(call);
  } catch {
    if (!repeatable) throw unreachable();
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    try {
      response = await attempt(call);
    } catch {
      throw unreachable();
    }
  }
  if (!response.ok) throw await problemOf(response);
  return { body: await bodyOf<T>(response), skew: skewOf(response) };
}

function attempt(call: Call): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  if (call.token !== undefined) headers.Authorization = `Bearer ${call.token}`;
  if (call.key !== undefined) headers["Idempotency-Key"] = call.key;
  if (call.version !== undefined) headers["If-Match"] = `"${call.version}"`;
  const file = call.body instanceof Blob ? call.body : null;
  if (call.body !== undefined) headers["Content-Type"] = file?.type ?? "application/json";
  return fetch(call.path, {
    method: call.method,
    headers,
    body: call.body === undefined ? null : (file ?? JSON.stringify(call.body)),
    cache: call.kept ? "no-cache" : "no-store",
    credentials: call.cookies ? "same-origin" : "omit",
    redirect: "error",
    keepalive: call.keepalive ?? false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

async function bodyOf<T>(response: Response): Promise<T> {
  try {
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  } catch {
    throw new Problem({
      code: "bad_answer",
      title: "The controller's answer could not be read",
      detail: "Reload the page. If it stays, tell your administrator.",
      status: response.status,
    });
  }
}

function skewOf(response: Response): number | null {
  const date = Date.parse(response.headers.get("Date") ?? "");
  return Number.isNaN(date) ? null : date - Date.now();
}
