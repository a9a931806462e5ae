// The two pages of the embedded widget: the frame, and the window that takes its phone.
import type { ReactNode } from "react";
import type { components } from "../api/contract.gen";
import { send } from "../api/http";
import { App, type Surroundings } from "../app";
import type { Place } from "../console/navigation";
import { listen } from "../keyboard";
import { FRAME, FrameSide, WindowSide } from "./beside";
import { Embedded } from "./Embedded";
import { applyLook, Host } from "./host";

/** There is no console here. */
const nowhere: Place = { read: () => "/", push: () => {}, replace: () => {}, watch: () => {} };

type Around = Omit<Surroundings, "place" | "openPage" | "door">;

export function embedded(path: string, around: Around): ReactNode {
  // The page that embeds it is told of other systems' pages, and opens them itself.
  const app = new App({ ...around, place: nowhere, openPage: () => {}, door: null });
  const query = new URLSearchParams(location.search);
  for (const name of ["language", "scheme"]) applyLook(app, name, query.get(name));
  return path === FRAME ? frame(app, around, query.get("origin") ?? "") : ownWindow(app);
}

function frame(app: App, { browser }: Around, origin: string): ReactNode {
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
  return <Embedded app={app} popping={{ side, popOut: () => host?.popOut() }} />;
}

function ownWindow(app: App): ReactNode {
  const side = new WindowSide(app, opener as Window | null);
  addEventListener("message", (e) => side.received(e));
  app.start();
  listen(app);
  new Worker(new URL("./ticker.ts", import.meta.url), { type: "module" }).onmessage = () => side.tick();
  return <Embedded app={app} popping={null} />;
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
