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
  const { actions, store } = app;
  const { view, panel } = store.get();
  const call = view?.call ?? null;
  switch (shortcut) {
    case "help":
    case "dial":
    case "transfer":
    case "keypad":
      actions.open(panel === shortcut ? null : shortcut);
      break;
    case "ready":
    case "business":
    case "rest":
      void actions.choose(shortcut);
      break;
    case "hold":
      void (can(call, "resume") ? actions.resume() : actions.hold());
      break;
    case "mute":
      void actions.mute(call?.muted !== true);
      break;
    default:
      void actions[shortcut]();
  }
}
