import "../../styles/wallboard.css";
import type { PartProps } from "../sections";
import { Wallboard } from "./Wallboard";

/** The wallboard: what happens now. */
export default function Part({ route, console }: PartProps) {
  return route.at === "wallboard" ? <Wallboard filter={route.filter} console={console} /> : null;
}
