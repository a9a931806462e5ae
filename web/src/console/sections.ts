// The parts of the console: for whom they are, and where their code is. Each is loaded when it is gone to.
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Identity } from "../api/session";
import type { Console } from "./model";
import type { Route, Section } from "./route";

/** What every part gets. It shows an <h1 tabIndex={-1}>, to which the focus goes when the view changes (ViewTitle). */
export interface PartProps {
  route: Route;
  console: Console;
  identity: Identity;
}

type Part = ComponentType<PartProps>;

/** The administration is a folder of its own: the default export of admin/index.tsx is shown for /admin and everything behind it. */
const administration = Object.values(import.meta.glob<{ default: Part }>("../admin/index.tsx"))[0];

const parts: Partial<Record<Section, LazyExoticComponent<Part>>> = {
  tickets: lazy(() => import("./tickets")),
  calls: lazy(() => import("./calls")),
  customers: lazy(() => import("./customers")),
  reports: lazy(() => import("./reports")),
  hours: lazy(() => import("./hours")),
  account: lazy(() => import("./account")),
  wallboard: lazy(() => import("./wallboard")),
  ...(administration === undefined ? {} : { admin: lazy(administration) }),
};

type Role = Identity["roles"][number];

const audience: Record<Section, readonly Role[]> = {
  tickets: ["agent", "supervisor", "administrator"],
  calls: ["agent", "supervisor", "administrator"],
  customers: ["agent", "supervisor", "administrator"],
  wallboard: ["supervisor", "administrator"],
  reports: ["supervisor", "administrator"],
  hours: ["supervisor", "administrator"],
  account: ["agent", "supervisor", "administrator"],
  admin: ["administrator"],
};

const order: readonly Section[] = [
  "tickets",
  "calls",
  "customers",
  "wallboard",
  "reports",
  "hours",
  "admin",
  "account",
];

/** What somebody with those roles can go to. The server decides what they get there. */
export function sectionsOf(roles: readonly Role[]): Section[] {
  return order.filter((s) => parts[s] !== undefined && audience[s].some((role) => roles.includes(role)));
}

/** Null: there is none, or not for them. */
export function partOf(section: Section | null, roles: readonly Role[]): LazyExoticComponent<Part> | null {
  return section !== null && sectionsOf(roles).includes(section) ? (parts[section] ?? null) : null;
}
