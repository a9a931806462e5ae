// The accounts at providers by which a person signs in.
import { at, type Schemas, useApi } from "../../kit/api";
import { Card } from "../../kit/Card";
import { Confirm } from "../../kit/Confirm";
import { Table } from "../../kit/Table";
import { useRead } from "../../kit/use-list";
import { useLanguage, useWords } from "../../views/language";
import { dayAndTime, plain } from "../../words/format";
import { providers } from "../words/providers";

type Identity = Schemas["LinkedIdentity"];

export function Identities({ person }: { person: string }) {
  const w = useWords(providers);
  const language = useLanguage();
  const api = useApi();
  const path = (...rest: string[]) => at("people", person, "identities", ...rest);
  const found = useRead(path(), () => api.send<Schemas["Identities"]>({ method: "GET", path: path() }));
  const list = found.value?.identities ?? [];
  if (list.length === 0) return null;
  return (
    <Card title={w.identities} intro={w.identitiesIntro}>
      <Table<Identity>
        caption={w.identities}
        testid="identities"
        rows={list}
        id={(i) => i.id}
        columns={[
          {
            title: w.account,
            cell: (i) => (
              <bdi>
                {plain(i.subject)} · {plain(i.issuer)}
              </bdi>
            ),
          },
          { title: w.login, cell: (i) => <bdi>{plain(i.login)}</bdi> },
          { title: w.linked, cell: (i) => dayAndTime(language, i.linked) },
          { title: w.used, cell: (i) => dayAndTime(language, i.last_used) },
          {
            title: w.unlink,
            cell: (i) => (
              <Confirm
                label={w.unlink}
                text={w.unlinkText}
                testid={`unlink-${i.subject}`}
                grave
                act={() => api.send({ method: "DELETE", path: path(i.id) })}
                done={() => void found.again()}
              />
            ),
          },
        ]}
      />
    </Card>
  );
}
