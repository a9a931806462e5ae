// The API's operations on the history of calls. All of them throw Problem or SignedOut.
import type { Api } from "../../api/client";
import type { components } from "../../api/contract.gen";
import type { Page } from "../loaded";
import { listPath } from "../records";
import type { Filter } from "../route";

type Schemas = components["schemas"];
export type CallRecord = Schemas["CallRecord"];
export type CallFile = Schemas["CallFile"];
export type CallPart = Schemas["CallPart"];
export type Timeline = Schemas["Timeline"];
export type Step = Schemas["TimelineStep"];

export async function listCalls(api: Api, filter: Filter<"calls">, after: string | null): Promise<Page<CallRecord>> {
  const page = await api.send<Schemas["CallPage"]>({ method: "GET", path: listPath("/api/v1/calls", filter, after) });
  return { items: page.calls, next: page.next ?? null, names: page.names };
}

/** A call with what happened in it; timeline null: it was deleted with the personal data. */
export async function getCall(api: Api, call: string): Promise<{ file: CallFile; timeline: Timeline | null }> {
  const path = `/api/v1/calls/${encodeURIComponent(call)}`;
  const file = await api.send<CallFile>({ method: "GET", path });
  if (file.timeline === undefined) return { file, timeline: null };
  return { file, timeline: await api.send<Timeline>({ method: "GET", path: `${path}/timeline` }) };
}

/** The calls of the filter as a file; it needs both days. */
export function exportCalls(api: Api, filter: Filter<"calls">): Promise<Blob> {
  return api.download(listPath("/api/v1/calls.csv", filter, null));
}
