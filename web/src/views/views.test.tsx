// What the panels show for the golden views, as HTML text: no browser is needed for that.
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { type CallView, type DialFailure, read } from "../feed/messages";
import { noPhone } from "../phone/keeper";
import { reduce } from "../state/reduce";
import { initial, type Message, type State } from "../state/state";
import type { Language } from "../words/area";
import { callState, call as callWords, otherState, situation, whyRings } from "../words/call";
import { commands, failure } from "../words/commands";
import { explain } from "../words/problems";
import { statusLabel, status as statusWords } from "../words/status";
import { frequentFound, transfer } from "../words/transfer";
import type { Actions } from "./actions";
import { Desk } from "./Desk";
import { Speaks } from "./language";
import { Reset } from "./Reset";
import { SignIn } from "./SignIn";

const golden = import.meta.glob<string>("../../../api/testdata/ws/server-*.json", {
  eager: true,
  query: "?raw",
  import: "default",
});
const now = Date.parse("2026-11-22T09:31:10Z");
const w = callWords.en;
const nothing = async () => {};
const actions = new Proxy({}, { get: () => nothing }) as Actions;

function shown(name: string, ...messages: Message[]): string {
  return shownIn("en", name, ...messages);
}

function shownIn(language: Language, name: string, ...messages: Message[]): string {
  return shownAt(now, language, name, ...messages);
}

function shownAt(now: number, language: Language, name: string, ...messages: Message[]): string {
  const m = read(golden[`../../../api/testdata/ws/server-${name}.json`]);
  if (m?.type !== "view" && m?.type !== "snapshot") throw new Error(`${name} is no view`);
  const start: State = {
    ...initial,
    session: { kind: "signed_in", identity: { id: "anna", name: "Anna Berg", roles: ["agent"] } },
    feed: { kind: "live" },
  };
  const state = [m, ...messages].reduce(reduce, start);
  return renderToStaticMarkup(
    <Speaks value={language}>
      <Desk state={state} now={now} actions={actions} />
    </Speaks>,
  );
}

/** The visible text of the element with that test id. */
function text(html: string, testid: string): string | null {
  const found = html.match(new RegExp(`<(\\w+)[^>]*data-testid="${testid}"[^>]*>(.*?)</\\1>`, "s"));
  return found?.[2]?.replace(/<[^>]*>/g, "") ?? null;
}

/** What screen readers read out by themselves when it changes: the texts of all live regions. */
function live(html: string): string[] {
  const starts = [...html.matchAll(/<(\w+)[^>]*(?:role="(?:status|alert)"|aria-live="polite")[^>]*>/g)];
  return starts.map((start) => {
    const [tag, name] = [start[0], start[1] ?? ""];
    const rest = html.slice(start.index + tag.length);
    let depth = 1;
    for (const m of rest.matchAll(new RegExp(`<(/?)${name}\\b[^>]*>`, "g"))) {
      depth += m[1] === "" ? 1 : -1;
      if (depth === 0) return rest.slice(0, m.index).replace(/<[^>]*>/g, "");
    }
    return rest;
  });
}

const here = { ...noPhone, holder: "this_tab", registration: "registered" } as const;

describe("what is read out by itself", () => {
  const names = Object.keys(golden).flatMap((path) => {
    const m = read(golden[path]);
    return m?.type === "view" || m?.type === "snapshot" ? [/server-(.*)\.json$/.exec(path)?.[1] ?? ""] : [];
  });

  it.each(names)("of %s is not read out anew with every second", (name) => {
    const [one, two] = [now, now + 1_000].map((at) => live(shownAt(at, "en", name, { type: "phone", state: here })));
    expect(one?.length).toBeGreaterThan(0);
    expect(two).toEqual(one);
  });
});

describe("status", () => {
  it.each([
    ["ready", "Ready"],
    ["view-missed", "Business (Missed)"],
    ["view-ticket-processing", "Business (Ticket Processing)"],
    ["view-offered", "Ringing"],
    ["view-talking", "On Call"],
    ["view-rejoining", "On Call (Reconnecting Your Phone)"],
    ["snapshot-logged-out", "Logged out"],
    ["view-held", "On Hold"],
    ["view-consult-ringing", "On Call (Transfer in Progress)"],
    ["view-consulting", "On Call (Transfer in Progress)"],
    ["view-conference", "On Call (Transfer in Progress)"],
    ["view-consulting-target", "On Call"],
  ])("of %s is shown as %s", (name, label) => {
    expect(text(shown(name === "ready" ? "view-ready" : name), "status")).toBe(label);
  });

  it("after the call is shown as such", () => {
    expect(text(shown("view-talking-next-rest"), "status-next")).toBe("Afterwards: Rest");
  });

  it("after the call is asked for in a call, and not while one only rings", () => {
    const asks = "What you choose now applies when the call ends.";
    expect(shown("view-talking")).toContain(asks);
    expect(shown("view-dialing-customer")).toContain(asks);
    for (const name of ["view-offered", "view-consult-ringing-target", "view-ready"]) {
      expect(shown(name)).not.toContain(asks);
    }
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

  it("has the administrator's own name for a reason, and asks for one where there is one to choose", () => {
    const reasons = {
      required: true,
      reasons: [
        { code: "lunch", name: "<b>점심</b>", statuses: ["rest" as const], active: true },
        { code: "smoke", name: "Smoke", statuses: ["rest" as const], active: false },
      ],
    };
    expect(statusLabel(statusWords.en, { code: "rest", reason: "lunch" }, reasons)).toBe("Rest (<b>점심</b>)");
    expect(statusLabel(statusWords.en, { code: "rest", reason: "smoke" }, reasons)).toBe("Rest (Smoke)");
    const known: Message = { type: "reasons", reasons };
    expect(shown("view-ready", known)).toMatch(/<button[^>]*data-testid="choose-rest"[^>]*aria-expanded="false"/);
    expect(shown("view-ready", known)).not.toContain('data-testid="reasons"');
    const html = shown("view-ready", known, { type: "reasoning", status: "rest" });
    expect(html).toContain("Why Rest?");
    expect(html).toContain("&lt;b&gt;점심&lt;/b&gt;");
    expect(html).not.toContain('data-testid="reason-smoke"');
    expect(html).not.toContain('data-testid="reason-none"'); // one is required
    const free: Message = { type: "reasons", reasons: { ...reasons, required: false } };
    expect(shown("view-ready", free, { type: "reasoning", status: "rest" })).toContain('data-testid="reason-none"');
  });

  it("of the administrator's own reasons is put in words", () => {
    expect(statusLabel(statusWords.en, { code: "rest", reason: "team_meeting" })).toBe("Rest (Team Meeting)");
  });
});

describe("a call", () => {
  it("that is offered shows the customer and their earlier tickets, as text (S13)", () => {
    const ticket = {
      id: "01",
      number: "T-000007",
      call: "c",
      service: "demo",
      direction: "inbound",
      caller: { number: "+82" },
      agents: [],
      subject: "<b>Kettle</b>",
      disposition: "",
      status: "solved",
      tags: [],
      opened: "2026-11-20T09:00:00Z",
      updated: "2026-11-20T09:00:00Z",
      version: 1,
    } as const;
    const customer = { id: "1", number: "+82", name: "<i>Gauss</i>", notes: "", created: "", updated: "", version: 1 };
    const caller = { customer, tickets: 7, latest: [{ ...ticket, agents: [], tags: [] }] };
    const call = shown("view-offered").match(/data-call="([^"]+)"/)?.[1] ?? "";
    const html = shown("view-offered", { type: "caller", known: { call, caller, rang: true } });
    expect(text(html, "customer-name")).toBe("Customer: &lt;i&gt;Gauss&lt;/i&gt;");
    expect(text(html, "earlier-tickets")).toBe("7 earlier tickets, the newest:");
    expect(text(html, "earlier-T-000007")).toBe("&lt;b&gt;Kettle&lt;/b&gt; T-000007 · Nov\u00a020,\u00a02026 · solved");
    const same = { ...caller, customer: { ...customer, name: "Carl Gauss" } };
    expect(shown("view-offered", { type: "caller", known: { call, caller: same, rang: true } })).not.toContain(
      "customer-name",
    );
    const nobody: Message = { type: "caller", known: { call, caller: { tickets: 0, latest: [] }, rang: true } };
    expect(text(shown("view-offered", nobody), "earlier-tickets")).toBe("No earlier tickets.");
    const popped = (url: string) =>
      shown("view-offered", {
        type: "caller",
        known: { call, caller: { tickets: 0, latest: [], screen_pop: { url, when: "ring" } }, rang: true },
      });
    expect(popped("https://crm.example/?n=%22%3E")).toMatch(
      /<a[^>]*href="https:\/\/crm\.example\/\?n=%22%3E"[^>]*target="_blank"[^>]*rel="noopener noreferrer"/,
    );
    expect(popped("javascript:alert(1)")).not.toContain("screen-pop");
    expect(shown("view-offered", { type: "caller", known: { call: "another", caller, rang: true } })).not.toContain(
      "known-caller",
    );
  });

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

  it("of two agents says to each whose phone was lost", () => {
    const rejoining = (rejoins: boolean) => {
      const m = read(golden["../../../api/testdata/ws/server-view-agents-only.json"]);
      if (m?.type !== "view" || !m.data.call?.other) throw new Error("nobody else in the golden view");
      const other = { ...m.data.call.other, rejoins };
      return shown("view-agents-only", {
        ...m,
        data: { ...m.data, call: { ...m.data.call, state: "rejoining" as const, other } },
      });
    };
    const [waits, lost] = [rejoining(true), rejoining(false)];
    expect(text(waits, "call-state")).toBe("Waiting for your colleague");
    expect(text(waits, "situation")).toBe(
      "The phone of Ben Okafor lost this call and is being called back. You hear music.",
    );
    expect(text(waits, "other-state")).toBe("being called back");
    expect(text(waits, "rejoining")).toBeNull();
    expect(text(lost, "call-state")).toBe("Reconnecting your phone");
    expect(text(lost, "rejoining")).toContain("Ben Okafor is still there and hears music");
    expect(text(lost, "other-state")).toBe("on hold");
  });

  it("says where its sound is, and why it is not here", () => {
    const audio = (audio: State["phone"]["audio"]) =>
      text(shown("view-talking", { type: "phone", state: { ...here, audio } }), "audio");
    expect(audio("playing")).toBe("");
    expect(audio("blocked")).toContain("until you press a button");
    expect(audio("lost")).toContain("called again");
    expect(text(shown("view-talking"), "audio")).toContain("another tab");
  });

  const since = Date.parse("2026-11-22T09:31:05Z");
  const heard = { grade: "good", loss: 0.004, jitter: 3.4, roundTrip: 41, nothingComes: 0, nothingGoes: 0 } as const;
  const faultOf = (name: string, phone: Partial<State["phone"]>) =>
    / data-testid="audio"[^>]* data-fault="(\w*)"/.exec(
      shown(name, { type: "phone", state: { ...here, audio: "playing", ...phone } }),
    )?.[1];

  it.each([
    ["view-talking", {}, ""],
    ["view-talking", { audio: "connecting" }, "connecting"],
    ["view-talking", { audio: "no_route" }, "no_route"],
    ["view-talking", { audio: "lost" }, "lost"],
    ["view-talking", { audio: "lost", registration: "connecting" }, "unregistered"],
    ["view-talking", { audio: "none", registration: "refused" }, "unregistered"],
    ["view-talking", { microphone: "denied" }, "microphone"],
    ["view-talking", { holder: "another_tab" }, "elsewhere"],
    ["view-rejoining", { microphone: "denied", audio: "none" }, "microphone"],
    ["view-rejoining", { audio: "none" }, ""],
    ["view-talking", { quality: { ...heard, nothingComes: 5000 } }, "nothing_comes"],
    ["view-talking", { quality: { ...heard, nothingGoes: 5000 } }, "nothing_goes"],
    ["view-talking", { quality: { ...heard, nothingComes: 5000, nothingGoes: 5000 } }, "nothing_either"],
    ["view-talking", { quality: { ...heard, nothingComes: 3000 } }, ""],
    ["view-held", { quality: { ...heard, nothingComes: 60_000 } }, ""],
  ] as const)("%s with %j names what is wrong with the sound: %s", (name, phone, fault) => {
    expect(now - since).toBeGreaterThan(4000); // what follows is about a call that has been so for a while
    expect(faultOf(name, phone)).toBe(fault);
  });

  it("says in a word and in numbers how it sounds, in either language", () => {
    const message: Message = { type: "phone", state: { ...here, audio: "playing", quality: heard } };
    expect(text(shown("view-talking", message), "quality")).toBe("Sound: good");
    expect(text(shown("view-talking", message), "quality-numbers")).toBe("0.4% lost · jitter 3 ms · round trip 41 ms");
    expect(text(shownIn("ko", "view-talking", message), "quality")).toBe("통화 품질: 좋음");
    const early: Message = { ...message, state: { ...message.state, quality: { ...heard, grade: null } } };
    expect(text(shown("view-talking", early), "quality")).toBeNull();
  });

  it("that cannot be answered for want of a microphone says what to do", () => {
    const html = shown("view-offered", { type: "phone", state: { ...here, microphone: "denied" } });
    expect(text(html, "microphone-fault")).toContain("press Answer again");
  });
});

/** The test ids of the buttons, in their order. */
function buttons(html: string): string[] {
  return [...html.matchAll(/<button[^>]*data-testid="([^"]+)"/g)].map((m) => m[1] ?? "");
}

const elsewhere = /^(sign-out|settings-open|choose-|cti-|demo-|allow-|unblock-|dismiss|widget-open)/;
const inCall = (html: string) => buttons(html).filter((b) => !elsewhere.test(b));

describe("in a call", () => {
  it.each([
    ["dialing-own-phone", ["answer", "hangup"]],
    ["dialing-customer", ["hangup"]],
    ["connecting", ["mute", "hangup"]],
    ["talking", ["hold", "mute", "keypad-open", "transfer-open", "hangup", "disconnect-open"]],
    ["held", ["resume", "mute", "transfer-open", "hangup", "disconnect-open"]],
    ["consult-ringing", ["complete", "cancel", "mute", "hangup", "disconnect-open"]],
    ["consulting", ["complete", "cancel", "swap", "conference", "mute", "keypad-open", "hangup", "disconnect-open"]],
    ["swapped", ["complete", "cancel", "swap", "conference", "mute", "keypad-open", "hangup", "disconnect-open"]],
    ["conference", ["complete", "mute", "keypad-open", "hangup", "disconnect-open"]],
    ["agents-only", ["mute", "hangup"]],
    ["rejoining", ["mute", "hangup", "disconnect-open"]],
    ["consulting-target", ["mute", "hangup"]],
    ["consult-ringing-target", ["answer", "decline"]],
    ["recalling", ["answer", "decline"]],
  ])("%s has the buttons of what the server takes, and no others", (name, expected) => {
    expect(inCall(shown(`view-${name}`))).toEqual(expected);
  });

  it.each([
    ["talking", "In call", "You are talking with the customer."],
    ["held", "On hold", "The customer is on hold and hears music."],
    ["consult-ringing", "Calling for a consultation", "Calling Ben Okafor. The customer is on hold and hears music."],
    ["consulting", "Consultation", "You are talking with Ben Okafor. The customer is on hold and hears music."],
    ["swapped", "In call", "You are talking with the customer. Ben Okafor is on hold and hears music."],
    ["conference", "Conference", "You, Ben Okafor and the customer hear each other."],
    ["agents-only", "Customer gone", "You are talking with Ben Okafor."],
    ["consulting-target", "Consultation", "You are talking with Anna Berg. The customer is on hold and hears music."],
  ])("%s says who is on the line and who holds", (name, title, words) => {
    const html = shown(`view-${name}`);
    expect([text(html, "call-state"), text(html, "situation")]).toEqual([title, words]);
  });

  it("of which nothing is known does not say who is on the line", () => {
    const away = shown("view-talking", { type: "away", nodes: ["pbx-1"] });
    expect(text(away, "server-away")).toContain("The telephone server cannot be reached");
    expect([text(away, "situation"), text(away, "audio")]).toEqual(["", null]);
    const others = shown("view-talking", { type: "away", nodes: ["pbx-2"] });
    expect([text(others, "server-away"), text(others, "situation")]).toEqual(["", w.talking]);
  });

  it("shows the other party with name, number and what they do", () => {
    expect(text(shown("view-consult-ringing"), "other")).toBe("Ben Okafor 2002ringing");
    expect(text(shown("view-consulting"), "other")).toBe("Ben Okafor 2002on the line");
    expect(text(shown("view-swapped"), "other")).toBe("Ben Okafor 2002on hold");
    expect(text(shown("view-held"), "other")).toBeNull();
  });

  it("that the agent places says whose phone rings", () => {
    const own = shown("view-dialing-own-phone");
    expect([text(own, "call-state"), text(own, "situation")]).toEqual([
      "Dialing",
      "Your own phone comes first. If it rings, answer it.",
    ]);
    const customers = shown("view-dialing-customer");
    expect(text(customers, "situation")).toBe("The customer is being called and has not answered yet.");
    expect([text(customers, "status"), text(customers, "hangup")]).toEqual(["Dialing", "Cancel"]);
    expect([text(customers, "caller-number"), text(customers, "call-caller-id")]).toEqual([
      "+821055550100",
      "+827077770100",
    ]);
    expect(text(customers, "call-queue")).toBeNull();
    expect([text(own, "announcer"), text(customers, "announcer")]).toEqual(["", ""]);
  });

  it("with a colleague alone speaks of no customer", () => {
    const m = read(golden["../../../api/testdata/ws/server-view-dialing-customer.json"]);
    if (m?.type !== "view" || !m.data.call) throw new Error("no call in the golden view");
    const call = { ...m.data.call, internal: true };
    expect(situation(w, call)).toBe("Your colleague is being called and has not answered yet.");
    expect(callState(w, { ...call, state: "agents_only" })).toBe("In call");
    const theirs = { ...call, role: "target", commands: ["answer", "decline"] } as const;
    const rings = { ...theirs, commands: [...theirs.commands] };
    expect([callState(w, rings), whyRings(w, rings)]).toEqual(["Incoming call", null]);
  });

  it("names a queue that somebody is looked for in, and whom it found", () => {
    const m = read(golden["../../../api/testdata/ws/server-view-consult-ringing.json"]);
    if (m?.type !== "view" || !m.data.call) throw new Error("no call in the golden view");
    const { call } = m.data;
    const queue = { kind: "queue", queue: "support", party: { number: "", name: "support" }, rings: true } as const;
    expect(situation(w, { ...call, other: queue })).toContain("Looking for somebody in Queue support.");
    expect(otherState(w, { ...call, other: queue })).toBe("being looked for");
    expect(situation(w, { ...call, other: { ...queue, agent: "ben" } })).toContain("Calling Queue support.");
    expect(otherState(w, { ...call, other: { ...queue, agent: "ben" } })).toBe("ringing");
  });

  it("says how long the customer has been on hold, and that it is too long", () => {
    const html = shown("view-held");
    expect([text(html, "call-timer"), text(html, "hold-timer")]).toEqual(["0:05", "0:05"]);
    expect(text(html, "held-long")).toContain("on hold for a long time");
    expect(text(shown("view-talking"), "held-long")).toBeNull();
  });

  it("says that the customer has hung up, and that nobody hears a muted agent", () => {
    expect(text(shown("view-agents-only"), "customer-gone")).toBe("The customer has hung up.");
    expect(text(shown("view-consulting"), "muted")).toContain("nobody hears you");
    expect(text(shown("view-consulting"), "mute")).toBe("Unmute");
    expect(text(shown("view-talking"), "mute")).toBe("Mute");
  });

  it("who leaves a consultation is told who has the customer then", () => {
    expect(text(shown("view-consulting"), "leave-hint")).toBe("If you leave, the customer stays with Ben Okafor.");
    expect(text(shown("view-consult-ringing"), "leave-hint")).toContain("waits for");
    expect(text(shown("view-consulting-target"), "hangup")).toBe("Hang up");
  });

  it("a command under way is shown as such, and nothing as done", () => {
    const html = shown("view-talking", { type: "asked", action: "hold" }, { type: "accepted", action: "hold" });
    expect([text(html, "hold"), text(html, "call-state")]).toEqual(["Holding…", "In call"]);
    expect(html).toMatch(/data-testid="hold"[^>]*aria-busy="true"/);
  });

  it("has no working button while the server is out of reach", () => {
    const html = shown("view-consulting", { type: "feed", status: { kind: "offline", since: 0 } });
    for (const b of ["complete", "cancel", "swap", "conference", "mute", "hangup", "disconnect-open"]) {
      expect(html).toMatch(new RegExp(`data-testid="${b}" disabled`));
    }
  });

  it("says that the sound cannot be had back where the server would not call again", () => {
    const message: Message = { type: "phone", state: { ...here, audio: "none" } };
    expect(text(shown("view-held", message), "audio")).toContain("is being called again");
    expect(text(shown("view-agents-only", message), "audio")).toContain("is being called again");
    expect(text(shown("view-consulting-target", message), "audio")).toContain("cannot be called again");
    expect(text(shown("view-consult-ringing-target", message), "audio")).toBeNull();
  });
});

describe("a transfer that came to nothing", () => {
  const failedBecause = (why: NonNullable<CallView["failure"]>["why"]) => {
    const m = read(golden["../../../api/testdata/ws/server-view-transfer-failed.json"]);
    if (m?.type !== "view" || !m.data.call?.failure) throw new Error("no failure in the golden view");
    const call = { ...m.data.call, failure: { ...m.data.call.failure, why } };
    return text(shown("view-consult-ringing", { ...m, data: { ...m.data, call } }), "failure");
  };

  it.each([
    ["busy", "Ben Okafor could not be called: the phone is busy."],
    ["declined", "Ben Okafor declined."],
    ["no_answer", "Ben Okafor did not answer."],
    ["unreachable", "Ben Okafor could not be called: the phone cannot be reached."],
    ["lost", "Ben Okafor was cut off: the connection to the phone was lost."],
    ["hangup", "Ben Okafor hung up."],
    ["nobody_there", "Ben Okafor had nobody who could take the call."],
  ] as const)("says why: %s", (why, words) => expect(failedBecause(why)).toBe(words));

  it("is shown as long as the state that it led to, and for a while", () => {
    const m = read(golden["../../../api/testdata/ws/server-view-transfer-failed.json"]);
    if (m?.type !== "view" || !m.data.call) throw new Error("no call in the golden view");
    const { call } = m.data;
    const at = Date.parse(call.since);
    const later = { ...call, since: new Date(at + 10_000).toISOString() };
    expect(failure({ call: w, commands: commands.en }, call, at + 600_000)).not.toBeNull();
    expect(failure({ call: w, commands: commands.en }, later, at + 20_000)).not.toBeNull();
    expect(failure({ call: w, commands: commands.en }, later, at + 40_000)).toBeNull();
  });

  it("rings again at who transferred, with the reason", () => {
    const html = shown("view-recalling");
    expect(text(html, "call-state")).toBe("Call coming back");
    expect(text(html, "offered-by")).toContain("comes back to you");
    expect(text(html, "failure")).toBe("Ben Okafor did not answer.");
  });
});

describe("who is consulted", () => {
  it("sees who asks, besides the customer", () => {
    const html = shown("view-consult-ringing-target");
    expect(text(html, "call-state")).toBe("Incoming consultation");
    expect(text(html, "caller-name")).toBe("Carl Gauss");
    expect(text(html, "offered-by")).toBe("Anna Berg 2001 asks to consult you about this customer.");
    expect(text(html, "announcer")).toContain("Anna Berg asks to consult you");
    expect(text(html, "pickup-left")).toBe("0:15 left to answer");
  });
});

describe("the transfer dialog", () => {
  const open: Message = { type: "panel", panel: "transfer" };
  const ben = { agent: "ben", name: "Ben Okafor", number: "2002", queues: ["support"] };

  it("offers a number, the agents who are Ready and the queues, each both ways", () => {
    const html = shown("view-talking", open, { type: "directory", change: { found: [ben] } });
    const both = (what: string) => [`connect-${what}`, `consult-${what}`];
    expect(inCall(html).filter((b) => /^(connect|consult)-/.test(b))).toEqual(
      ["number", "ben", "queue-sales", "queue-support"].flatMap(both),
    );
    expect(text(html, "colleague-ben")).toContain("Ben Okafor 2002");
    expect(html).toContain('aria-label="Consultation Call with Ben Okafor"');
    expect(html).toContain('aria-label="Connect to queue support"');
    expect(html).toMatch(/data-testid="connect-number" disabled/);
  });

  it("says that it looks, that nobody is there, and what went wrong", () => {
    const found = (change: Partial<State["directory"]>) =>
      text(shown("view-talking", open, { type: "directory", change }), "transfer-found");
    expect(found({})).toContain("Looking");
    expect(found({ found: [] })).toBe("Nobody else is Ready now.");
    expect(found({ found: [], search: "x" })).toContain("of that name");
    expect(found({ found: [ben] })).toBe("One agent is Ready.");
    expect(found({ fault: { code: "x", detail: "do this" } })).toBe("Do this.");
  });

  it("shows the server's words when it refuses", () => {
    const fault = { action: "consult", code: "not_available", detail: "Choose another." } as const;
    const html = shown("view-talking", open, { type: "refused", fault });
    expect(html.slice(html.indexOf("<dialog"))).toContain("Choose another.");
  });

  it("is gone once the consultation has begun", () => {
    const m = read(golden["../../../api/testdata/ws/server-view-consult-ringing.json"]);
    if (m?.type !== "view") throw new Error("no view");
    expect(shown("view-talking", open, m)).not.toContain("<dialog");
  });
});

describe("the frequently used numbers", () => {
  const open: Message = { type: "panel", panel: "transfer" };
  const numbers = (change: Partial<State["numbers"]>): Message => ({ type: "numbers", change });
  const known = {
    caller_ids: [],
    frequent: [
      { id: "1", number: "2002", label: "<b>Lab\u202e", own: true },
      { id: "2", number: "+82255550199", label: "Warehouse", own: false },
    ],
  };

  it("can each be connected and consulted; one's own can be removed", () => {
    const html = shown("view-talking", open, numbers({ known }));
    expect(inCall(html).filter((b) => /frequent|remove/.test(b))).toEqual([
      "remove-2002",
      "connect-frequent-2002",
      "consult-frequent-2002",
      "connect-frequent-+82255550199",
      "consult-frequent-+82255550199",
    ]);
    expect(html).toContain('aria-label="Consultation Call with Warehouse"');
    expect(html).toContain("&lt;b&gt;Lab");
    expect(html).not.toContain("\u202e");
    expect(text(html, "numbers-found")).toBe("");
  });

  it("say that they are looked for, that there are none, and what went wrong", () => {
    const found = (change: Partial<State["numbers"]>) =>
      text(shown("view-talking", open, numbers(change)), "numbers-found");
    expect(found({})).toContain("Looking");
    expect(found({ known: { caller_ids: [], frequent: [] } })).toContain("Add one");
    expect(found({ fault: { code: "x", detail: "do this" } })).toBe("Do this.");
    expect(frequentFound(transfer.en, 2, 0)).toContain("None");
  });

  it("are entered in a form, which is gone when the number is there and stays when it was refused", () => {
    const entering = [open, numbers({ known, adding: true }), { type: "asked", action: "add_number" }] as const;
    expect(shown("view-talking", open, numbers({ known }))).not.toContain("new-number");
    expect(text(shown("view-talking", ...entering), "number-save")).toBe("Adding…");
    expect(shown("view-talking", ...entering, { type: "accepted", action: "add_number" })).not.toContain("new-number");
    const fault = { action: "add_number", code: "bad_number", detail: "Look at it." } as const;
    const refused = shown("view-talking", ...entering, { type: "refused", fault });
    expect(text(refused, "number-save")).toBe("Add");
    expect(refused.slice(refused.indexOf("<dialog"))).toContain("Look at it.");
  });
});

describe("Dial up", () => {
  const open: Message = { type: "panel", panel: "dial" };
  const known = {
    caller_ids: [
      { number: "+827077770100", label: "Main" },
      { number: "+82255550100", label: "Seoul <b>" },
    ],
    frequent: [],
  };

  it.each([
    ["snapshot-logged-out", false],
    ["view-ready", true],
    ["view-missed", true],
    ["view-ticket-processing", true],
    ["view-offered", false],
    ["view-dialing-customer", false],
    ["view-talking", false],
  ])("in %s is there: %s", (name, there) => {
    expect(buttons(shown(name)).includes("dial-open")).toBe(there);
    expect(shown(name, open).includes("<dialog")).toBe(there);
  });

  it("offers the registered numbers, the default first, and what was dialled lately", () => {
    const html = shown(
      "view-ready",
      open,
      { type: "numbers", change: { known } },
      { type: "recent", numbers: ["112"] },
    );
    const dialog = html.slice(html.indexOf("<dialog"), html.indexOf("</dialog>"));
    const options = [...dialog.matchAll(/<option[^>]*value="([^"]*)"[^>]*>(.*?)<\/option>/g)].map((m) => [m[1], m[2]]);
    expect(options).toEqual([
      ["+827077770100", "Main +827077770100"],
      ["+82255550100", "Seoul &lt;b&gt; +82255550100"],
    ]);
    expect(html).toMatch(/<option[^>]*value="\+827077770100"[^>]*selected/);
    expect(text(html, "recent-112")).toBe("112");
    expect(html).toMatch(/data-testid="dial-confirm" disabled/);
    expect(text(html, "dial-note")).toBe("");
  });

  it("says that the service has no number, and what went wrong", () => {
    const note = (change: Partial<State["numbers"]>) =>
      text(shown("view-ready", open, { type: "numbers", change }), "dial-note");
    expect(note({})).toBe("");
    expect(note({ known: { caller_ids: [], frequent: [] } })).toContain("Ask your administrator");
    expect(note({ fault: { code: "x", detail: "do this" } })).toBe("Do this.");
  });

  it("is under way until the call is seen, and shows a refusal in its dialog", () => {
    const asked = [open, { type: "asked", action: "dial" }, { type: "accepted", action: "dial" }] as const;
    expect(text(shown("view-ready", ...asked), "dial-confirm")).toBe("Placing the call…");
    const fault = { action: "dial", code: "destination_denied", detail: "Not there." } as const;
    const refused = shown("view-ready", open, { type: "asked", action: "dial" }, { type: "refused", fault });
    expect(refused.slice(refused.indexOf("<dialog"))).toContain("Not there.");
    expect(text(refused, "dial-confirm")).toBe("Confirm");
  });

  it("has words of its own for refusals whose reason is for machines", () => {
    expect(explain("en", { code: "not_available", detail: "you cannot dial now: phone_unreachable" })).toBe(
      "You cannot dial now: phone unreachable. Try again when that has changed.",
    );
    expect(explain("en", { code: "outbound_off", detail: "it is off" })).toBe("It is off. Ask your administrator.");
    expect(explain("en", { code: "bad_number", detail: "enter another" })).toBe("Enter another.");
  });
});

describe("a conversation that was lost", () => {
  it.each([
    ["phone", "Your phone was lost in mid-call and could not be called back. The customer went on without you."],
    ["call", "The call ended while the telephone server could not be reached."],
  ] as const)("says how, in ticket processing and where the agent had chosen another status: %s", (how, words) => {
    for (const name of ["ticket-processing", "ready"]) {
      const m = read(golden[`../../../api/testdata/ws/server-view-${name}.json`]);
      if (m?.type !== "view") throw new Error(`no view of ${name}`);
      const data = { ...m.data, lost: { call: "c1", how, at: "2026-11-22T09:31:00Z" } };
      expect(text(shown("view-talking", { ...m, data }), "lost-call")).toBe(words);
    }
  });
});

describe("a call that came to nothing", () => {
  const because = (why: DialFailure["why"]) => {
    const m = read(golden["../../../api/testdata/ws/server-view-dial-failed.json"]);
    if (m?.type !== "view" || !m.data.dial_failure) throw new Error("no failure in the golden view");
    const data = { ...m.data, dial_failure: { ...m.data.dial_failure, why } };
    return text(shown("view-ready", { ...m, data }), "dial-failure");
  };

  it.each([
    ["busy", "+821055550100 is busy. Try again later."],
    ["declined", "+821055550100 declined your call."],
    ["no_answer", "+821055550100 did not answer."],
    ["unreachable", "+821055550100 cannot be reached now: the telephone may be off, or without a network."],
    ["invalid_number", "+821055550100 is not a number in use. Look whether every digit is right."],
    ["lost", "+821055550100 was lost while being called. Try again."],
    ["own_phone_no_answer", "+821055550100 was not called. Your own phone, which comes first, was not answered."],
    ["own_phone_busy", "+821055550100 was not called. Your own phone, which comes first, was busy."],
  ] as const)("says why: %s", (why, words) => expect(because(why)).toBe(words));

  it("says each why in words of its own, and something for one that it does not know", () => {
    const whys = ["trunk_failed", "own_phone_declined", "own_phone_unreachable", "own_phone_lost"] as const;
    expect(new Set(whys.map(because)).size).toBe(whys.length);
    expect(because("new_reason" as "busy")).toBe("+821055550100 could not be reached.");
    expect(because("own_phone_new" as "own_phone_busy")).toContain("could not be called");
  });

  it("is said until it was read, also to who does not see the page", () => {
    const call = "pbx1-01KB0000000000000000000007";
    expect(text(shown("view-dial-failed"), "announcer")).toContain("busy");
    expect(text(shown("view-dial-failed", { type: "dial_failure_seen", call }), "announcer")).toBe("");
    expect(text(shown("view-dial-failed"), "dial-failure")).toContain("busy");
    expect(text(shown("view-dial-failed", { type: "dial_failure_seen", call }), "dial-failure")).toBeNull();
    expect(
      text(shown("view-dial-failed", { type: "dial_failure_seen", call: "other" }), "dial-failure"),
    ).not.toBeNull();
  });
});

describe("Force Disconnect", () => {
  it("is carried out by the second step only", () => {
    expect(buttons(shown("view-talking"))).not.toContain("force_disconnect");
    const html = shown("view-talking", { type: "panel", panel: "disconnect" });
    expect(buttons(html)).not.toContain("disconnect-open");
    expect(buttons(html)).toEqual(expect.arrayContaining(["disconnect-keep", "force_disconnect"]));
    expect(html).toMatch(/<input[^>]*data-testid="disconnect-reason"[^>]*maxLength="200"/i);
  });
});

describe("the keypad", () => {
  it("has twelve keys and says what was sent", () => {
    const html = shown("view-talking", { type: "panel", panel: "keypad" }, { type: "digits_sent", digits: "12#" });
    expect(buttons(html).filter((b) => b.startsWith("key-"))).toHaveLength(12);
    expect(text(html, "digits-sent")).toBe("12#");
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
    const fault = { action: "ready", code: "x", detail: "Do this" } as const;
    expect(text(shown("view-ready", { type: "refused", fault }), "fault")).toContain("Do this");
    for (const name of ["view-talking", "view-offered"]) expect(buttons(shown(name))).not.toContain("sign-out");
    expect(buttons(shown("view-ready"))).toContain("sign-out");
  });

  it("has no style and no script of its own in the HTML", () => {
    for (const name of ["view-offered", "view-talking", "snapshot-logged-out"]) {
      expect(shown(name)).not.toMatch(/\sstyle=|<script|\son\w+=/);
    }
  });

  it("names every field of signing in", () => {
    const html = renderToStaticMarkup(<SignIn state={initial} why="ended" actions={actions} />);
    expect(html.match(/<label>/g)).toHaveLength(2);
    expect(html.match(/<label for=/g)).toHaveLength(2);
    expect(html).toContain("session has ended");
  });

  it("asks for a second factor's code as a second step", () => {
    const refused: Message = {
      type: "refused",
      fault: { action: "sign_in", code: "code_required", detail: "enter the code" },
    };
    const before = renderToStaticMarkup(<SignIn state={initial} why="new" actions={actions} />);
    const after = renderToStaticMarkup(<SignIn state={reduce(initial, refused)} why="new" actions={actions} />);
    expect(before).not.toContain('data-testid="code"');
    expect(after).toContain('data-testid="code"');
    expect(text(after, "fault")).toContain("Enter the code");
  });

  it("offers the providers by which one can sign in, whatever they are called", () => {
    const state = reduce(initial, {
      type: "providers",
      providers: [
        { id: "keycloak", name: "Example <i>Corp</i>" },
        { id: "g", name: "Google" },
      ],
    });
    const html = renderToStaticMarkup(<SignIn state={state} why="new" actions={actions} />);
    expect(html).toContain("Sign in with Example &lt;i&gt;Corp&lt;/i&gt;");
    expect(html).toContain('data-testid="sign-in-g"');
    expect(html).toContain('data-testid="password"');
    expect(renderToStaticMarkup(<SignIn state={initial} why="new" actions={actions} />)).not.toContain("Sign in with");
  });

  it("signs in who came back from a provider, and asks them for a code where one is to come", () => {
    const back = reduce(initial, { type: "returning", step: "checked" });
    const checked = renderToStaticMarkup(<SignIn state={back} why="new" actions={actions} />);
    expect(text(checked, "returning")).toBe("You are being signed in…");
    expect(checked).not.toContain("<input");
    const asked = reduce(reduce(back, { type: "returning", step: "code" }), {
      type: "refused",
      fault: { action: "sign_in", code: "code_required", detail: "enter the code" },
    });
    const code = renderToStaticMarkup(<SignIn state={asked} why="new" actions={actions} />);
    expect(code).toContain('data-testid="code"');
    expect(code).not.toContain('data-testid="password"');
    expect(text(code, "fault")).toContain("Enter the code");
  });

  it("takes a new password by a link, and says so when the link is not whole", () => {
    expect(renderToStaticMarkup(<Reset token="t" language="en" />)).toContain('autoComplete="new-password"');
    const without = renderToStaticMarkup(<Reset token="" language="ko" />);
    expect(without).not.toContain("<input");
    expect(text(without, "reset-note")).toContain("새 링크를 요청하세요");
  });
});

describe("in Korean", () => {
  const names = Object.keys(golden)
    .map((path) => /server-(snapshot.*|view.*)\.json$/.exec(path)?.[1] ?? "")
    .filter((name) => name !== "" && !name.includes("hostile"));
  /** Names of people and things, and what is the same in every language. */
  const same =
    /Switchroom|English|Alt|Shift|Tab|Enter|Esc|CTI|ID|Carl Gauss|Anna Berg|Ben Okafor|ben|sales|support|demo|Demo|T-\d+|\+\d+|Rest|https|localhost/g;

  it.each(names)("%s has no English word left", (name) => {
    const panels: Message[] = (["dial", "transfer", "keypad", "disconnect", "settings", "help"] as const).map(
      (panel) => ({
        type: "panel",
        panel,
      }),
    );
    for (const messages of [[], ...panels.map((p) => [p])]) {
      const html = shownIn("ko", name, ...messages);
      const labels = [...html.matchAll(/(?:aria-label|placeholder)="([^"]*)"/g)].map((m) => m[1]);
      const visible = html.replace(/<[^>]*>/g, " ").replace(same, " ");
      expect(`${visible} ${labels.join(" ").replace(same, " ")}`.match(/[A-Za-z]{2,}/g) ?? []).toEqual([]);
    }
  });

  it("says everything at once in the other language, faults too", () => {
    const refused: Message = { type: "refused", fault: { action: "hold", code: "wrong_state", detail: "no" } };
    expect(text(shownIn("ko", "view-talking", refused), "fault")).toContain("고객을 보류하지 못했습니다. 지금 통화");
    expect(text(shownIn("en", "view-talking", refused), "fault")).toContain("The customer was not put on hold. No.");
  });
});
