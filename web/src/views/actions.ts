import type { App } from "../app";

/** What views may ask for. The result is seen in the next state, never in what these return. */
export type Actions = Pick<
  App,
  | "signIn"
  | "signInBy"
  | "prove"
  | "signOut"
  | "speak"
  | "paint"
  | "ctiLogin"
  | "ctiLogout"
  | "choose"
  | "answer"
  | "decline"
  | "hangup"
  | "hold"
  | "resume"
  | "mute"
  | "digit"
  | "transfer"
  | "consult"
  | "complete"
  | "cancel"
  | "swap"
  | "conference"
  | "forceDisconnect"
  | "open"
  | "searchColleagues"
  | "dial"
  | "dialFailureSeen"
  | "enterNumber"
  | "addNumber"
  | "removeNumber"
  | "demoCall"
  | "dismiss"
  | "unblockAudio"
  | "microphoneAgain"
  | "chooseSound"
  | "testMicrophone"
  | "testSpeaker"
  | "testRing"
  | "echo"
  | "allowMicrophone"
  | "allowNotifications"
>;

/** Every panel gets the whole state, the time (the server's, in ms) and what it may ask for. */
export interface PanelProps {
  state: import("../state/state").State;
  now: number;
  actions: Actions;
}

/** What is about a call also gets the call. */
export type CallProps = PanelProps & { call: import("../feed/messages").CallView };
