// Keys for machines: made, their secret shown this once, revoked.
import { serviceName, useDirectory } from "../../console/directory";
import { at, type Schemas, useApi } from "../../kit/api";
import { NEW } from "../../kit/Collection";
import { Confirm } from "../../kit/Confirm";
import { Found } from "../../kit/Found";
import { Head } from "../../kit/Head";
import { NewSecret } from "../../kit/NewSecret";
import { Link } from "../../kit/place";
import type { Values } from "../../kit/setting";
import { Table } from "../../kit/Table";
import { useRead } from "../../kit/use-list";
import { useLanguage, useWords } from "../../views/language";
import { dayAndTime, plain } from "../../words/format";
import { keys } from "../words/system";
import { useServiceOptions } from "./options";

type Key = Schemas["Key"];

export function Keys({ rest }: { rest: readonly string[] }) {
  return rest[0] === NEW ? <New /> : <List />;
}

function List() {
  const w = useWords(keys);
  const language = useLanguage();
  const known = useDirectory();
  const api = useApi();
  const found = useRead("keys", () => api.send<Schemas["KeysList"]>({ method: "GET", path: at("keys") }));
  return (
    <>
      <Head title={w.title}>
        <Link to={`/admin/keys/${NEW}`} className="button primary" testid="make">
          {w.make}
        </Link>
      </Head>
      <p className="note">{w.intro}</p>
      <Found read={found}>
        {(value) => (
          <Table<Key>
            caption={w.title}
            testid="keys"
            rows={value.keys}
            id={(k) => k.id}
            columns={[
              { title: w.name, cell: (k) => <bdi>{plain(k.name)}</bdi> },
              { title: w.scopes, cell: (k) => k.scopes.map((s) => w.scope[s]).join(", ") },
              {
                title: w.services,
                cell: (k) =>
                  k.services.length === 0 ? w.all : k.services.map((s) => serviceName(known, s)).join(", "),
              },
              { title: w.expires, cell: (k) => (k.expires === undefined ? w.never : dayAndTime(language, k.expires)) },
              {
                title: w.used,
                cell: (k) => (k.last_used === undefined ? w.unused : dayAndTime(language, k.last_used)),
              },
              {
                title: w.revoke,
                cell: (k) => (
                  <Confirm
                    label={w.revoke}
                    title={w.revokeTitle(plain(k.name))}
                    text={w.revokeText}
                    testid={`revoke-${k.id}`}
                    grave
                    act={() => api.send({ method: "DELETE", path: at("keys", k.id) })}
                    done={() => void found.again()}
                  />
                ),
              },
            ]}
          />
        )}
      </Found>
    </>
  );
}

const beginning: Values = { name: "", scopes: ["records:read"], services: [], expires: null };
const scopes = ["records:read", "records:write", "administration:read", "administration:write"] as const;

function New() {
  const w = useWords(keys);
  const services = useServiceOptions();
  return (
    <NewSecret<Schemas["CreatedKey"]>
      path="keys"
      words={w}
      fresh={beginning}
      body={({ expires, ...rest }) => (expires === null ? rest : { ...rest, expires })}
      name={(made) => made.key.name}
      testid="key"
      groups={[
        {
          title: w.make,
          intro: w.grave,
          fields: [
            { name: "name", kind: "text", label: w.name, max: 64 },
            {
              name: "scopes",
              kind: "picks",
              label: w.scopes,
              options: scopes.map((s) => ({ value: s, text: w.scope[s] })),
            },
            { name: "services", kind: "picks", label: w.services, hint: w.servicesHint, options: services },
            { name: "expires", kind: "moment", label: w.expires, hint: w.expiresHint },
          ],
        },
      ]}
    />
  );
}
