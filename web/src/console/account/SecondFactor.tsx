import { useState } from "react";
import type { Api } from "../../api/client";
import type { components } from "../../api/contract.gen";
import { Card } from "../../kit/Card";
import { useAct } from "../../kit/use-list";
import { Button } from "../../views/Button";
import { useWords } from "../../views/language";
import { account } from "../../words/account";
import { common } from "../../words/common";
import { Shown } from "../State";
import { useLoaded } from "../useLoaded";
import { Entry, EntryField } from "./Entry";
import { QrCode } from "./QrCode";

type Schemas = components["schemas"];
const path = "/api/v1/me/second-factor";

/** Where the setting up stands: the secret is shown until a code confirms it, the recovery codes until they were kept. */
type Stage =
  | { at: "rest" | "begin" | "remove" }
  | { at: "secret"; secret: Schemas["FactorSecret"] }
  | { at: "codes"; codes: string[] };

/** An authenticator app beside the password: set up, used, removed. */
export function SecondFactor({ api }: { api: Api }) {
  const w = useWords(account);
  const { state, again } = useLoaded("second factor", () => api.send<Schemas["SecondFactor"]>({ method: "GET", path }));
  const [stage, setStage] = useState<Stage>({ at: "rest" });
  const doing = useAct();
  const go = (next: Stage) => {
    doing.forget();
    setStage(next);
  };
  const send = <T,>(sub: string, body: unknown) => api.send<T>({ method: "POST", path: path + sub, body });
  const begin = (password: string) =>
    doing.act(async () => setStage({ at: "secret", secret: await send<Schemas["FactorSecret"]>("", { password }) }));
  const confirm = (code: string) =>
    doing.act(async () => {
      const { codes } = await send<Schemas["RecoveryCodes"]>("/confirm", { code });
      setStage({ at: "codes", codes });
      again();
    });
  const remove = (password: string, code: string) =>
    doing.act(async () => {
      await send("/remove", { password, code });
      setStage({ at: "rest" });
      again();
    });
  const { cancel } = useWords(common);
  const back = (
    <Button testid="factor-cancel" look="quiet" onPress={() => go({ at: "rest" })}>
      {cancel}
    </Button>
  );
  const form = { busy: doing.busy, fault: doing.fault, more: back };
  const password = <EntryField name="factor-password" label={w.current} complete="current-password" />;
  return (
    <Card title={w.factor} intro={w.factorNote}>
      {stage.at === "rest" && (
        <Shown state={state} again={again}>
          {({ confirmed, recovery_codes }) => (
            <>
              <p
                className={confirmed ? "lamp good" : "lamp off"}
                data-testid="factor-state"
                data-state={confirmed ? "on" : "off"}
              >
                {confirmed ? w.on(recovery_codes) : w.off}
              </p>
              <div className="buttons">
                {confirmed ? (
                  <Button testid="factor-remove-open" onPress={() => go({ at: "remove" })}>
                    {w.remove}
                  </Button>
                ) : (
                  <Button testid="factor-begin-open" look="primary" onPress={() => go({ at: "begin" })}>
                    {w.begin}
                  </Button>
                )}
              </div>
            </>
          )}
        </Shown>
      )}
      {stage.at === "begin" && (
        <Entry {...form} testid="factor-begin" action={w.next} submit={(of) => void begin(of("factor-password"))}>
          {password}
        </Entry>
      )}
      {stage.at === "secret" && (
        <>
          <p>{w.scan}</p>
          <QrCode text={stage.secret.address} label={w.qr} />
          <p>
            {w.type} <code data-testid="factor-secret">{stage.secret.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
          </p>
          <Entry
            {...form}
            testid="factor-confirm"
            action={w.confirm}
            submit={(of) => void confirm(of("factor-code").replaceAll(" ", ""))}
          >
            <EntryField name="factor-code" label={w.code} type="text" complete="one-time-code" max={64} />
          </Entry>
        </>
      )}
      {stage.at === "codes" && <Codes codes={stage.codes} done={() => go({ at: "rest" })} />}
      {stage.at === "remove" && (
        <Entry
          {...form}
          testid="factor-remove"
          action={w.remove}
          submit={(of) => void remove(of("factor-password"), of("factor-code").trim())}
        >
          <p>{w.removeNote}</p>
          {password}
          <EntryField name="factor-code" label={w.anyCode} type="text" complete="one-time-code" max={64} />
        </Entry>
      )}
    </Card>
  );
}

/** The recovery codes, this once. */
function Codes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  const w = useWords(account);
  const [told, setTold] = useState("");
  const copy = () =>
    navigator.clipboard.writeText(codes.join("\n")).then(
      () => setTold(w.copied),
      () => setTold(w.notCopied),
    );
  return (
    <div role="status" className="view">
      <p>{w.codes}</p>
      <ul className="recovery" data-testid="recovery-codes" data-count={codes.length}>
        {codes.map((c) => (
          <li key={c}>
            <code>{c}</code>
          </li>
        ))}
      </ul>
      <div className="buttons">
        <Button testid="codes-copy" onPress={() => void copy()}>
          {w.copy}
        </Button>
        <Button testid="codes-kept" look="primary" onPress={done}>
          {w.kept}
        </Button>
        <span className="faint">{told}</span>
      </div>
    </div>
  );
}
