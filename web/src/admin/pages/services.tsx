// Services (S3): the contract switches, what holds in their calls, what they may call, their messages, hours and records.
import { useWords } from "../../views/language";
import { at, type Schemas, useApi } from "../kit/api";
import { Collection, type Kind, type Tab } from "../kit/Collection";
import { Form } from "../kit/Form";
import type { Group, Option } from "../kit/field";
import type { Values } from "../kit/setting";
import { replaced } from "../kit/stores";
import { useSetting } from "../kit/use-setting";
import { kit } from "../words/kit";
import { services } from "../words/services";
import { Hours } from "./hours";
import { useQueueOptions } from "./options";
import { Messages } from "./prompts";

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

type CallingNumbersSetting = Schemas["CallingNumbers"] & Values;

function CallingNumbers({ service }: { service: string }) {
  const w = useWords(services);
  const api = useApi();
  const path = at("services", service, "calling-numbers");
  const editing = useSetting<CallingNumbersSetting>(path, replaced(api, path, ["numbers"]));
  const groups: Group[] = [
    {
      title: w.tabs.calling,
      intro: w.calling.intro,
      fields: [
        {
          name: "numbers",
          kind: "rows",
          label: w.calling.list,
          add: w.calling.add,
          fresh: { number: "", label: "", default: false },
          columns: [
            { name: "number", kind: "text", label: w.calling.number, max: 64 },
            { name: "label", kind: "text", label: w.calling.label, max: 100 },
            { name: "default", kind: "switch", label: w.calling.default },
          ],
        },
      ],
    },
  ];
  return <Form editing={editing} groups={groups} testid="calling" />;
}

type DestinationRulesSetting = Schemas["DestinationRules"] & Values;

function DestinationRules({ service }: { service: string }) {
  const w = useWords(services);
  const api = useApi();
  const path = at("services", service, "destination-rules");
  const editing = useSetting<DestinationRulesSetting>(path, replaced(api, path, ["rules"]));
  const groups: Group[] = [
    {
      title: w.tabs.rules,
      intro: w.rules.intro,
      fields: [
        {
          name: "rules",
          kind: "rows",
          label: w.rules.list,
          add: w.rules.add,
          fresh: { action: "allow", prefix: "" },
          columns: [
            {
              name: "action",
              kind: "choice",
              label: w.rules.action,
              options: [
                { value: "allow", text: w.rules.allow },
                { value: "allow_any", text: w.rules.allowAny },
                { value: "deny", text: w.rules.deny },
              ],
            },
            { name: "prefix", kind: "text", label: w.rules.prefix, max: 16 },
          ],
        },
      ],
    },
  ];
  return <Form editing={editing} groups={groups} testid="rules" />;
}

type ServiceNumbersSetting = Schemas["ServiceNumbers"] & Values;

function FrequentNumbers({ service }: { service: string }) {
  const w = useWords(services);
  const api = useApi();
  const path = at("services", service, "frequent-numbers");
  const editing = useSetting<ServiceNumbersSetting>(path, replaced(api, path, ["numbers"]));
  const groups: Group[] = [
    {
      title: w.tabs.frequent,
      intro: w.frequent.intro,
      fields: [
        {
          name: "numbers",
          kind: "rows",
          label: w.frequent.list,
          add: w.frequent.add,
          fresh: { number: "", label: "" },
          columns: [
            { name: "label", kind: "text", label: w.calling.label, max: 40 },
            { name: "number", kind: "text", label: w.calling.number, max: 64 },
          ],
        },
      ],
    },
  ];
  return <Form editing={editing} groups={groups} testid="frequent" />;
}

type RecordsSetting = Schemas["RecordSettings"] & Values;

function Records({ service }: { service: string }) {
  const w = useWords(services);
  const api = useApi();
  const path = at("services", service, "records");
  const editing = useSetting<RecordsSetting>(path, replaced(api, path, ["dispositions", "retention_days"]));
  const groups: Group[] = [
    {
      title: w.records.title,
      fields: [
        { name: "dispositions", kind: "lines", label: w.records.dispositions, hint: w.records.dispositionsHint },
        {
          name: "retention_days",
          kind: "number",
          label: w.records.retention,
          hint: w.records.retentionHint,
          min: 0,
          max: 36_500,
          unit: w.records.days,
        },
      ],
    },
  ];
  return <Form editing={editing} groups={groups} testid="records" />;
}
