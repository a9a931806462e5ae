import { useState } from "react";
import { plain } from "../words/format";
import { at, useApi } from "./api";
import { Form } from "./Form";
import type { Group } from "./field";
import { Head, Up } from "./Head";
import { usePlace } from "./place";
import { Secret } from "./Secret";
import type { Values } from "./setting";
import { useNew } from "./use-setting";

interface Props<T> {
  /** In the address and in the API's path: keys. */
  path: string;
  words: Record<"title" | "make" | "created" | "secretText" | "secret" | "kept", string>;
  /** What a new one begins with. */
  fresh: Values;
  /** What of it is sent. */
  body?: (value: Values) => Values;
  groups: readonly Group[];
  /** How people call it. */
  name: (made: T) => string;
  testid: string;
}

/** The page on which something with a secret is made, and then the secret, this once. */
export function NewSecret<T extends { secret: string }>(props: Props<T>) {
  const { path, words: w, fresh, body = (value) => value, groups, name, testid } = props;
  const api = useApi();
  const { go } = usePlace();
  const [made, setMade] = useState<T | null>(null);
  // Without an Idempotency-Key: the kept answer would hold the secret.
  const editing = useNew<Values>(
    fresh,
    (value) => api.send({ method: "POST", path: at(path), body: body(value) }),
    (created) => setMade(created as unknown as T),
  );
  if (made === null) {
    return (
      <>
        <Up to={`/admin/${path}`} title={w.title} />
        <Head title={w.make} />
        <Form editing={editing} groups={groups} testid={testid} making />
      </>
    );
  }
  return (
    <>
      <Head title={w.created} />
      <Secret
        title={plain(name(made))}
        text={w.secretText}
        label={w.secret}
        secret={made.secret}
        kept={w.kept}
        testid={`${testid}-secret`}
        done={() => go(`/admin/${path}`)}
      />
    </>
  );
}
