import { useState } from "react";
import type { Api } from "../../api/client";
import { complaintOf } from "../../api/problem";
import { Button } from "../../views/Button";
import { useLanguage, useWords } from "../../views/language";
import { calls as callsWords } from "../../words/calls";
import { type Complaint, explain } from "../../words/problems";
import type { Filter } from "../route";
import { saveAs } from "../saveAs";
import { exportCalls } from "./records";

/** The calls of the filter as a file. */
export function Export({ api, filter }: { api: Api; filter: Filter<"calls"> }) {
  const language = useLanguage();
  const k = useWords(callsWords);
  const [{ busy, fault }, set] = useState<{ busy: boolean; fault: Complaint | null }>({ busy: false, fault: null });
  const hasDays = filter.from !== undefined && filter.until !== undefined;
  const make = async () => {
    set({ busy: true, fault: null });
    try {
      saveAs(await exportCalls(api, filter), "calls.csv");
      set({ busy: false, fault: null });
    } catch (e) {
      set({ busy: false, fault: complaintOf(e, "page_error") });
    }
  };
  return (
    <div className="buttons">
      <Button testid="export" pending={busy} disabled={!hasDays} onPress={() => void make()}>
        {k.export}
      </Button>
      {!hasDays && <span className="faint">{k.exportNeedsDays}</span>}
      <span className="error" role="alert">
        {fault !== null && `${k.notExported} ${explain(language, fault)}`}
      </span>
    </div>
  );
}
