import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/page.css";
import { App } from "./app";
import type { Socket } from "./feed/client";
import { createJsSIPPhone } from "./phone/jssip";
import { type Keeping, Preference } from "./preference";
import { schemes } from "./scheme";
import { Page } from "./views/Page";
import { languages, preferredOf } from "./words/area";

const locks = navigator.locks ?? null;

const keeping: Keeping = { storage: localStorage, watch: (changed) => addEventListener("storage", changed) };

const app = new App({
  browser: {
    storage: localStorage,
    exclusively: async (name, work) => (locks === null ? work() : locks.request(name, () => work())),
  },
  locks,
  openFeed: () =>
    new WebSocket(new URL("/api/v1/feed", location.href).href.replace(/^http/, "ws")) as unknown as Socket,
  createPhone: createJsSIPPhone,
  language: new Preference("switchroom.language", languages, preferredOf(navigator.languages), keeping),
  scheme: new Preference("switchroom.scheme", schemes, "system", keeping),
});
app.start();

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <Page app={app} />
  </StrictMode>,
);
