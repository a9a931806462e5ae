// Services (S3): the contract switches, what holds in their calls, what they may call, their messages, hours and records.

import type { Schemas } from "../../kit/api";
import { Collection, type Kind, type Tab } from "../../kit/Collection";
import type { Group, Option } from "../../kit/field";
import type { Values } from "../../kit/setting";
import { useWords } from "../../views/language";
import { kit } from "../../words/kit";
import { services } from "../words/services";
import { Hours } from "./hours";
import { useQueueOptions } from "./options";
import { Messages } from "./prompts";
import { CallingNumbers, DestinationRules, FrequentNumbers, Reasons, Records, ScreenPop } from "./service-lists";

export type Service = Schemas["ServiceSettings"] & Values;

const beginning: Service = {
  id: "",
  name: "",
  inbound: false,
  outbound: false,
  default_status: "business",
  default_reason: "",
  country: "KR",
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  fallback_queue: "",
  business_by_number: false,
  hold_music: "",
  hold_warn_seconds: 120,
  transfer_ring_seconds: 20,
  forward_cap_seconds: 7200,
  farewell_cap_seconds: 30,
} as unknown as Service;

export function Services({ rest }: { rest: readonly string[] }) {
  const w = useWords(services);
  const queues = useQueueOptions();
  const kind: Kind<Service> = {
    path: "services",
    id: "id",
    title: (s) => s.name,
    words: w,
    columns: [
      { title: w.name, cell: (s) => s.name },
      { title: w.id, cell: (s) => <bdi>{s.id}</bdi> },
      { title: w.inboundShort, cell: (s) => <OnOff on={s.inbound} /> },
      { title: w.outboundShort, cell: (s) => <OnOff on={s.outbound} /> },
      { title: w.timeZone, cell: (s) => s.time_zone },
    ],
    groups: useGroups(queues),
    fresh: beginning,
  };
  const tabs = (id: string): Tab[] => [
    { name: "calling", title: w.tabs.calling, page: <CallingNumbers service={id} /> },
    { name: "rules", title: w.tabs.rules, page: <DestinationRules service={id} /> },
    { name: "frequent", title: w.tabs.frequent, page: <FrequentNumbers service={id} /> },
    { name: "messages", title: w.tabs.messages, page: <Messages service={id} /> },
    { name: "hours", title: w.tabs.hours, page: <Hours service={id} /> },
    { name: "reasons", title: w.tabs.reasons, page: <Reasons service={id} /> },
    { name: "pop", title: w.tabs.pop, page: <ScreenPop service={id} /> },
    { name: "records", title: w.tabs.records, page: <Records service={id} /> },
  ];
  return <Collection kind={kind} rest={rest} tabs={tabs} />;
}

function OnOff({ on }: { on: boolean }) {
  const w = useWords(services);
  return <span className={on ? "lamp good" : "lamp off"}>{on ? w.on : w.off}</span>;
}

function useGroups(queues: readonly Option[]): Group[] {
  const w = useWords(services);
  const k = useWords(kit);
  const seconds = { kind: "number", max: 86_400, unit: k.seconds } as const;
  return [
    {
      title: w.contract,
      intro: w.contractIntro,
      fields: [
        { name: "id", kind: "text", label: w.id, hint: w.idHint, max: 64, fixed: true },
        { name: "name", kind: "text", label: w.name, max: 100 },
        { name: "inbound", kind: "switch", label: w.inbound },
        { name: "outbound", kind: "switch", label: w.outbound },
      ],
    },
    {
      title: w.login,
      fields: [
        {
          name: "default_status",
          kind: "choice",
          label: w.defaultStatus,
          options: [
            { value: "business", text: w.business },
            { value: "rest", text: w.rest },
          ],
        },
        { name: "default_reason", kind: "text", label: w.defaultReason, hint: w.defaultReasonHint, max: 64 },
      ],
    },
    {
      title: w.place,
      fields: [
        { name: "country", kind: "text", label: w.country, hint: w.countryHint, max: 2 },
        { name: "time_zone", kind: "text", label: w.timeZone, hint: w.timeZoneHint, max: 64, suggestions: zones },
      ],
    },
    {
      title: w.calls,
      fields: [
        {
          name: "fallback_queue",
          kind: "choice",
          label: w.fallbackQueue,
          hint: w.fallbackQueueHint,
          options: queues,
          none: k.none,
        },
        { name: "business_by_number", kind: "switch", label: w.byNumber },
        { name: "hold_music", kind: "text", label: w.holdMusic, hint: w.holdMusicHint, max: 64 },
        { ...seconds, name: "hold_warn_seconds", label: w.holdWarn, hint: w.holdWarnHint, min: 0 },
        { ...seconds, name: "transfer_ring_seconds", label: w.transferRing, min: 1 },
        { ...seconds, name: "forward_cap_seconds", label: w.forwardCap, hint: w.forwardCapHint, min: 0 },
        { ...seconds, name: "farewell_cap_seconds", label: w.farewellCap, min: 1 },
      ],
    },
  ];
}

const zones = Intl.supportedValuesOf("timeZone");
