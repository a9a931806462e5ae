// The pages of the embedded widget: the frame, the window that takes its phone, and the one in which somebody signs in for it.
import type { ReactNode } from "react";
import type { components } from "../api/contract.gen";
import { send } from "../api/http";
import type { Arrival } from "../api/sign-in";
import { App, type Surroundings } from "../app";
import type { Place } from "../console/navigation";
import { listen } from "../keyboard";
import { inMemory } from "../storage";
import { AtTheDoor } from "./AtTheDoor";
import { FRAME, FrameSide, WindowSide } from "./beside";
import { DOOR, Door } from "./door";
import { Embedded } from "./Embedded";
import { applyLook, Host } from "./host";

/** There is no console here. */
const here: Place = {
  read: () => location.pathname + location.search,
  push: () => {},
  replace: () => {},
  watch: () => {},
};

type Around = Omit<Surroundings, "place" | "openPage" | "door">;

/** arrival: somebody has come back from a provider, to the window that they had left for it. */
export function embedded(path: string, around: Around, arrival: Arrival | null): ReactNode {
  const own = path === DOOR ? { ...around, browser: { ...around.browser, storage: inMemory() } } : around;
  const leave = (address: string) => location.assign(address);
  // The page that embeds it is told of other systems' pages, and opens them itself.
  const app = new App({ ...own, place: here, openPage: () => {}, door: { leave, arrival } });
  const query = new URLSearchParams(location.search);
  for (const name of ["language", "scheme"]) applyLook(app.actions, name, query.get(name));
  if (path === FRAME) return frame(app, around, query.get("origin") ?? "");
  return path === DOOR ? door(app, query.get("provider")) : ownWindow(app);
}

function frame(app: App, { browser, language }: Around, origin: string): ReactNode {
  const side = new FrameSide(app, browser.storage);
  let host: Host | null = null;
  void mayEmbed().then((allowed) => {
    const { bringBack: popIn } = side;
    host = new Host(app, { parent, origin, nonce: location.hash.slice(1), allowed, base: location.origin, popIn });
    host.hello();
  });
  addEventListener("message", (e) => {
    if (e.source === parent) host?.received(e);
    else side.received(e);
  });
  app.start();
  listen(app);
  const signInBy = (provider: string) => {
    side.wants();
    const { scheme } = app.store.get();
    const said = new URLSearchParams({ provider, language: language.get(), scheme });
    open(`${DOOR}?${said}`, "switchroom-sign-in", "popup,width=480,height=760");
  };
  const signInWindow = () => {
    side.wants();
    host?.popOut();
  };
  return <Embedded app={app} popping={{ side, popOut: () => host?.popOut(), signInBy, signInWindow }} />;
}

function ownWindow(app: App): ReactNode {
  const side = new WindowSide(app, opener as Window | null);
  addEventListener("message", (e) => side.received(e));
  app.start();
  listen(app);
  new Worker(new URL("./ticker.ts", import.meta.url), { type: "module" }).onmessage = () => side.tick();
  return <Embedded app={app} popping={null} />;
}

function door(app: App, provider: string | null): ReactNode {
  const at = new Door(app, opener as Window | null);
  app.start();
  if (provider !== null) void at.enter(provider);
  return <AtTheDoor app={app} door={at} />;
}

/** The sites that may embed the widget. The browser has asked for this page only if one of them does; this is for messages. */
async function mayEmbed(): Promise<readonly string[]> {
  for (;;) {
    try {
      type List = components["schemas"]["Embedding"];
      return (await send<List>({ method: "GET", path: "/api/v1/embedding" })).body.origins;
    } catch {
      await new Promise((done) => setTimeout(done, 2_000));
    }
  }
}
