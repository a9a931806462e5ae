// What is done with a person's sessions, password and lock: each at once, and asked before.
import { useState } from "react";
import { at, type Schemas, useApi } from "../../kit/api";
import { Card } from "../../kit/Card";
import { Confirm } from "../../kit/Confirm";
import { Secret } from "../../kit/Secret";
import { useLanguage, useWords } from "../../views/language";
import { dayAndTime } from "../../words/format";
import { people } from "../words/people";
import type { Person } from "./people-api";

type Link = Schemas["PasswordReset"];

export function PersonActs({ person, reread }: { person: Person; reread: () => Promise<void> }) {
  const w = useWords(people);
  const language = useLanguage();
  const api = useApi();
  const [told, setTold] = useState("");
  const [password, setPassword] = useState("");
  const [link, setLink] = useState<Link | null>(null);
  const path = (...rest: string[]) => at("people", person.id, ...rest);
  const done = (words: string) => () => {
    setTold(words);
    setPassword("");
    void reread();
  };
  return (
    <Card title={w.acts} intro={w.actsIntro}>
      {person.locked_until !== null && (
        <p className="note warn">{w.lockedUntil(dayAndTime(language, person.locked_until))}</p>
      )}
      <div className="acts">
        <Confirm
          label={w.setPassword}
          text={w.setPasswordText}
          action={w.set}
          testid="set-password"
          act={() => api.send({ method: "PUT", path: path("password"), body: { password } })}
          done={done(w.done.password)}
        >
          <form className="entry" onSubmit={(e) => e.preventDefault()}>
            <label>
              {w.newPassword}
              <input
                type="password"
                data-testid="new-password"
                autoComplete="new-password"
                maxLength={1024}
                value={password}
                onChange={(e) => setPassword(e.target.value)}
              />
            </label>
          </form>
        </Confirm>
        <Confirm
          label={w.link}
          text={w.linkText}
          action={w.linkMake}
          testid="reset-link"
          act={async () => setLink(await api.send<Link>({ method: "POST", path: path("password-reset") }))}
          done={done("")}
        />
        <Confirm
          label={w.ctiLogout}
          text={w.ctiLogoutText}
          testid="cti-logout-person"
          act={() => api.create(path("cti", "logout"), undefined)}
          done={done(w.done.cti)}
        />
        <Confirm
          label={w.endSessions}
          text={w.endSessionsText}
          testid="end-sessions"
          act={() => api.send({ method: "DELETE", path: path("sessions") })}
          done={done(w.done.sessions)}
        />
        <Confirm
          label={w.removeFactor}
          text={w.removeFactorText}
          testid="remove-factor"
          act={() => api.send({ method: "DELETE", path: path("second-factor") })}
          done={done(w.done.factor)}
        />
        {person.locked_until !== null && (
          <Confirm
            label={w.unlock}
            text={w.unlockText}
            testid="unlock"
            act={() => api.send({ method: "DELETE", path: path("lock") })}
            done={done(w.done.unlocked)}
          />
        )}
      </div>
      {link !== null && (
        <Secret
          title={w.linkLabel}
          text={w.linkMade(dayAndTime(language, link.expires))}
          label={w.linkLabel}
          secret={link.link}
          kept={w.linkKept}
          testid="reset-link-secret"
          done={() => setLink(null)}
        />
      )}
      <p className="faint" role="status" data-testid="acts-told">
        {told}
      </p>
    </Card>
  );
}
