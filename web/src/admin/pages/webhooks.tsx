// Other systems that are told of events: made, changed, tested, and what came of the deliveries.
import { useState } from "react";
import { at, type Schemas, useApi } from "../../kit/api";
import { Card } from "../../kit/Card";
import { Collection, type Kind, NEW } from "../../kit/Collection";
import { Confirm } from "../../kit/Confirm";
import { Found } from "../../kit/Found";
import type { Group } from "../../kit/field";
import { NewSecret } from "../../kit/NewSecret";
import { Secret } from "../../kit/Secret";
import type { Values } from "../../kit/setting";
import { Table } from "../../kit/Table";
import { useAct, useRead } from "../../kit/use-list";
import { Button } from "../../views/Button";
import { useLanguage, useWords } from "../../views/language";
import { dayAndTime, plain } from "../../words/format";
import { explain } from "../../words/problems";
import { webhooks } from "../words/webhooks";
import { useServiceOptions } from "./options";

type Webhook = Schemas["Webhook"] & Values;
type Delivery = Schemas["WebhookDelivery"];

const types: readonly Schemas["EventType"][] = [
  "call.started",
  "call.offered",
  "call.answered",
  "call.transferred",
  "call.ended",
  "ticket.opened",
  "ticket.changed",
];
const beginning = { name: "", url: "", types: [], services: [], enabled: true } as unknown as Webhook;
/** How often the deliveries are read anew, in ms. */
const EVERY_MS = 4000;

export function Webhooks({ rest }: { rest: readonly string[] }) {
  const w = useWords(webhooks);
  const groups = useGroups();
  if (rest[0] === NEW) return <New groups={groups} />;
  const kind: Kind<Webhook> = {
    path: "webhooks",
    id: "id",
    title: (h) => h.name,
    words: w,
    columns: [
      { title: w.name, cell: (h) => h.name },
      { title: w.url, cell: (h) => <bdi>{plain(h.url)}</bdi> },
      { title: w.state, cell: (h) => <State webhook={h} /> },
    ],
    groups,
    fresh: beginning,
  };
  return (
    <Collection
      kind={kind}
      rest={rest}
      tabs={(id) => [{ name: "deliveries", title: w.deliveries, page: <Deliveries webhook={id} /> }]}
    />
  );
}

function State({ webhook: h }: { webhook: Webhook }) {
  const w = useWords(webhooks);
  if (h.enabled) return <span className="lamp good">{w.on}</span>;
  return <span className="lamp off">{h.off === "gone" ? w.gone : w.off}</span>;
}

function useGroups(): Group[] {
  const w = useWords(webhooks);
  const services = useServiceOptions();
  return [
    {
      title: w.title,
      fields: [
        { name: "name", kind: "text", label: w.name, max: 64 },
        { name: "url", kind: "text", label: w.url, max: 2000 },
        { name: "enabled", kind: "switch", label: w.enabled },
        {
          name: "types",
          kind: "picks",
          label: w.types,
          hint: w.typesHint,
          options: types.map((t) => ({ value: t, text: t })),
        },
        { name: "services", kind: "picks", label: w.services, hint: w.servicesHint, options: services },
      ],
    },
  ];
}

function New({ groups }: { groups: readonly Group[] }) {
  const w = useWords(webhooks);
  return (
    <NewSecret<Schemas["CreatedWebhook"]>
      path="webhooks"
      words={w}
      fresh={beginning}
      groups={groups}
      name={(made) => made.webhook.name}
      testid="webhook"
    />
  );
}

function Deliveries({ webhook }: { webhook: string }) {
  const w = useWords(webhooks);
  const language = useLanguage();
  const api = useApi();
  const acting = useAct();
  const [told, setTold] = useState("");
  const [secret, setSecret] = useState<string | null>(null);
  const path = (...rest: string[]) => at("webhooks", webhook, ...rest);
  const found = useRead(
    path(),
    () => api.send<Schemas["WebhookDeliveries"]>({ method: "GET", path: path("deliveries") }),
    EVERY_MS,
  );
  const ask = (work: () => Promise<unknown>, words: string) => async () => {
    setTold("");
    if (await acting.act(work)) setTold(words);
    void found.again();
  };
  return (
    <>
      <Card title={w.acts}>
        <div className="acts">
          <Button
            testid="webhook-test"
            pending={acting.busy}
            onPress={ask(() => api.create(path("test"), undefined), w.tested)}
          >
            {w.test}
          </Button>
          <Button
            testid="webhook-resend-dead"
            pending={acting.busy}
            onPress={ask(() => api.create(path("dead", "resend"), undefined), "")}
          >
            {w.resendDead}
          </Button>
          <Confirm
            label={w.rotate}
            text={w.rotateText}
            testid="webhook-rotate"
            act={async () => {
              const made = await api.send<Schemas["WebhookSecret"]>({ method: "POST", path: path("secret") });
              setSecret(made.secret);
            }}
          />
        </div>
        <p className="faint" role="status" data-testid="webhook-told">
          {told}
        </p>
        <p className="error" role="alert">
          {acting.fault !== null && explain(language, acting.fault)}
        </p>
      </Card>
      {secret !== null && (
        <Secret
          title={w.secret}
          text={w.secretText}
          label={w.secret}
          secret={secret}
          kept={w.kept}
          testid="webhook-secret"
          done={() => setSecret(null)}
        />
      )}
      <Found read={found}>
        {(value) => (
          <Table<Delivery>
            caption={w.deliveries}
            testid="deliveries"
            rows={value.deliveries}
            id={(d) => d.id}
            columns={[
              { title: w.event, cell: (d) => <code>{plain(d.type)}</code> },
              { title: w.at, cell: (d) => dayAndTime(language, d.at) },
              { title: w.state, cell: (d) => <span className={`lamp ${lamps[d.state]}`}>{w.states[d.state]}</span> },
              { title: w.attempts, cell: (d) => d.attempts },
              { title: w.answer, cell: (d) => plain(d.problem ?? String(d.status ?? "")) },
              {
                title: w.again,
                cell: (d) => (
                  <Button
                    testid={`resend-${d.id}`}
                    look="quiet"
                    pending={acting.busy}
                    onPress={ask(() => api.create(path("deliveries", d.id, "resend"), undefined), "")}
                  >
                    {w.again}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Found>
    </>
  );
}

const lamps: Record<Delivery["state"], string> = { waiting: "", delivered: "good", dead: "bad" };
