// The built page on a stage: what the API would say is given by hand, so that every state of the contract's golden views can be looked at
// without a call having to get there.
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Page } from "@playwright/test";
import type { CallState } from "./desk.ts";
import { administration } from "./stage-admin.ts";

const dist = join(import.meta.dirname, "../../web/dist");
const goldens = join(import.meta.dirname, "../../api/testdata/ws");
const kinds: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** The golden views by their names. */
export const views: string[] = readdirSync(goldens)
  .map((file) => /^server-((?:snapshot|view)-.*)\.json$/.exec(file)?.[1] ?? "")
  .filter((name) => name !== "");

/** Serves the built page. Returns its address, and what ends it. */
export async function serve(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://stage").pathname;
    try {
      const file = path.startsWith("/assets/") || extname(path) === ".svg" ? path : "index.html"; // else it is a route of the page's own
      const body = readFileSync(join(dist, file));
      response.writeHead(200, { "Content-Type": kinds[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

const anna = { id: "anna", name: "Anna Berg" };
const colleagues = [
  { agent: "ben", name: "Ben Okafor", number: "2002", queues: ["support", "sales"] },
  { agent: "dora", name: "Dora Maar", number: "2003", queues: [] },
];
const numbers = {
  caller_ids: [{ number: "+827077770100", label: "Main" }],
  frequent: [
    { id: "1", number: "2002", label: "Lab", own: true },
    { id: "2", number: "+82255550199", label: "Warehouse", own: false },
  ],
};
const reasons = { required: false, reasons: [] };
const ticket = { id: "1", number: "T-000007", subject: "Broken kettle", status: "solved", opened: "2026-11-20T09:00:00Z" };
const names = { anna: "Anna Berg", ben: "Ben Okafor" };
const directory = {
  services: [{ id: "brand", name: "Brand & Co", time_zone: "Asia/Seoul", queues: ["sales", "support"] }],
  people: [
    { id: "anna", name: "Anna Berg", services: ["brand"] },
    { id: "ben", name: "Ben Okafor", services: ["brand"] },
  ],
  more: false,
};
const hours = {
  version: "1",
  time_zone: "Asia/Seoul",
  week: [],
  holidays: [],
  closed: { action: "dialplan", waiting: false },
  now: { open: true, why: "hours", holiday: "", next: "2026-11-29T09:00:00Z" },
};
const reportLines = ["2026-11-27", "2026-11-28", "2026-11-29"].flatMap((period, i) =>
  ["sales", "support"].map((of, j) => ({
    period,
    of,
    calls: 1200 * (i + 1) + j,
    completed: 1000 * (i + 1),
    abandoned: 150 * (i + 1),
    overflow: 50 * (i + 1),
    refused: j,
    unanswered: 0,
    within_10_s: 500,
    within_20_s: 900 * (i + 1),
    within_30_s: 950,
    within_60_s: 1000,
    within_120_s: 1000,
    waited_ms: 9_000_000,
    longest_wait_ms: 4_000_000,
    queue_ms: 1,
    ring_ms: 1,
    talk_ms: 180_000_000,
    hold_ms: 1,
  })),
);
/** Two queues and everything that agents can be in. */
function wallboard(now: number) {
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
  const today = { answered: 1240, lost: 37, within_20_s: 1100, longest_wait_ms: 200_000 };
  const call = { id: "c1", service: "brand", queue: "sales", state: "talking", direction: "inbound", since: ago(300) };
  const of = (id: string, name: string, status: object, more = {}) => ({
    id,
    name,
    services: ["brand"],
    queues: ["sales"],
    status,
    ...more,
  });
  const queue = { waiting: 0, ringing: 0, in_call: 0, today: { answered: 0, lost: 0, within_20_s: 0, longest_wait_ms: 0 } };
  return {
    services: [
      {
        id: "brand",
        name: "Brand & Co",
        in_call: 3,
        today,
        queues: [
          { ...queue, name: "sales", waiting: 4, ringing: 1, in_call: 2, waiting_since: ago(3723), today },
          { ...queue, name: "support" },
        ],
      },
    ],
    agents: [
      of("anna", "Anna Berg", { code: "on_call", since: ago(290) }, { call }),
      of("ben", "Ben Okafor", { code: "ringing", since: ago(4) }),
      of("carla", "Carla with a name that is longer than what fits into one line", { code: "ready", since: ago(61) }),
      of("dora", "Dora Maar", { code: "ready", since: ago(20), notice: "phone_unreachable" }),
      of("eva", "Eva Lund", { code: "business", since: ago(7), reason: "ticket_processing" }),
      of("finn", "Finn", { code: "on_call_transfer_in_progress", since: ago(30) }, { call: { ...call, queue: undefined } }),
    ],
  };
}
const tickets = [
  {
    id: "1",
    number: "T-000007",
    call: "c1",
    service: "brand",
    direction: "inbound",
    caller: { number: "+4930901820", name: "Carl Gauss" },
    agents: ["anna"],
    subject: "Broken kettle",
    disposition: "",
    status: "open",
    tags: ["kettle"],
    opened: "2026-11-20T09:00:00Z",
    updated: "2026-11-20T09:00:00Z",
    version: 1,
  },
];
const ticketFile = {
  ticket: tickets[0],
  notes: [{ id: "n1", author: "anna", at: "2026-11-20T09:05:00Z", text: "Leaks at the spout.\nA new one is on its way." }],
  history: [
    { at: "2026-11-20T09:00:00Z", who: "anna", what: "opened" },
    { at: "2026-11-20T09:06:00Z", who: "ben", what: "status", before: "pending", after: "open" },
  ],
  dispositions: ["Repaired", "Exchanged"],
  next_statuses: ["pending", "solved"],
  names,
};
const callFile = {
  call: {
    id: "c1",
    service: "brand",
    queue: "sales",
    direction: "inbound",
    state: "ended",
    caller: { number: "+4930901820", name: "Carl Gauss" },
    agent: "anna",
    ticket: "T-000007",
    misses: 1,
    entered: "2026-11-20T09:00:00Z",
    end: { class: "completed", slug: "caller_hangup", at: "2026-11-20T09:05:00Z" },
    times: { queue_ms: 12_000, ring_ms: 4000, talk_ms: 184_000, hold_ms: 20_000 },
  },
  parts: [
    {
      agent: "anna",
      from: "2026-11-20T09:00:12Z",
      joined: true,
      offers: 1,
      misses: 0,
      ring_ms: 4000,
      talk_ms: 184_000,
      hold_ms: 20_000,
      consult_ms: 0,
      wrap_up_ms: 0,
    },
  ],
  ticket_id: "1",
  customer_id: "1",
  timeline: "/api/v1/calls/c1/timeline",
  names,
};
const considered = [{ agent: "ben", why: "rest" }, { agent: "anna" }];
const timeline = {
  call: "c1",
  service: "brand",
  caller: callFile.call.caller,
  diverged: false,
  names,
  steps: [
    {
      at: "2026-11-20T09:00:00Z",
      after_ms: 0,
      state: "queued",
      what: "entered",
      queue: "sales",
      number: "+4930901820",
      text: "Carl Gauss",
    },
    { at: "2026-11-20T09:00:12Z", after_ms: 12_000, state: "offering", what: "offered", agent: "anna", considered },
    { at: "2026-11-20T09:05:00Z", after_ms: 300_000, state: "ended", what: "ended", class: "completed", why: "caller_hangup" },
  ],
};
const customer = {
  id: "1",
  number: "+4930901820",
  name: "C. F. Gauss",
  notes: "Prefers to be called in the morning.",
  created: "2026-11-20T09:00:00Z",
  updated: "2026-11-20T09:00:00Z",
  version: 1,
};
const caller = { customer: { id: "1", number: "+4930901820", name: "C. F. Gauss" }, tickets: 7, latest: [ticket] };

interface View {
  status: { code: string; reason?: string };
  call: { state: CallState; internal?: boolean } | null;
}

/** What a golden view says, moved in time to be 75 s old at that moment. */
function golden(view: string, now: number): View {
  const message = JSON.parse(readFileSync(join(goldens, `server-${view}.json`), "utf8"));
  const shift = now - Date.parse(message.data.call?.since ?? message.data.status.since) - 75_000;
  return JSON.parse(JSON.stringify(message.data), (_, v) =>
    typeof v === "string" && /^\d{4}-\d\d-\d\dT/.test(v) ? new Date(Date.parse(v) + shift).toISOString() : v,
  );
}

/** Where a page stands. */
export interface Stage {
  /** Another golden view is the newest for whoever loads the page from now on. Returns it. */
  shows(view: string): View;
}

/** Lets the page see that golden view as the newest, as of now. Call it before the page is opened. */
export async function stage(page: Page, view: string, roles = ["agent"], now = Date.now()): Promise<Stage> {
  const person = { ...anna, roles };
  const session = { access_token: "a", token_type: "Bearer", expires_in: 3600, refresh_token: "r", agent: person };
  const answers: [RegExp, unknown][] = [
    ...administration,
    [/\/sessions\/refresh$/, session],
    [/\/me\/phone$/, { sip_uri: "sip:x@127.0.0.1", username: "x", password: "x", websocket_url: "/sip", ice_servers: [] }],
    [/\/status-reasons$/, reasons],
    [/\/me\/numbers$/, numbers],
    [/\/status-reasons$/, { required: false, reasons: [] }],
    [/\/colleagues/, { colleagues }],
    [/\/names$/, directory],
    [/\/customers$/, { customers: [customer] }],
    [/\/customers\/[^/]+$/, { customer, tickets: { tickets, names }, calls: { calls: [callFile.call], names } }],
    [/\/reports\/calls$/, { lines: reportLines }],
    [/\/me\/second-factor$/, { confirmed: true, recovery_codes: 7 }],
    [/\/services\/[^/]+\/hours$/, hours],
    [/\/hours\/switch$/, { position: "hours", until: null, version: "1" }],
    [/\/wallboard$/, wallboard(now)],
    [/\/customer$/, caller],
    [/\/calls$/, { calls: [callFile.call], names }],
    [/\/calls\/[^/]+$/, callFile],
    [/\/timeline$/, timeline],
    [/\/tickets$/, { tickets, names }],
    [/\/tickets\/[^/]+$/, ticketFile],
  ];
  await page.addInitScript((person) => {
    localStorage.setItem("switchroom.session", JSON.stringify({ refresh: "r", agent: person }));
    localStorage.setItem("switchroom.recent.anna", JSON.stringify(["+821055550100", "2002"]));
  }, person);
  await page.route("**/api/v1/**", async (route) => {
    const path = new URL(route.request().url()).pathname;
    const json = answers.find(([pattern]) => pattern.test(path))?.[1];
    await (json === undefined ? route.fulfill({ status: 204 }) : route.fulfill({ json }));
  });
  await page.routeWebSocket("**/sip", () => {});
  await page.routeWebSocket("**/api/v1/feed", (socket) => {
    socket.onMessage(() => socket.send(JSON.stringify({ type: "snapshot", epoch: "e", seq: 1, data: golden(view, now) })));
  });
  return {
    shows(next) {
      view = next;
      return golden(view, now);
    },
  };
}
