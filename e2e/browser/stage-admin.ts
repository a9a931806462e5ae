// What the API says on the stage of the administration's pages.
const webhook = (id: string, name: string, more = {}) => ({
  id,
  name,
  url: `https://${id}.example/switchroom`,
  types: [],
  services: [],
  enabled: true,
  version: "1",
  ...more,
});
const trunk = (name: string, more = {}) => ({
  name,
  endpoint: `${name}-pjsip`,
  format: "e164",
  country: "",
  max_channels: 30,
  enabled: true,
  version: "1",
  ...more,
});
const reason = (code: string, name: string, ...statuses: string[]) => ({ code, name, statuses, active: true });
const act = (id: string, what: string, target: string, before: unknown, after: unknown) => ({
  id,
  at: `2026-11-27T09:0${id}:00Z`,
  who: "anna",
  what,
  target,
  before: before === null ? "" : JSON.stringify(before),
  after: typeof after === "string" ? after : JSON.stringify(after),
});

export const administration: [RegExp, unknown][] = [
  [/\/services\/brand$/, { id: "brand", name: "Brand & Co", version: "1" }],
  [
    /\/services\/brand\/status-reasons$/,
    {
      required: true,
      reasons: [reason("training", "Training", "business"), { ...reason("lunch", "점심", "business", "rest"), active: false }],
      version: "1",
    },
  ],
  [/\/embedding$/, { origins: ["http://localhost:8090", "https://crm.example"], version: "1" }],
  [/\/trunks$/, { trunks: [trunk("carrier"), trunk("backup", { max_channels: 0, enabled: false })] }],
  [/\/webhooks$/, { webhooks: [webhook("crm", "CRM <b>Corp</b>"), webhook("old", "Reports", { enabled: false, off: "gone" })] }],
  [
    /\/audit$/,
    {
      acts: [
        act("3", "set_embedding", "organisation", { origins: [] }, { origins: ["https://crm.example"] }),
        act("2", "refused_dial", "+882161234", null, "destination_denied"),
        act("1", "create_trunk", "carrier", null, trunk("carrier")),
      ],
      names: { anna: "Anna Berg" },
    },
  ],
];
