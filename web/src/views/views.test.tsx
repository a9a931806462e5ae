// What the panels show for the golden views, as HTML text: no browser is needed for that.
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { read } from "../feed/messages";
import { noPhone } from "../phone/keeper";
import { reduce } from "../state/reduce";
import { initial, type Message, type State } from "../state/state";
import { duration, plain, statusLabel } from "../words";
import type { Actions } from "./actions";
import { Desk } from "./Desk";
import { SignIn } from "./SignIn";

const golden = import.meta.glob<string>("../../../api/testdata/ws/server-*.json", {
  eager: true,
  query: "?raw",
  import: "default",
});
const now = Date.parse("2026-11-22T09:31:10Z");
const nothing = async () => {};
const actions = new Proxy({}, { get: () => nothing }) as Actions;

function shown(name: string, ...messages: Message[]): string {
  const m = read(golden[`../../../api/testdata/ws/server-${name}.json`]);
  if (m?.type !== "view" && m?.type !== "snapshot") throw new Error(`${name} is no view`);
  const start: State = {
    ...initial,
    session: { kind: "signed_in", identity: { id: "anna", name: "Anna Berg", roles: ["agent"] } },
    feed: { kind: "live" },
  };
  const state = [m, ...messages].reduce(reduce, start);
  return renderToStaticMarkup(<Desk state={state} now={now} actions={actions} />);
}

/** The visible text of the element with that test id. */
function text(html: string, testid: string): string | null {
  const found = html.match(new RegExp(`<(\\w+)[^>]*data-testid="${testid}"[^>]*>(.*?)</\\1>`, "s"));
  return found?.[2]?.replace(/<[^>]*>/g, "") ?? null;
}

const here = { ...noPhone, holder: "this_tab", registration: "registered" } as const;

describe("status", () => {
  it.each([
    ["ready", "Ready"],
    ["view-missed", "Business (Missed)"],
    ["view-ticket-processing", "Business (Ticket Processing)"],
    ["view-offered", "Ringing"],
    ["view-talking", "On Call"],
    ["view-rejoining", "On Call (Reconnecting Your Phone)"],
    ["snapshot-logged-out", "Logged out"],
  ])("of %s is shown as %s", (name, label) => {
    expect(text(shown(name === "ready" ? "view-ready" : name), "status")).toBe(label);
  });

  it("after the call is shown as such", () => {
    expect(text(shown("view-talking-next-rest"), "status-next")).toBe("Afterwards: Rest");
  });

  it("says why a Ready agent gets no calls", () => {
    expect(text(shown("view-ready-no-phone"), "status-hint")).toContain("phone cannot be reached");
    expect(text(shown("view-phone-busy"), "status-hint")).toContain("busy");
  });

  it("says why a call that was missed is followed by none", () => {
    expect(text(shown("view-missed"), "status-hint")).toContain("did not take the last call");
  });

  it("is said to be old when the controller is out of reach", () => {
    const html = shown("view-ready", { type: "feed", status: { kind: "offline", since: 0 } });
    expect(text(html, "status-hint")).toContain("when the connection was lost");
    expect(html).not.toContain("You are waiting for a call");
  });

  it("of the administrator's own reasons is put in words", () => {
    expect(statusLabel({ code: "rest", reason: "team_meeting" })).toBe("Rest (Team Meeting)");
  });
});

describe("a call", () => {
  it("that is offered says who, for what, and for how long", () => {
    const html = shown("view-offered");
    expect(text(html, "caller-name")).toBe("Carl Gauss");
    expect(text(html, "caller-number")).toBe("+4930901820");
    expect(text(html, "call-queue")).toBe("sales");
    expect(text(html, "pickup-left")).toBe("0:10 left to answer");
    expect(text(html, "announcer")).toContain("Incoming call from Carl Gauss");
    expect([text(html, "answer"), text(html, "decline"), text(html, "hangup")]).toEqual(["Answer", "Decline", null]);
  });

  it("with a hostile name shows it as text", () => {
    const html = shown("view-offered-hostile-name");
    expect(html).not.toContain("<img");
    expect(text(html, "caller-name")).toContain("&lt;img src=x");
    for (const hidden of ["\u202e", "\u0000"]) expect(html).not.toContain(hidden);
  });

  it("that goes on has a timer and its ticket", () => {
    const html = shown("view-talking");
    expect(text(html, "call-timer")).toBe("0:05");
    expect(text(html, "call-ticket")).toBe("T-000001");
    expect(text(html, "hangup")).toBe("Hang up");
  });

  it("that is being answered says so and is not shown as answered", () => {
    const html = shown("view-offered", { type: "asked", action: "answer" });
    expect(text(html, "answer")).toBe("Answering…");
    expect(text(html, "call-state")).toBe("Incoming call");
  });

  it("that lost its phone says what happens", () => {
    expect(text(shown("view-rejoining"), "rejoining")).toContain("customer is still there");
  });

  it("says where its sound is, and why it is not here", () => {
    const audio = (audio: State["phone"]["audio"]) =>
      text(shown("view-talking", { type: "phone", state: { ...here, audio } }), "audio");
    expect(audio("playing")).toBe("");
    expect(audio("blocked")).toContain("Hear the caller");
    expect(audio("lost")).toContain("called again");
    expect(text(shown("view-talking"), "audio")).toContain("another tab");
  });

  it("that cannot be answered for want of a microphone says what to do", () => {
    const html = shown("view-offered", { type: "phone", state: { ...here, microphone: "denied" } });
    expect(text(html, "microphone-fault")).toContain("press Answer again");
  });
});

describe("the page", () => {
  it.each(["connecting", "stale", "offline", "stopped"] as const)("says that it is %s", (kind) => {
    const status = kind === "stopped" ? ({ kind, code: 4203 } as const) : ({ kind, since: 0 } as const);
    const html = shown("view-ready", { type: "feed", status: status as State["feed"] });
    expect(html).toContain(`data-state="${kind}"`);
    if (kind !== "connecting") expect(text(html, "feed-hint")).not.toBe("");
  });

  it("shows an error with what to do, and can be signed out of only without a call", () => {
    const fault = { action: "ready", code: "x", title: "It failed", detail: "Do this" } as const;
    expect(text(shown("view-ready", { type: "refused", fault }), "fault")).toContain("Do this");
    expect(shown("view-talking")).toMatch(/data-testid="sign-out" disabled/);
    expect(shown("view-ready")).not.toMatch(/data-testid="sign-out" disabled/);
  });

  it("has no style and no script of its own in the HTML", () => {
    for (const name of ["view-offered", "view-talking", "snapshot-logged-out"]) {
      expect(shown(name)).not.toMatch(/\sstyle=|<script|\son\w+=/);
    }
  });

  it("names every field of signing in", () => {
    const html = renderToStaticMarkup(<SignIn state={initial} why="ended" signIn={nothing} />);
    expect(html.match(/<label>/g)).toHaveLength(2);
    expect(html).toContain("session has ended");
  });
});

describe("words", () => {
  it("count time", () => {
    expect([duration(-5), duration(59_999), duration(60_000), duration(3_661_000)]).toEqual([
      "0:00",
      "0:59",
      "1:00",
      "1:01:01",
    ]);
  });

  it("take the hiding places out of text", () => {
    expect(plain("a\u202eb\u0000c\u2066\u200bd\n")).toBe("abcd");
    expect(plain("x".repeat(500))).toHaveLength(120);
    expect(plain("Zoë 李")).toBe("Zoë 李");
  });
});
