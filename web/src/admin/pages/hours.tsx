// When a service is open: how it stands now, the switch by hand, the hours, the holidays, and what callers get when it is closed.
import { at, type Schemas, useApi } from "../../kit/api";
import { Card } from "../../kit/Card";
import { Form } from "../../kit/Form";
import { Waiting } from "../../kit/Found";
import type { Field, Group } from "../../kit/field";
import { flattened } from "../../kit/flat";
import type { Values } from "../../kit/setting";
import { replaced } from "../../kit/stores";
import { useRead } from "../../kit/use-list";
import { useSetting } from "../../kit/use-setting";
import { useLanguage, useWords } from "../../views/language";
import { dayAndTime, plain } from "../../words/format";
import { kit } from "../../words/kit";
import { hours } from "../words/hours";
import { useQueueOptions } from "./options";

/** How often it is read anew how things stand, in ms. */
const EVERY_MS = 15_000;

export function Hours({ service }: { service: string }) {
  const api = useApi();
  const path = at("services", service, "hours");
  const now = useRead(path, () => api.send<Schemas["Hours"]>({ method: "GET", path }), EVERY_MS);
  return (
    <>
      <Now now={now} />
      <Switch service={service} changed={now.again} />
      <Plan service={service} changed={now.again} />
    </>
  );
}

export function Now({ now }: { now: ReturnType<typeof useRead<Schemas["Hours"]>> }) {
  const w = useWords(hours);
  const language = useLanguage();
  if (now.value === null) return <Waiting setting={now} read={now.again} />;
  const { open, why, holiday, next } = now.value.now;
  return (
    <Card title={w.now}>
      <p className={open ? "lamp good" : "lamp bad"} data-testid="hours-now" data-state={open ? "open" : "closed"}>
        {open ? w.open : w.closed}{" "}
        <span className="faint">{why === "holiday" && holiday !== "" ? plain(holiday) : w.why[why]}</span>
      </p>
      <p className="faint">
        {next === null ? w.never : w.next(dayAndTime(language, next))} {w.zone(now.value.time_zone)}
      </p>
    </Card>
  );
}

type SwitchSetting = Schemas["HoursSwitch"] & Values;

export function Switch({ service, changed }: { service: string; changed: () => Promise<void> }) {
  const w = useWords(hours);
  const api = useApi();
  const path = at("services", service, "hours", "switch");
  const { read, store } = replaced<SwitchSetting>(api, path, ["position", "until"]);
  const editing = useSetting<SwitchSetting>(path, { read, store: told(store, changed) });
  const groups: Group[] = [
    {
      title: w.switch,
      intro: w.switchIntro,
      fields: [
        {
          name: "position",
          kind: "choice",
          label: w.position,
          options: (["hours", "open", "closed"] as const).map((p) => ({ value: p, text: w.positions[p] })),
        },
        { name: "until", kind: "moment", label: w.until, hint: w.untilHint },
      ],
    },
  ];
  return <Form editing={editing} groups={groups} testid="switch" />;
}

/** The hours as they are stored: how things stand now is no part of them. */
function plan({ time_zone: _, now: __, ...stored }: Schemas["Hours"]): Values {
  return stored;
}

/** Without what was chosen for another action. */
function tidy(closed: unknown): Values {
  const { prompt, queue, ...rest } = closed as Values;
  if (rest.action === "message") return { ...rest, prompt };
  return rest.action === "queue" ? { ...rest, queue } : rest;
}

function Plan({ service, changed }: { service: string; changed: () => Promise<void> }) {
  const api = useApi();
  const path = at("services", service, "hours");
  const { read, store } = flattened(
    "closed",
    async () => plan(await api.send({ method: "GET", path })),
    async (version, { week, holidays, closed }) =>
      plan(await api.send({ method: "PUT", path, version, body: { week, holidays, closed: tidy(closed) } })),
  );
  const editing = useSetting<Values>(path, { read, store: told(store, changed) });
  const action = String(editing.setting.draft?.closed_action ?? "dialplan");
  return <Form editing={editing} groups={usePlanGroups(service, action)} testid="hours" />;
}

function told<A extends unknown[], T>(store: (...args: A) => Promise<T>, changed: () => Promise<void>) {
  return async (...args: A): Promise<T> => {
    const stored = await store(...args);
    void changed();
    return stored;
  };
}

function usePlanGroups(service: string, action: string): Group[] {
  const w = useWords(hours);
  const k = useWords(kit);
  const api = useApi();
  const queues = useQueueOptions();
  const path = at("services", service, "prompts");
  const messages = useRead(path, () => api.send<Schemas["Prompts"]>({ method: "GET", path }));
  const from: Field = { name: "from", kind: "time", label: w.from };
  const to: Field = { name: "to", kind: "time", label: w.to };
  const days = Object.entries(w.days).map(([value, text]) => ({ value, text }));
  const spans: Field = {
    name: "spans",
    kind: "rows",
    label: w.spans,
    add: w.addSpan,
    fresh: { from: "09:00", to: "12:00" },
    columns: [from, to],
  };
  const closed: Field[] = [
    {
      name: "closed_action",
      kind: "choice",
      label: w.action,
      options: Object.entries(w.actions).map(([value, text]) => ({ value, text })),
    },
  ];
  if (action === "message") {
    const options = (messages.value?.prompts ?? []).map((p) => ({ value: p.id, text: plain(p.label) }));
    closed.push({ name: "closed_prompt", kind: "choice", label: w.message, options });
  }
  if (action === "queue")
    closed.push({ name: "closed_queue", kind: "choice", label: w.queue, options: queues, none: k.none });
  closed.push({ name: "closed_waiting", kind: "switch", label: w.waiting });
  return [
    {
      title: w.week,
      intro: w.weekIntro,
      fields: [
        {
          name: "week",
          kind: "rows",
          label: w.openings,
          add: w.addOpening,
          fresh: { day: "monday", from: "09:00", to: "18:00" },
          columns: [{ name: "day", kind: "choice", label: w.day, options: days }, from, to],
        },
      ],
    },
    {
      title: w.holidays,
      intro: w.holidaysIntro,
      fields: [
        {
          name: "holidays",
          kind: "rows",
          label: w.holidays,
          add: w.addHoliday,
          fresh: { date: "", yearly: false, name: "", spans: [] },
          columns: [
            { name: "date", kind: "date", label: w.date },
            { name: "name", kind: "text", label: w.name, max: 100 },
            { name: "yearly", kind: "switch", label: w.yearly },
            spans,
          ],
        },
      ],
    },
    { title: w.whenClosed, fields: closed },
  ];
}
