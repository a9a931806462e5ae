import "../../styles/reports.css";
import type { PartProps } from "../sections";
import { ReportPage } from "./ReportPage";

/** Reports: what was, added up. */
export default function Reports({ route, console }: PartProps) {
  return route.at === "reports" ? <ReportPage filter={route.filter} console={console} /> : null;
}
