// The sites that may embed the call widget, and what they put into their pages.

import { at, type Schemas, useApi } from "../../kit/api";
import { Card } from "../../kit/Card";
import { Form } from "../../kit/Form";
import { Head } from "../../kit/Head";
import type { Values } from "../../kit/setting";
import { replaced } from "../../kit/stores";
import { useSetting } from "../../kit/use-setting";
import { useWords } from "../../views/language";
import { embedding } from "../words/embedding";
import { originOf } from "./origin";

type Sites = Schemas["Embedding"] & Values;

export function Embedding() {
  const w = useWords(embedding);
  const api = useApi();
  const path = at("embedding");
  const { read, store } = replaced<Sites>(api, path, ["origins"]);
  const editing = useSetting<Sites>(path, {
    read,
    store: (changed, version, all) => store(changed, version, { ...all, origins: all.origins.map(originOf) }),
  });
  return (
    <>
      <Head title={w.title} />
      <p className="note">{w.intro}</p>
      <Form
        editing={editing}
        testid="embedding"
        groups={[
          {
            title: w.sites,
            intro: w.counts,
            fields: [{ name: "origins", kind: "lines", label: w.origins, hint: w.hint }],
          },
        ]}
      />
      <Card title={w.page} intro={w.pageIntro}>
        <pre className="code" data-testid="embedding-code">
          {`<script type="module" src="${location.origin}/embed.js"></script>\n<switchroom-widget></switchroom-widget>`}
        </pre>
      </Card>
    </>
  );
}
