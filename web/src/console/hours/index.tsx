import "../../styles/admin.css";
import { useCallback, useMemo, useState } from "react";
import { Now, Switch } from "../../admin/pages/hours";
import type { components } from "../../api/contract.gen";
import { ApiProvider } from "../../kit/api";
import { Guarded } from "../../kit/place";
import { useRead } from "../../kit/use-list";
import { useWords } from "../../views/language";
import { Select } from "../../views/Select";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { serviceChoices, useDirectory } from "../directory";
import { parse } from "../route";
import type { PartProps } from "../sections";
import { ViewTitle } from "../ViewTitle";

/** Whether one's services are open, and the switch by hand, for supervisors too. */
export default function HoursPart({ console: { api, navigation, drafts } }: PartProps) {
  const { sections } = useWords(consoleWords);
  const { service: label } = useWords(common);
  const choices = serviceChoices(useDirectory());
  const [chosen, choose] = useState("");
  const service = chosen || (choices[0]?.value ?? "");
  const unsaved = useMemo(() => drafts.at({ at: "hours" }), [drafts]);
  const go = useCallback((to: string) => navigation.go(parse(to)), [navigation]);
  return (
    <ApiProvider value={api}>
      <Guarded path="/hours" go={go} unsaved={unsaved}>
        <ViewTitle>{sections.hours}</ViewTitle>
        {choices.length > 1 && (
          <Select label={label} testid="hours-service" value={service} options={choices} choose={choose} />
        )}
        {service !== "" && <OfService key={service} service={service} api={api} />}
      </Guarded>
    </ApiProvider>
  );
}

/** How often it is read anew, in ms. */
const EVERY_MS = 15_000;

function OfService({ service, api }: { service: string; api: PartProps["console"]["api"] }) {
  const path = `/api/v1/services/${encodeURIComponent(service)}/hours`;
  const now = useRead(path, () => api.send<components["schemas"]["Hours"]>({ method: "GET", path }), EVERY_MS);
  return (
    <div className="admin-room">
      <div className="view">
        <Now now={now} />
        <Switch service={service} changed={now.again} />
      </div>
    </div>
  );
}
