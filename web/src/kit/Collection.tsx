// What there are many of, each with an address of its own: the list, the page of a new one, the pages of one.
import type { ReactNode } from "react";
import { useWords } from "../views/language";
import { plain } from "../words/format";
import { kit } from "../words/kit";
import { at, useApi } from "./api";
import { Confirm } from "./Confirm";
import { Form } from "./Form";
import { Found } from "./Found";
import type { Group } from "./field";
import { Head, Up } from "./Head";
import { Link, usePlace } from "./place";
import type { Values } from "./setting";
import { patched } from "./stores";
import { type Column, Table } from "./Table";
import { useRead } from "./use-list";
import { useNew, useSetting } from "./use-setting";
import { Ways } from "./Ways";

/** No name that the API allows. */
export const NEW = "~new";

export interface Kind<T extends Values> {
  /** In the address and in the API's path: queues. Also what the list's answer calls them, where list says no other word. */
  path: string;
  list?: string;
  /** The field that it is known by. */
  id: keyof T & string;
  /** How people call one. */
  title: (one: T) => string;
  words: { title: string; intro: string; make: string };
  columns: readonly Column<T>[];
  groups: readonly Group[];
  /** What a new one begins with. */
  fresh: T;
}

export interface Tab {
  name: string;
  title: string;
  page: ReactNode;
}

export const address = (kind: string, id: string, tab = "settings"): string =>
  `/admin/${kind}/${encodeURIComponent(id)}/${tab}`;

/** rest: the address within the collection, in parts: [], [NEW], [id, tab]. tabs: what there is of one beside its settings. */
export function Collection<T extends Values>({
  kind,
  rest,
  tabs = () => [],
}: {
  kind: Kind<T>;
  rest: readonly string[];
  tabs?: (id: string) => readonly Tab[];
}) {
  const [id, tab = "settings"] = rest;
  if (id === undefined) return <List kind={kind} />;
  if (id === NEW) return <New kind={kind} />;
  return <One key={id} kind={kind} id={id} tab={tab} tabs={tabs(id)} />;
}

function List<T extends Values>({ kind }: { kind: Kind<T> }) {
  const api = useApi();
  const found = useRead(kind.path, () => api.send<Record<string, T[]>>({ method: "GET", path: at(kind.path) }));
  const name: Column<T> = {
    title: kind.columns[0]?.title ?? "",
    cell: (one) => (
      <Link to={address(kind.path, String(one[kind.id]))} testid={`open-${String(one[kind.id])}`}>
        <bdi>{plain(kind.title(one))}</bdi>
      </Link>
    ),
  };
  return (
    <>
      <Head title={kind.words.title}>
        <Link to={`/admin/${kind.path}/${NEW}`} className="button primary" testid="make">
          {kind.words.make}
        </Link>
      </Head>
      <p className="note">{kind.words.intro}</p>
      <Found read={found}>
        {(value) => (
          <Table
            caption={kind.words.title}
            columns={[name, ...kind.columns.slice(1)]}
            rows={value[kind.list ?? kind.path] ?? []}
            id={(one) => String(one[kind.id])}
            testid={kind.path}
          />
        )}
      </Found>
    </>
  );
}

function New<T extends Values>({ kind }: { kind: Kind<T> }) {
  const api = useApi();
  const { go } = usePlace();
  const editing = useNew<T>(
    kind.fresh,
    (value) => api.create<T>(at(kind.path), value),
    (made) => go(address(kind.path, String((made as T)[kind.id]))),
  );
  return (
    <>
      <Up to={`/admin/${kind.path}`} title={kind.words.title} />
      <Head title={kind.words.make} />
      <Form editing={editing} groups={kind.groups} testid={kind.path} making />
    </>
  );
}

function One<T extends Values>({
  kind,
  id,
  tab,
  tabs,
}: {
  kind: Kind<T>;
  id: string;
  tab: string;
  tabs: readonly Tab[];
}) {
  const api = useApi();
  const { go } = usePlace();
  const w = useWords(kit);
  const path = at(kind.path, id);
  const editing = useSetting<T>(path, patched<T>(api, path));
  const { base } = editing.setting;
  const title = base === null ? plain(id) : plain(kind.title(base));
  const other = tabs.find((t) => t.name === tab);
  return (
    <>
      <Up to={`/admin/${kind.path}`} title={kind.words.title} />
      <Head title={title}>
        <Confirm
          label={w.delete}
          title={w.deleteTitle(title)}
          text={w.deleteText}
          testid="delete"
          grave
          act={() => api.send({ method: "DELETE", path })}
          done={() => {
            editing.discard();
            go(`/admin/${kind.path}`);
          }}
        />
      </Head>
      {tabs.length > 0 && (
        <Ways
          label={title}
          look="tabs"
          ways={[
            {
              to: address(kind.path, id),
              title: w.settings,
              testid: "tab-settings",
              current: other === undefined,
            },
            ...tabs.map((t) => ({
              to: address(kind.path, id, t.name),
              title: t.title,
              testid: `tab-${t.name}`,
              current: t === other,
            })),
          ]}
          testid="tabs"
        />
      )}
      {other?.page ?? <Form editing={editing} groups={kind.groups} testid={kind.path} />}
    </>
  );
}
