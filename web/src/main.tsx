import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/page.css";
import { type Arrival, arrivalOf, windowOf } from "./api/sign-in";
import { App, type Surroundings } from "./app";
import { browserPlace } from "./console/navigation";
import type { Socket } from "./feed/client";
import { listen } from "./keyboard";
import { createJsSIPPhone } from "./phone/jssip";
import { type Keeping, Preference } from "./preference";
import { schemes } from "./scheme";
import { openPage, type Tabs } from "./state/pop";
import { storageOf } from "./storage";
import { Page } from "./views/Page";
import { Reset, resetPath } from "./views/Reset";
import { languages, preferredOf } from "./words/area";

const locks = navigator.locks ?? null;

const storage = storageOf(() => localStorage);
const keeping: Keeping = { storage, watch: (changed) => addEventListener("storage", changed) };

const language = new Preference("switchroom.language", languages, preferredOf(navigator.languages), keeping);

const around: Omit<Surroundings, "place" | "openPage" | "door"> = {
  browser: {
    storage,
    exclusively: async (name, work) => (locks === null ? work() : locks.request(name, () => work())),
  },
  locks,
  openFeed: () =>
    new WebSocket(new URL("/api/v1/feed", location.href).href.replace(/^http/, "ws")) as unknown as Socket,
  createPhone: createJsSIPPhone,
  language,
  scheme: new Preference("switchroom.scheme", schemes, "system", keeping),
  sound: new Preference<string>("switchroom.sound", null, "", keeping),
};

/** The page of who is at work, or signs in to be. */
function desk(arrival: Arrival | null) {
  const tabs: Tabs = { open: () => window.open("", "_blank"), storage, locks };
  const app = new App({
    ...around,
    place: browserPlace(),
    openPage: (call, url) => void openPage(tabs, call, url),
    door: { leave: (address) => location.assign(address), arrival },
  });
  app.start();
  listen(app);
  return <Page app={app} />;
}

async function page(): Promise<ReactNode> {
  const arrival = arrivalOf(location);
  const path = arrival === null ? location.pathname : (windowOf(arrival) ?? "/");
  if (arrival !== null) history.replaceState(null, "", path); // the code in it is good once: not for a reload
  if (path === resetPath) return <Reset token={location.hash.slice(1)} language={language.get()} />;
  if (["/embed", "/phone", "/phone/sign-in"].includes(path))
    return (await import("./embed/pages")).embedded(path, around, arrival);
  return desk(arrival);
}

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(<StrictMode>{await page()}</StrictMode>);
