// Ways out: trunks, the routes that choose among them, and what passes whatever the rules.

import { at, type Schemas, useApi } from "../../kit/api";
import { Collection, type Kind } from "../../kit/Collection";
import { Form } from "../../kit/Form";
import { Head } from "../../kit/Head";
import type { Values } from "../../kit/setting";
import { replaced } from "../../kit/stores";
import { useSetting } from "../../kit/use-setting";
import { useWords } from "../../views/language";
import { plain } from "../../words/format";
import { kit } from "../../words/kit";
import { emergency, routes, trunks } from "../words/outbound";
import { useTrunkOptions } from "./options";

type Trunk = Schemas["TrunkSettings"] & Values;

const formats = ["e164", "digits", "national", "international"] as const;

export function Trunks({ rest }: { rest: readonly string[] }) {
  const w = useWords(trunks);
  const k = useWords(kit);
  const kind: Kind<Trunk> = {
    path: "trunks",
    id: "name",
    title: (t) => t.name,
    words: w,
    columns: [
      { title: w.name, cell: (t) => t.name },
      { title: w.endpoint, cell: (t) => <bdi>{plain(t.endpoint)}</bdi> },
      { title: w.channels, cell: (t) => t.max_channels },
      {
        title: w.enabled,
        cell: (t) => <span className={t.enabled ? "lamp good" : "lamp off"}>{t.enabled ? k.yes : k.no}</span>,
      },
    ],
    groups: [
      {
        title: w.trunk,
        fields: [
          { name: "name", kind: "text", label: w.name, hint: w.stays, max: 64, fixed: true },
          { name: "endpoint", kind: "text", label: w.endpoint, hint: w.endpointHint, max: 64 },
          {
            name: "format",
            kind: "choice",
            label: w.format,
            options: formats.map((f) => ({ value: f, text: w.formats[f] })),
          },
          { name: "country", kind: "text", label: w.country, hint: w.countryHint, max: 2 },
          { name: "max_channels", kind: "number", label: w.channels, hint: w.channelsHint, min: 0, max: 100_000 },
          { name: "enabled", kind: "switch", label: w.enabled },
        ],
      },
    ],
    fresh: { name: "", endpoint: "", format: "e164", country: "", max_channels: 0, enabled: true } as unknown as Trunk,
  };
  return <Collection kind={kind} rest={rest} />;
}

type Route = Schemas["RouteSettings"] & Values;

export function Routes({ rest }: { rest: readonly string[] }) {
  const w = useWords(routes);
  const t = useWords(trunks);
  const options = useTrunkOptions();
  const kind: Kind<Route> = {
    path: "routes",
    id: "name",
    title: (r) => r.name,
    words: w,
    columns: [
      { title: t.name, cell: (r) => r.name },
      { title: w.prefixes, cell: (r) => <bdi>{r.prefixes.join(", ")}</bdi> },
      { title: t.title, cell: (r) => <bdi>{r.trunks.join(" → ")}</bdi> },
      { title: w.position, cell: (r) => r.position },
    ],
    groups: [
      {
        title: w.route,
        fields: [
          { name: "name", kind: "text", label: t.name, hint: t.stays, max: 64, fixed: true },
          { name: "prefixes", kind: "lines", label: w.prefixes, hint: w.prefixesHint },
          {
            name: "trunks",
            kind: "rows",
            label: w.trunks,
            add: w.addTrunk,
            fresh: "",
            columns: [{ name: "trunk", kind: "choice", label: t.trunk, options }],
          },
          {
            name: "position",
            kind: "number",
            label: w.position,
            hint: w.positionHint,
            min: -1_000_000,
            max: 1_000_000,
          },
        ],
      },
    ],
    fresh: { name: "", prefixes: [], trunks: [], position: 0 } as unknown as Route,
  };
  return <Collection kind={kind} rest={rest} />;
}

type EmergencySetting = Schemas["EmergencyNumbers"] & Values;

export function Emergency() {
  const w = useWords(emergency);
  const api = useApi();
  const path = at("emergency-numbers");
  const editing = useSetting<EmergencySetting>(path, replaced(api, path, ["numbers"]));
  return (
    <>
      <Head title={w.title} />
      <Form
        editing={editing}
        testid="emergency"
        groups={[
          { title: w.title, intro: w.intro, fields: [{ name: "numbers", kind: "lines", label: w.list, hint: w.hint }] },
        ]}
      />
    </>
  );
}
