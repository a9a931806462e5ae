import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/page.css";
import { App } from "./app";
import { browserPlace } from "./console/navigation";
import type { Socket } from "./feed/client";
import { listen } from "./keyboard";
import { createJsSIPPhone } from "./phone/jssip";
import { type Keeping, Preference } from "./preference";
import { schemes } from "./scheme";
import { Page } from "./views/Page";
import { Reset, resetPath } from "./views/Reset";
import { languages, preferredOf } from "./words/area";

const locks = navigator.locks ?? null;

const keeping: Keeping = { storage: localStorage, watch: (changed) => addEventListener("storage", changed) };

const language = new Preference("switchroom.language", languages, preferredOf(navigator.languages), keeping);

/** The page of who is at work, or signs in to be. */
function desk() {
  const app = new App({
    browser: {
      storage: localStorage,
      exclusively: async (name, work) => (locks === null ? work() : locks.request(name, () => work())),
    },
    locks,
    openFeed: () =>
      new WebSocket(new URL("/api/v1/feed", location.href).href.replace(/^http/, "ws")) as unknown as Socket,
    createPhone: createJsSIPPhone,
    language,
    scheme: new Preference("switchroom.scheme", schemes, "system", keeping),
    sound: new Preference<string>("switchroom.sound", null, "", keeping),
    place: browserPlace(),
  });
  app.start();
  listen(app);
  return <Page app={app} />;
}

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    {location.pathname === resetPath ? <Reset token={location.hash.slice(1)} language={language.get()} /> : desk()}
  </StrictMode>,
);
