// What a service has beside its settings, each under a version of its own: numbers, rules, reasons, records, the page beside its calls.

import { at, type Schemas, useApi } from "../../kit/api";
import { Form } from "../../kit/Form";
import type { Group } from "../../kit/field";
import type { Values } from "../../kit/setting";
import { replaced } from "../../kit/stores";
import { useSetting } from "../../kit/use-setting";
import { useWords } from "../../views/language";
import { services } from "../words/services";

type CallingNumbersSetting = Schemas["CallingNumbers"] & Values;

export function CallingNumbers({ service }: { service: string }) {
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

export function DestinationRules({ service }: { service: string }) {
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

export function FrequentNumbers({ service }: { service: string }) {
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

export function Records({ service }: { service: string }) {
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

type ReasonsSetting = Schemas["StatusReasons"] & Values;

/** What agents choose from with Business and Rest (S12). */
export function Reasons({ service }: { service: string }) {
  const w = useWords(services);
  const api = useApi();
  const path = at("services", service, "status-reasons");
  const editing = useSetting<ReasonsSetting>(path, replaced(api, path, ["required", "reasons"]));
  const statuses = [
    { value: "business", text: w.business },
    { value: "rest", text: w.rest },
  ];
  const groups: Group[] = [
    {
      title: w.tabs.reasons,
      intro: w.reasons.intro,
      fields: [
        { name: "required", kind: "switch", label: w.reasons.required },
        {
          name: "reasons",
          kind: "rows",
          label: w.reasons.list,
          add: w.reasons.add,
          fresh: { code: "", name: "", statuses: ["business"], active: true },
          columns: [
            { name: "code", kind: "text", label: w.reasons.code, max: 64 },
            { name: "name", kind: "text", label: w.reasons.name, max: 100 },
            { name: "active", kind: "switch", label: w.reasons.active },
            { name: "statuses", kind: "picks", label: w.reasons.statuses, options: statuses },
          ],
        },
      ],
    },
  ];
  return <Form editing={editing} groups={groups} testid="reasons" />;
}

type ScreenPopSetting = Schemas["ScreenPop"] & Values;

export function ScreenPop({ service }: { service: string }) {
  const w = useWords(services);
  const api = useApi();
  const path = at("services", service, "screen-pop");
  const editing = useSetting<ScreenPopSetting>(path, replaced(api, path, ["url", "when"]));
  const groups: Group[] = [
    {
      title: w.tabs.pop,
      intro: w.pop.intro,
      fields: [
        { name: "url", kind: "text", label: w.pop.url, hint: w.pop.urlHint, max: 2000 },
        {
          name: "when",
          kind: "choice",
          label: w.pop.when,
          options: (["ring", "answer"] as const).map((v) => ({ value: v, text: w.pop.whens[v] })),
        },
      ],
    },
  ];
  return <Form editing={editing} groups={groups} testid="pop" />;
}
