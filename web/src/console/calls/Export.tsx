import type { Api } from "../../api/client";
import { useWords } from "../../views/language";
import { calls as callsWords } from "../../words/calls";
import { FileButton } from "../FileButton";
import type { Filter } from "../route";
import { exportCalls } from "./records";

/** The calls of the filter as a file. */
export function Export({ api, filter }: { api: Api; filter: Filter<"calls"> }) {
  const k = useWords(callsWords);
  const hasDays = filter.from !== undefined && filter.until !== undefined;
  return (
    <FileButton
      testid="export"
      name="calls.csv"
      make={() => exportCalls(api, filter)}
      disabled={!hasDays}
      more={!hasDays && <span className="faint">{k.exportNeedsDays}</span>}
    >
      {k.export}
    </FileButton>
  );
}
