// People (S4, S6): found, made, changed.
import { useState } from "react";
import { at, useApi } from "../../kit/api";
import { address, NEW } from "../../kit/Collection";
import { Form } from "../../kit/Form";
import { Found } from "../../kit/Found";
import type { Field, Group } from "../../kit/field";
import { Head, Up } from "../../kit/Head";
import { Link, usePlace } from "../../kit/place";
import type { Values } from "../../kit/setting";
import { patched } from "../../kit/stores";
import { Table } from "../../kit/Table";
import { useRead } from "../../kit/use-list";
import { useNew, useSetting } from "../../kit/use-setting";
import { Button } from "../../views/Button";
import { useLanguage, useWords } from "../../views/language";
import { number, plain } from "../../words/format";
import { people } from "../words/people";
import { Identities } from "./identities";
import { Import } from "./import";
import { useQueueOptions, useServiceOptions } from "./options";
import { findPeople, type Person } from "./people-api";
import { PersonActs } from "./person-acts";

const IMPORT = "~import";
const PAGE = 25;

type PersonSetting = Person & Values;

export function People({ rest }: { rest: readonly string[] }) {
  const [id] = rest;
  if (id === undefined) return <List />;
  if (id === NEW) return <New />;
  if (id === IMPORT) return <Import />;
  return <One key={id} id={id} />;
}

function List() {
  const w = useWords(people);
  const language = useLanguage();
  const api = useApi();
  const services = useServiceOptions();
  const [asked, setAsked] = useState({ search: "", service: "", offset: 0 });
  const found = useRead(JSON.stringify(asked), () => findPeople(api, asked, PAGE));
  const total = found.value?.total ?? 0;
  const last = Math.min(asked.offset + PAGE, total);
  return (
    <>
      <Head title={w.title}>
        <Link to={`/admin/people/${IMPORT}`} className="button" testid="import">
          {w.import}
        </Link>
        <Link to={`/admin/people/${NEW}`} className="button primary" testid="make">
          {w.make}
        </Link>
      </Head>
      <p className="note">{w.intro}</p>
      <div className="filters">
        <input
          type="search"
          data-testid="people-search"
          aria-label={w.search}
          placeholder={w.search}
          autoComplete="off"
          maxLength={64}
          value={asked.search}
          onChange={(e) => setAsked({ ...asked, search: e.target.value, offset: 0 })}
        />
        <select
          aria-label={w.service}
          data-testid="people-service"
          value={asked.service}
          onChange={(e) => setAsked({ ...asked, service: e.target.value, offset: 0 })}
        >
          <option value="">{w.allServices}</option>
          {services.map((s) => (
            <option key={s.value} value={s.value}>
              {s.text}
            </option>
          ))}
        </select>
      </div>
      <Found read={found}>
        {(value) => (
          <>
            <Table<Person>
              caption={w.title}
              testid="people"
              rows={value.people}
              id={(p) => p.login}
              columns={[
                {
                  title: w.name,
                  cell: (p) => (
                    <Link to={address("people", p.id)} testid={`open-${p.login}`}>
                      <bdi>{plain(p.name)}</bdi>
                    </Link>
                  ),
                },
                { title: w.login, cell: (p) => <bdi>{plain(p.login)}</bdi> },
                { title: w.roles, cell: (p) => p.roles.map((r) => w.role[r]).join(", ") },
                { title: w.ctiId, cell: (p) => <bdi>{plain(p.cti_id)}</bdi> },
                { title: w.ctiNumber, cell: (p) => p.cti_number },
                { title: w.state, cell: (p) => <State person={p} /> },
              ]}
            />
            <div className="buttons">
              <Button
                testid="people-earlier"
                disabled={asked.offset === 0}
                onPress={() => setAsked({ ...asked, offset: Math.max(0, asked.offset - PAGE) })}
              >
                {w.earlier}
              </Button>
              <p className="faint" role="status" data-testid="people-page">
                {w.page(
                  number(language, total === 0 ? 0 : asked.offset + 1),
                  number(language, last),
                  number(language, total),
                )}
              </p>
              <Button
                testid="people-later"
                disabled={last >= total}
                onPress={() => setAsked({ ...asked, offset: asked.offset + PAGE })}
              >
                {w.later}
              </Button>
            </div>
          </>
        )}
      </Found>
    </>
  );
}

function State({ person }: { person: Person }) {
  const w = useWords(people);
  if (!person.active) return <span className="lamp off">{w.inactive}</span>;
  if (person.locked_until !== null) return <span className="lamp bad">{w.locked}</span>;
  return <span className="lamp good">{w.ok}</span>;
}

const beginning: Values = {
  login: "",
  name: "",
  password: "",
  roles: ["agent"],
  services: [],
  queues: [],
  cti_id: "",
  cti_number: "",
  device: "webrtc",
  home_service: "",
};

function New() {
  const w = useWords(people);
  const api = useApi();
  const { go } = usePlace();
  const editing = useNew<Values>(
    beginning,
    ({ password, ...rest }) => api.create<Person>(at("people"), password === "" ? rest : { ...rest, password }),
    (made) => go(address("people", (made as Person).id)),
  );
  return (
    <>
      <Up to="/admin/people" title={w.title} />
      <Head title={w.make} />
      <Form editing={editing} groups={useGroups(true)} testid="person" making />
    </>
  );
}

function One({ id }: { id: string }) {
  const api = useApi();
  const path = at("people", id);
  const editing = useSetting<PersonSetting>(path, patched<PersonSetting>(api, path));
  const w = useWords(people);
  const { base } = editing.setting;
  const groups = useGroups(false);
  return (
    <>
      <Up to="/admin/people" title={w.title} />
      <Head title={base === null ? plain(id) : plain(base.name)} />
      <Form editing={editing} groups={groups} testid="person" />
      <Identities person={id} />
      {base !== null && <PersonActs person={base} reread={editing.dirty ? async () => {} : editing.read} />}
    </>
  );
}

function useGroups(making: boolean): Group[] {
  const w = useWords(people);
  const services = useServiceOptions();
  const queues = useQueueOptions();
  const roles = (["agent", "supervisor", "administrator"] as const).map((r) => ({ value: r, text: w.role[r] }));
  const password: Field = {
    name: "password",
    kind: "text",
    label: w.password,
    hint: w.passwordHint,
    max: 1024,
    secret: true,
  };
  return [
    {
      title: w.person,
      fields: [
        { name: "name", kind: "text", label: w.name, max: 100 },
        { name: "login", kind: "text", label: w.login, hint: w.loginHint, max: 128 },
        ...(making ? [password] : [{ name: "active", kind: "switch", label: w.active } as const]),
        { name: "roles", kind: "picks", label: w.roles, options: roles },
      ],
    },
    {
      title: w.work,
      fields: [
        {
          name: "services",
          kind: "rows",
          label: w.services,
          add: w.servicesAdd,
          fresh: { service: services[0]?.value ?? "", phone: true },
          columns: [
            { name: "service", kind: "choice", label: w.service, options: services },
            { name: "phone", kind: "switch", label: w.phone },
          ],
        },
        {
          name: "home_service",
          kind: "choice",
          label: w.homeService,
          hint: w.homeServiceHint,
          options: services,
          none: w.firstService,
        },
        { name: "queues", kind: "picks", label: w.queues, options: queues },
      ],
    },
    {
      title: w.cti,
      intro: w.ctiIntro,
      fields: [
        { name: "cti_id", kind: "text", label: w.ctiId, max: 32 },
        { name: "cti_number", kind: "text", label: w.ctiNumber, hint: w.ctiNumberHint, max: 15 },
        {
          name: "device",
          kind: "choice",
          label: w.device,
          options: [
            { value: "webrtc", text: w.devices.webrtc },
            { value: "desk", text: w.devices.desk },
          ],
        },
      ],
    },
  ];
}
