import { useState } from "react";
import type { Api } from "../../api/client";
import { Card } from "../../kit/Card";
import { useAct } from "../../kit/use-list";
import { useWords } from "../../views/language";
import { account } from "../../words/account";
import { reset } from "../../words/reset";
import { Entry, EntryField } from "./Entry";

/** A new password, with the one of now. */
export function OwnPassword({ api }: { api: Api }) {
  const w = useWords(account);
  const { fresh, again, differ } = useWords(reset);
  const doing = useAct();
  const [wrong, setWrong] = useState<string | null>(null);
  const [changed, setChanged] = useState(0); // another time: an empty form
  const submit = async (of: (name: string) => string) => {
    const password = of("password-fresh");
    setWrong(password === of("password-again") ? null : differ);
    if (password !== of("password-again")) return;
    const body = { current: of("password-current"), password };
    if (await doing.act(() => api.send({ method: "PUT", path: "/api/v1/me/password", body }))) setChanged(changed + 1);
  };
  return (
    <Card title={w.password} intro={w.passwordNote}>
      <Entry
        key={changed}
        testid="password-set"
        action={w.passwordSet}
        busy={doing.busy}
        fault={wrong ?? doing.fault}
        submit={(of) => void submit(of)}
      >
        <EntryField name="password-current" label={w.current} complete="current-password" />
        <EntryField name="password-fresh" label={fresh} complete="new-password" />
        <EntryField name="password-again" label={again} complete="new-password" />
      </Entry>
      <p className="faint" role="status" data-testid="password-told">
        {changed > 0 && doing.fault === null && wrong === null ? w.passwordChanged : ""}
      </p>
    </Card>
  );
}
