import type { PartProps } from "../sections";
import { CallList } from "./CallList";
import { CallPage } from "./CallPage";

/** Calls: the history, and one with its timeline. */
export default function Calls({ route, console, identity }: PartProps) {
  if (route.at === "calls") return <CallList filter={route.filter} console={console} identity={identity} />;
  if (route.at === "call") return <CallPage id={route.call} console={console} />;
  return null;
}
