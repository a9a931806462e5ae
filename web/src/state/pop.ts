// The page of another system that belongs to a call.
import type { Caller } from "../api/client";
import type { CallView } from "../feed/messages";
import { rings } from "./select";

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

/** Whether it is time to open it. */
export function popsNow(pop: Caller["screen_pop"], call: CallView): boolean {
  return pop !== undefined && (pop.when === "ring" || !rings(call));
}

export interface Tabs {
  /** Opens an empty tab; null: the browser does not let us. */
  open(): Window | null;
  storage: Pick<Storage, "getItem" | "setItem">;
}

const last = "switchroom.popped";

/** Opens the page in a new tab that knows nothing of this one, once for each call in all tabs. Where the browser refuses, the link in the call stays. */
export function openPage(tabs: Tabs, call: string, url: string): void {
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
