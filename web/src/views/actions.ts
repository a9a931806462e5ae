import type { Actions } from "../app";

export type { Actions };

/** Every panel gets the whole state, the time (the server's, in ms) and what it may ask for. */
export interface PanelProps {
  state: import("../state/state").State;
  now: number;
  actions: Actions;
}

/** What is about a call also gets the call. */
export type CallProps = PanelProps & { call: import("../feed/messages").CallView };
