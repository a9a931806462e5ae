// What can be chosen where one setting names another.

import { at, type Schemas, useApi } from "../../kit/api";
import type { Option } from "../../kit/field";
import { useRead } from "../../kit/use-list";
import { plain } from "../../words/format";

export function useQueueOptions(): Option[] {
  const api = useApi();
  const found = useRead("queue options", () => api.send<Schemas["QueuesList"]>({ method: "GET", path: at("queues") }));
  return (found.value?.queues ?? []).map((q) => ({ value: q.name, text: q.name }));
}

export function useServiceOptions(): Option[] {
  const api = useApi();
  const found = useRead("service options", () =>
    api.send<Schemas["ServicesList"]>({ method: "GET", path: at("services") }),
  );
  return (found.value?.services ?? []).map((s) => ({ value: s.id, text: plain(s.name) }));
}

export function useTrunkOptions(): Option[] {
  const api = useApi();
  const found = useRead("trunk options", () => api.send<Schemas["TrunksList"]>({ method: "GET", path: at("trunks") }));
  return (found.value?.trunks ?? []).map((t) => ({ value: t.name, text: t.name }));
}
