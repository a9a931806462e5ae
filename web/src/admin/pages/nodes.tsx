// The Asterisk nodes (S5): whether each is connected, since when, and how it is set. Read anew all the time.

import { at, type Schemas, useApi } from "../../kit/api";
import { Found } from "../../kit/Found";
import { Head } from "../../kit/Head";
import { useRead } from "../../kit/use-list";
import { useLanguage, useWords } from "../../views/language";
import { dayAndTime, plain } from "../../words/format";
import { nodes } from "../words/system";

type Node = Schemas["Node"];

const EVERY_MS = 3000;

export function Nodes() {
  const w = useWords(nodes);
  const api = useApi();
  const found = useRead("nodes", () => api.send<Schemas["Nodes"]>({ method: "GET", path: at("nodes") }), EVERY_MS);
  return (
    <>
      <Head title={w.title} />
      <p className="note">{w.intro}</p>
      <Found read={found}>
        {(value) => (
          <div className={found.fault === null ? "cards" : "cards dated"}>
            {value.nodes.map((n) => (
              <NodeCard key={n.name} node={n} />
            ))}
          </div>
        )}
      </Found>
    </>
  );
}

/** What of a node matters first. */
export function nodeState(n: Pick<Node, "connected" | "controller_away">): "away" | "connected" | "disconnected" {
  if (n.controller_away) return "away";
  return n.connected ? "connected" : "disconnected";
}

function NodeCard({ node: n }: { node: Node }) {
  const w = useWords(nodes);
  const language = useLanguage();
  const state = nodeState(n);
  const facts: [string, string][] = [
    [w.since, dayAndTime(language, n.since)],
    [w.version, n.version],
    [w.controller, n.controller],
    [w.address, n.ari_url],
    [w.media, n.media_address === "" ? w.asterisks : n.media_address],
    [w.socket, n.sip_socket],
    [w.ice, n.ice_servers.join(", ")],
    [w.seen, dayAndTime(language, n.seen_at)],
  ];
  return (
    <section className="card" aria-label={n.name} data-testid={`node-${n.name}`} data-state={state}>
      <h2>
        <bdi>{plain(n.name)}</bdi>
      </h2>
      <p className={state === "connected" ? "lamp good" : "lamp bad"}>{w[state]}</p>
      <dl className="listed">
        {facts
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{plain(value)}</bdi>
              </dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
