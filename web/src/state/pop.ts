// The page of another system that belongs to a call.
import type { Caller } from "../api/client";
import type { CallView } from "../feed/messages";
import type { Locks } from "../phone/keeper";
import { rings } from "./select";
import type { State } from "./state";

/** Its URL, if it is one that may be opened: https and nothing else, whatever the server says. Null: there is none. */
export function pageOf(pop: Caller["screen_pop"]): string | null {
  if (pop === undefined) return null;
  try {
    const url = new URL(pop.url);
    return url.protocol === "https:" && url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}

/** The page that it is time to open, and its call; null: there is none. A page of ours that is loaded in mid-call has seen nothing ring, and opens none again. */
export function popOf({ view, caller: known }: Pick<State, "view" | "caller">): { call: string; url: string } | null {
  const call = view?.call ?? null;
  if (call === null || known?.call !== call.id || !known.rang) return null;
  const url = isDue(known.caller.screen_pop, call) ? pageOf(known.caller.screen_pop) : null;
  return url === null ? null : { call: call.id, url };
}

function isDue(pop: Caller["screen_pop"], call: CallView): boolean {
  return pop?.when === "ring" || !rings(call);
}

export interface Tabs {
  /** Opens an empty tab; null: the browser does not let us. */
  open(): Window | null;
  storage: Pick<Storage, "getItem" | "setItem">;
  locks: Locks;
}

const last = "switchroom.popped";
/** What one tab stores, the others read a moment later. */
const STORED_MS = 5_000;

/** Opens the page in a new tab that knows nothing of this one, once for each call in all tabs. Where the browser refuses, the link in the call stays. */
export async function openPage(tabs: Tabs, call: string, url: string): Promise<void> {
  if (tabs.locks === null) return openOnce(tabs, call, url);
  await tabs.locks.request(`${last}.${call}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return; // another tab is at it
    openOnce(tabs, call, url);
    await new Promise((done) => setTimeout(done, STORED_MS));
  });
}

function openOnce(tabs: Tabs, call: string, url: string): void {
  try {
    if (tabs.storage.getItem(last) === call) return;
    tabs.storage.setItem(last, call);
  } catch {
    // a storage that is forbidden only lets several tabs open it
  }
  const tab = tabs.open();
  if (tab === null) return;
  tab.opener = null;
  tab.location.replace(url);
}
