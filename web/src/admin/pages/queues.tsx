// Queues: where callers wait, how they are offered, and the agents who are in it.

import { ServiceName } from "../../console/directory";
import { at, type Schemas, useApi } from "../../kit/api";
import { Collection, type Kind } from "../../kit/Collection";
import { Form } from "../../kit/Form";
import type { Group } from "../../kit/field";
import type { Values } from "../../kit/setting";
import { replaced } from "../../kit/stores";
import { useRead } from "../../kit/use-list";
import { useSetting } from "../../kit/use-setting";
import { useWords } from "../../views/language";
import { plain } from "../../words/format";
import { kit } from "../../words/kit";
import { queues } from "../words/queues";
import { useServiceOptions } from "./options";
import { everybody } from "./people-api";

type Queue = Schemas["QueueSettings"] & Values;

const beginning = {
  name: "",
  service: "",
  number: "",
  pickup_seconds: 20,
  max_wait_seconds: 600,
  music: "default",
  answer_now: true,
  miss_limit: 1,
  wrap_up_seconds: 0,
  overflow_when_empty: false,
  priority: 0,
} as unknown as Queue;

export function Queues({ rest }: { rest: readonly string[] }) {
  const w = useWords(queues);
  const kind: Kind<Queue> = {
    path: "queues",
    id: "name",
    title: (q) => q.name,
    words: w,
    columns: [
      { title: w.name, cell: (q) => q.name },
      { title: w.service, cell: (q) => <ServiceName id={q.service} /> },
      { title: w.number, cell: (q) => q.number },
      { title: w.pickup, cell: (q) => <Seconds n={q.pickup_seconds} /> },
      { title: w.priority, cell: (q) => q.priority },
    ],
    groups: useGroups(),
    fresh: beginning,
  };
  return (
    <Collection
      kind={kind}
      rest={rest}
      tabs={(name) => [{ name: "members", title: w.members, page: <Members queue={name} /> }]}
    />
  );
}

function Seconds({ n }: { n: number }) {
  const k = useWords(kit);
  return (
    <>
      {n} {k.seconds}
    </>
  );
}

function useGroups(): Group[] {
  const w = useWords(queues);
  const k = useWords(kit);
  const services = useServiceOptions();
  const seconds = { kind: "number", max: 86_400, unit: k.seconds } as const;
  return [
    {
      title: w.queue,
      fields: [
        { name: "name", kind: "text", label: w.name, hint: w.nameHint, max: 64, fixed: true },
        { name: "service", kind: "choice", label: w.service, options: services },
        { name: "number", kind: "text", label: w.number, hint: w.numberHint, max: 15 },
      ],
    },
    {
      title: w.waiting,
      fields: [
        { ...seconds, name: "max_wait_seconds", label: w.maxWait, hint: w.maxWaitHint, min: 0 },
        { name: "music", kind: "text", label: w.music, hint: w.musicHint, max: 64 },
        { name: "answer_now", kind: "switch", label: w.answerNow },
        { name: "overflow_when_empty", kind: "switch", label: w.empty },
      ],
    },
    {
      title: w.offering,
      fields: [
        { ...seconds, name: "pickup_seconds", label: w.pickup, hint: w.pickupHint, min: 1 },
        { name: "miss_limit", kind: "number", label: w.missLimit, hint: w.missLimitHint, min: 0, max: 100 },
        { ...seconds, name: "wrap_up_seconds", label: w.wrapUp, hint: w.wrapUpHint, min: 0 },
        { name: "priority", kind: "number", label: w.priority, hint: w.priorityHint, min: -100, max: 100 },
      ],
    },
  ];
}

type MembersSetting = Schemas["Members"] & Values;

function Members({ queue }: { queue: string }) {
  const w = useWords(queues);
  const api = useApi();
  const path = at("queues", queue, "members");
  const editing = useSetting<MembersSetting>(path, replaced(api, path, ["members"]));
  const people = useRead("everybody", () => everybody(api));
  const options = (people.value ?? [])
    .filter((p) => p.active && p.roles.includes("agent"))
    .map((p) => ({ value: p.id, text: `${plain(p.name)} (${plain(p.login)})` }));
  const groups: Group[] = [
    {
      title: w.members,
      intro: w.membersIntro,
      fields: [{ name: "members", kind: "picks", label: w.agents, options }],
    },
  ];
  return <Form editing={editing} groups={groups} testid="members" />;
}
