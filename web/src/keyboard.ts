// The keyboard's shortcuts: each does what its button does.
import type { App } from "./app";
import { can } from "./state/select";
import { pressed, type Shortcut, works } from "./state/shortcuts";

/** Listens on the page from now on. */
export function listen(app: App): void {
  addEventListener("keydown", (e) => {
    const shortcut = pressed(e);
    const state = app.store.get();
    if (shortcut === null || state.session.kind !== "signed_in") return;
    e.preventDefault();
    if (works(shortcut, state)) perform(app, shortcut);
  });
}

function perform(app: App, shortcut: Shortcut): void {
  const { view, panel } = app.store.get();
  const call = view?.call ?? null;
  switch (shortcut) {
    case "help":
    case "dial":
    case "transfer":
    case "keypad":
      app.open(panel === shortcut ? null : shortcut);
      break;
    case "ready":
    case "business":
    case "rest":
      void app.choose(shortcut);
      break;
    case "hold":
      void (can(call, "resume") ? app.resume() : app.hold());
      break;
    case "mute":
      void app.mute(call?.muted !== true);
      break;
    default:
      void app[shortcut]();
  }
}
