// Providers by which people sign in.

import type { Schemas } from "../../kit/api";
import { Collection, type Kind, NEW } from "../../kit/Collection";
import type { Group } from "../../kit/field";
import type { Values } from "../../kit/setting";
import { useWords } from "../../views/language";
import { plain } from "../../words/format";
import { providers } from "../words/providers";

/** The secret is sent, and never read. */
type Provider = Schemas["IdentityProvider"] & Values;

const beginning = {
  id: "",
  name: "",
  issuer: "",
  client_id: "",
  client_secret: "",
  claim: "email",
  password_login: true,
  second_factor: false,
  enabled: true,
} as unknown as Provider;

export function Providers({ rest }: { rest: readonly string[] }) {
  const w = useWords(providers);
  const [id] = rest;
  const kind: Kind<Provider> = {
    path: "identity-providers",
    list: "providers",
    id: "id",
    title: (p) => p.name,
    words: w,
    columns: [
      { title: w.name, cell: (p) => p.name },
      { title: w.issuer, cell: (p) => <bdi>{plain(p.issuer)}</bdi> },
      {
        title: w.state,
        cell: (p) => <span className={`lamp ${p.enabled ? "good" : "off"}`}>{p.enabled ? w.on : w.off}</span>,
      },
    ],
    groups: useGroups(id === undefined || id === NEW ? null : id),
    fresh: beginning,
  };
  return <Collection kind={kind} rest={rest} />;
}

/** id: null for a new one. */
function useGroups(id: string | null): Group[] {
  const w = useWords(providers);
  return [
    {
      title: w.client,
      intro: w.clientIntro(`${location.origin}/sign-in/${id ?? `<${w.anId}>`}`),
      fields: [
        { name: "id", kind: "text", label: w.id, hint: w.idHint, fixed: true, max: 32 },
        { name: "issuer", kind: "text", label: w.issuer, hint: w.issuerHint, max: 400 },
        { name: "client_id", kind: "text", label: w.clientId, max: 255 },
        {
          name: "client_secret",
          kind: "text",
          label: w.secret,
          ...(id === null ? {} : { hint: w.secretHint, required: false }),
          max: 1024,
          secret: true,
        },
      ],
    },
    {
      title: w.people,
      fields: [
        { name: "name", kind: "text", label: w.name, max: 64 },
        {
          name: "claim",
          kind: "text",
          label: w.claim,
          hint: w.claimHint,
          max: 128,
          suggestions: ["email", "preferred_username", "upn"],
        },
        { name: "password_login", kind: "switch", label: w.passwords, hint: w.passwordsHint },
        { name: "second_factor", kind: "switch", label: w.factor, hint: w.factorHint },
        { name: "enabled", kind: "switch", label: w.enabled },
      ],
    },
  ];
}
