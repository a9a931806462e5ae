// The administration: its parts, and the page of the one that is gone to.
import type { ComponentType } from "react";
import { type Api, ApiProvider } from "../kit/api";
import { Head } from "../kit/Head";
import { Guarded, type Keeping, type Place } from "../kit/place";
import { Ways } from "../kit/Ways";
import { useLanguage, useWords } from "../views/language";
import { Audit } from "./pages/audit";
import { Embedding } from "./pages/embedding";
import { Keys } from "./pages/keys";
import { Nodes } from "./pages/nodes";
import { Emergency, Routes, Trunks } from "./pages/outbound";
import { People } from "./pages/people";
import { Providers } from "./pages/providers";
import { Queues } from "./pages/queues";
import { Services } from "./pages/services";
import { Webhooks } from "./pages/webhooks";
import { embedding } from "./words/embedding";
import { emergency, routes, trunks } from "./words/outbound";
import { people } from "./words/people";
import { providers } from "./words/providers";
import { queues } from "./words/queues";
import { services } from "./words/services";
import { admin, audit, keys, nodes } from "./words/system";
import { webhooks } from "./words/webhooks";

type Words = Parameters<typeof useWords<{ title: string }>>[0];

interface Part {
  name: string;
  words: Words;
  page: ComponentType<{ rest: readonly string[] }>;
}

/** In the order of the guide: services and their people first. */
const parts: readonly Part[] = [
  { name: "services", words: services, page: Services },
  { name: "queues", words: queues, page: Queues },
  { name: "people", words: people, page: People },
  { name: "identity-providers", words: providers, page: Providers },
  { name: "nodes", words: nodes, page: Nodes },
  { name: "trunks", words: trunks, page: Trunks },
  { name: "routes", words: routes, page: Routes },
  { name: "emergency", words: emergency, page: Emergency },
  { name: "embedding", words: embedding, page: Embedding },
  { name: "keys", words: keys, page: Keys },
  { name: "webhooks", words: webhooks, page: Webhooks },
  { name: "audit", words: audit, page: Audit },
];

interface Props extends Place {
  api: Api;
  unsaved?: Keeping;
}

export function Admin({ path, go, api, unsaved }: Props) {
  const w = useWords(admin);
  const [name = "services", ...rest] = partsOf(path);
  const part = parts.find((p) => p.name === name);
  const Page = part?.page;
  const language = useLanguage();
  const ways = parts.map((p) => ({
    to: `/admin/${p.name}`,
    title: p.words[language].title,
    testid: `admin-${p.name}`,
    current: p === part,
  }));
  return (
    <ApiProvider value={api}>
      <Guarded path={path} go={go} unsaved={unsaved}>
        <div className="admin-room">
          <div className="admin" data-testid="admin" data-at={name}>
            <Ways label={w.navigation} look="parts" ways={ways} testid="admin-parts" />
            <div className="part">
              {Page === undefined ? <Head title={w.nowhere} /> : <Page key={name} rest={rest} />}
            </div>
          </div>
        </div>
      </Guarded>
    </ApiProvider>
  );
}

/** The parts of an address behind /admin. What cannot be decoded is no name of anything. */
export function partsOf(path: string): string[] {
  return path
    .split("/")
    .slice(2)
    .filter((p) => p !== "")
    .map((p) => {
      try {
        return decodeURIComponent(p);
      } catch {
        return p;
      }
    });
}
