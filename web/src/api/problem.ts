// Errors of the API, in words for the agent.
import type { Complaint } from "../words/problems";
import type { components } from "./contract.gen";

type Body = components["schemas"]["Problem"];
export type WrongRow = components["schemas"]["WrongRow"];

interface ProblemParts {
  code: string;
  title: string;
  detail: string;
  status: number;
  request?: string;
  field?: string;
  rows?: readonly WrongRow[];
}

/** A request that was not carried out. code is stable; detail says in words what to do next. */
export class Problem extends Error {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Finds the controller's log lines; empty when no answer came. */
  readonly request: string;
  /** What of the request is wrong, as a path: /numbers/0/label. Empty: it is not one field's fault. */
  readonly field: string;
  /** What is wrong with which row of a file. */
  readonly rows: readonly WrongRow[];

  constructor(p: ProblemParts) {
    super(`${p.code}: ${p.detail}`);
    this.name = "Problem";
    this.code = p.code;
    this.title = p.title;
    this.detail = p.detail;
    this.status = p.status;
    this.request = p.request ?? "";
    this.field = p.field ?? "";
    this.rows = p.rows ?? [];
  }

  /** Tells whether the same request may well succeed later, without anything being changed. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** What to show of an error; otherwise is the code for one that is no Problem, which is a mistake of this page. */
export function complaintOf(e: unknown, otherwise: string): Complaint {
  if (e instanceof Problem) return { code: e.code, detail: e.detail };
  console.error(e);
  return { code: otherwise, detail: "" };
}

/** No answer at all: the network, or no controller. */
export function unreachable(): Problem {
  return new Problem({
    code: "unreachable",
    title: "The controller cannot be reached",
    detail: "Nothing was changed for certain. Check your network; this page goes on trying by itself.",
    status: 0,
  });
}

/** Reads an error's answer; also one that is no problem+json, such as a proxy's. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = await bodyOf(response);
  if (body !== null) {
    return new Problem({
      code: body.code,
      title: body.title,
      detail: body.detail,
      status: response.status,
      request: body.request_id,
      field: typeof body.field === "string" ? body.field : "",
      rows: Array.isArray(body.rows) ? body.rows : [],
    });
  }
  return new Problem({
    code: `http_${response.status}`,
    title: "The request was refused",
    detail: `The answer was ${response.status} without an explanation. Try again; if it stays, tell your administrator.`,
    status: response.status,
  });
}

async function bodyOf(response: Response): Promise<Body | null> {
  try {
    const body: unknown = await response.json();
    if (typeof body !== "object" || body === null) return null;
    const { code, title, detail } = body as Partial<Body>;
    if (typeof code !== "string" || typeof title !== "string" || typeof detail !== "string") return null;
    return body as Body;
  } catch {
    return null;
  }
}
