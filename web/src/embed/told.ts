// What of the widget's state is told to the page that embeds it, and when. Pure.

import type { Timeline } from "../api/client";
import { newTicket } from "../console/follow";
import type { CallView, OtherParty } from "../feed/messages";
import { popOf } from "../state/pop";
import { rings } from "../state/select";
import type { State } from "../state/state";
import { NO_QUEUE } from "../words/call";
import { plain } from "../words/format";
import type { WidgetCall, WidgetEvents, WidgetParty, WidgetState } from "./surface";

export type Told = { [T in keyof WidgetEvents]: { type: T; detail: WidgetEvents[T] } }[keyof WidgetEvents];

export function widgetState({ session, feed, view, phone }: State): WidgetState {
  const signedIn = session.kind === "signed_in";
  const where = { this_tab: "here", another_tab: "elsewhere", nobody: "none" } as const;
  return {
    signedIn,
    live: feed.kind === "live",
    agent: signedIn ? { id: session.identity.id, name: session.identity.name } : null,
    status: view === null ? null : statusOf(view.status),
    call: view?.call ? callOf(view.call) : null,
    phone: where[phone.holder],
  };
}

/** What has happened between two states. base is the controller's origin. */
export function happened(before: State, after: State, base: string): Told[] {
  const told: Told[] = [];
  const [was, is] = [widgetState(before), widgetState(after)];
  if (was.signedIn !== is.signedIn) told.push({ type: "session", detail: { signedIn: is.signedIn } });
  if (is.status !== null && !sameStatus(was.status, is.status)) told.push({ type: "status", detail: is.status });
  if (was.phone !== is.phone) told.push({ type: "phone", detail: { phone: is.phone } });
  told.push(...ofCall(before, after));
  if (after.view !== null && before.view !== null) {
    const ticket = newTicket(before.view, after.view);
    const url = `${base}/tickets/${encodeURIComponent(ticket ?? "")}`;
    if (ticket !== null) told.push({ type: "ticket", detail: { id: ticket, url, call: after.view.call?.id ?? "" } });
  }
  const [popped, pops] = [popOf(before), popOf(after)];
  if (pops !== null && popped?.call !== pops.call) told.push({ type: "screen-pop", detail: pops });
  const { fault } = after;
  if (fault !== null && fault !== before.fault) {
    told.push({ type: "error", detail: { code: fault.code, message: fault.detail } });
  }
  return told;
}

/** A view that is the first of all tells of a call only that it rings: what came earlier, the page before was told. */
function ofCall({ view: before }: State, { view: after }: State): Told[] {
  const told: Told[] = [];
  const [was, is] = [before?.call ?? null, after?.call ?? null];
  const same = was?.id === is?.id;
  if (before !== null && after !== null) told.push(...ofConference(was, same ? is : null));
  if (was !== null && !same && after !== null) told.push({ type: "call-ended", detail: { call: callOf(was) } });
  if (is === null) return told;
  if (before !== null) told.push(...ofTransfer(same ? was : null, is));
  if (rings(is) && !(same && rings(was))) told.push({ type: "call-ringing", detail: { call: callOf(is) } });
  const answered = connected(is) && before !== null && !(same && was !== null && connected(was));
  if (answered) told.push({ type: "call-answered", detail: { call: callOf(is) } });
  return told;
}

/** A phone that comes back meanwhile has not left the conference. */
function ofConference(was: CallView | null, is: CallView | null): Told[] {
  const within = (c: CallView | null) => c?.state === "conference";
  if (is !== null && within(is) && !within(was) && was?.state !== "rejoining")
    return [{ type: "conference-began", detail: { call: callOf(is), with: otherOf(is) } }];
  if (was !== null && within(was) && !within(is) && is?.state !== "rejoining")
    return [{ type: "conference-ended", detail: { call: callOf(is ?? was), with: otherOf(was) } }];
  return [];
}

/** was: the same call before, if it was there. */
function ofTransfer(was: CallView | null, is: CallView): Told[] {
  const told: Told[] = [];
  if (was?.role === "target" && is.role === "agent")
    told.push({ type: "transferred-here", detail: { call: callOf(is), from: otherOf(was) } });
  const { failure } = is;
  if (failure !== undefined && failure.at !== was?.failure?.at) {
    const { why, number = "", party } = failure;
    told.push({
      type: "transfer-failed",
      detail: { call: callOf(is), to: partyOf({ ...failure, party: party ?? { number } }), why },
    });
  }
  return told;
}

/** The call that this agent had and has not any more; what became of it only its timeline says. */
export function lostCall(before: State, after: State): CallView | null {
  const was = before.view?.call ?? null;
  if (was === null || after.view === null || after.view.call?.id === was.id) return null;
  return was.role === "agent" && connected(was) && !was.internal ? was : null;
}

/** What an agent does to leave a call, and in what states it then goes on. */
const leaving: ReadonlySet<string> = new Set(["transfer", "complete", "hangup", "left"]);
const goingOn: ReadonlySet<string> = new Set([
  "queued",
  "offering",
  "connecting",
  "transferring",
  "forwarded",
  "talking",
  "held",
]);

/** Whether a call that was lost was passed on by me, by its timeline. Null: it was not; undefined: its timeline does not know yet. */
export function passedOn(was: CallView, me: string, { steps, names }: Timeline): Told | null | undefined {
  const since = Date.parse(was.since);
  const step = steps.findLast(
    (s) => leaving.has(s.what) && (s.what === "left" ? s.agent : s.by) === me && Date.parse(s.at) >= since,
  );
  if (step === undefined) return steps.at(-1)?.state === "ended" ? null : undefined;
  if (!goingOn.has(step.state)) return null;
  return { type: "transferred-away", detail: { call: callOf(was), to: aimOf(step, names) ?? otherOf(was) } };
}

function aimOf(
  { what, agent, queue, number }: Timeline["steps"][number],
  names: Timeline["names"],
): WidgetParty | null {
  if (what !== "transfer" && what !== "complete") return null;
  if (agent !== undefined) return partyOf({ kind: "agent", agent, party: { number: "", name: names[agent] ?? "" } });
  if (queue !== undefined) return partyOf({ kind: "queue", queue, party: { number: "" } });
  return number === undefined ? null : partyOf({ kind: "number", party: { number } });
}

function otherOf({ other }: CallView): WidgetParty | null {
  return other === undefined ? null : partyOf(other);
}

function partyOf({ kind, agent, queue, party }: Omit<OtherParty, "rings">): WidgetParty {
  return { kind, id: agent ?? queue ?? "", number: plain(party.number), name: plain(party.name ?? "") };
}

/** This agent is with somebody, and was at some time: a call that is offered again has been connected, too. */
function connected(call: CallView): boolean {
  return call.connected_at !== undefined && !rings(call) && call.state !== "connecting" && call.state !== "queued";
}

function callOf(call: CallView): WidgetCall {
  const other = otherOf(call);
  const { id, state, caller, service, queue, muted, connected_at, ticket, outbound, internal } = call;
  return {
    id,
    direction: internal ? "internal" : outbound ? "outbound" : "inbound",
    state,
    number: plain(caller.number),
    name: plain(caller.name ?? ""),
    service,
    queue: queue === NO_QUEUE ? "" : queue,
    ringing: rings(call),
    muted: muted === true,
    ...(connected_at === undefined ? {} : { connectedAt: connected_at }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(other === null ? {} : { other }),
  };
}

function statusOf({ code, reason, since }: NonNullable<State["view"]>["status"]): NonNullable<WidgetState["status"]> {
  return { code, since, ...(reason === undefined ? {} : { reason }) };
}

function sameStatus(a: WidgetState["status"], b: NonNullable<WidgetState["status"]>): boolean {
  return a?.code === b.code && a.reason === b.reason && a.since === b.since;
}
