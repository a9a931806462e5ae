import { useSyncExternalStore } from "react";
import type { Identity } from "../api/session";
import { useWords } from "../views/language";
import { console as consoleWords } from "../words/console";
import { Link } from "./Link";
import type { Navigation } from "./navigation";
import { type Route, type Section, sectionOf } from "./route";
import { sectionsOf } from "./sections";

const doors: Record<Section, Route> = {
  tickets: { at: "tickets", filter: {} },
  calls: { at: "calls", filter: {} },
  customers: { at: "customers", filter: {} },
  wallboard: { at: "wallboard", filter: {} },
  reports: { at: "reports", filter: {} },
  hours: { at: "hours" },
  account: { at: "account" },
  admin: { at: "admin", path: "", search: "" },
};

/** The parts of the console that the person may see. */
export function Nav({ navigation, identity }: { navigation: Navigation; identity: Identity }) {
  const here = useSyncExternalStore(navigation.subscribe, navigation.get);
  const w = useWords(consoleWords);
  return (
    <nav aria-label={w.navigation} className="sections">
      {sectionsOf(identity.roles).map((section) => (
        <Link key={section} to={doors[section]} testid={`nav-${section}`} current={sectionOf(here) === section}>
          {w.sections[section]}
        </Link>
      ))}
    </nav>
  );
}
