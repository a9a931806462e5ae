// What a call is to this agent: its name, who is on the line, who holds, why it rings.
import type { CallView, OtherParty, Party } from "../feed/messages";
import { isAmongAgents, rings, waitsForOther } from "../state/select";
import { area, type Words } from "./area";
import { plain } from "./format";

export const call = area(
  {
    states: {
      dialing: "Dialing",
      queued: "Waiting",
      offering: "Incoming call",
      connecting: "Connecting",
      talking: "In call",
      held: "On hold",
      consult_ringing: "Calling for a consultation",
      consulting: "Consultation",
      swapped: "In call",
      conference: "Conference",
      transferring: "Transferring",
      recalling: "Call coming back",
      rejoining: "Reconnecting your phone",
      agents_only: "Customer gone",
      forwarded: "Forwarded",
      farewell: "Call ending",
      ended: "Call ended",
    } satisfies Record<CallView["state"], string>,
    incoming: "Incoming call",
    incomingConsultation: "Incoming consultation",
    incomingTransfer: "Incoming transfer",
    youHold: "You are on hold",
    colleagueRejoins: "Waiting for your colleague",

    /** Somebody in a sentence. */
    person: (name: string) => name,
    /** Somebody of whom only the number is known, in a sentence. */
    numbered: (number: string) => number,
    queue: (name: string) => `Queue ${name}`,
    colleague: "your colleague",
    unknown: "Unknown caller",
    withheld: "withheld",

    serverAway:
      "The telephone server cannot be reached, so nothing is known of this call, and it may have been cut off. This page says what became of it as soon as the server is back.",
    ownPhoneFirst: "Your own phone comes first. If it rings, answer it.",
    colleagueCalled: "Your colleague is being called and has not answered yet.",
    customerCalled: "The customer is being called and has not answered yet.",
    talking: "You are talking with the customer.",
    held: "The customer is on hold and hears music.",
    calling: (other: string) => `Calling ${other}. The customer is on hold and hears music.`,
    looking: (queue: string) => `Looking for somebody in ${queue}. The customer is on hold and hears music.`,
    consulting: (other: string) => `You are talking with ${other}. The customer is on hold and hears music.`,
    swapped: (other: string) => `You are talking with the customer. ${other} is on hold and hears music.`,
    swappedTarget: (other: string) => `You are on hold and hear music. ${other} is talking with the customer.`,
    conference: (other: string) => `You, ${other} and the customer hear each other.`,
    agentsOnly: (other: string) => `You are talking with ${other}.`,
    otherRejoins: (other: string) =>
      `The phone of ${other} lost this call and is being called back. The customer and you hear music.`,
    colleagueLost: (other: string) => `The phone of ${other} lost this call and is being called back. You hear music.`,

    otherSought: "being looked for",
    otherRings: "ringing",
    otherThere: "on the line",
    otherWithCustomer: "talking with the customer",
    otherHolds: "on hold",
    otherCalledBack: "being called back",

    /** After the other's name, in {other}. */
    cameBack: "The transfer came to nothing: the customer comes back to you.",
    transfers: "{other} transfers this customer to you.",
    consults: "{other} asks to consult you about this customer.",

    facts: { callerId: "Caller ID", dialled: "Dialled" },
    announced: (what: string, caller: string, service: string, queue: string) =>
      `${what} from ${caller}, service ${service}${queue === "" ? "" : `, queue ${queue}`}.`,
    answerLeft: (left: string) => `${left} left to answer`,
    heldFor: " on hold for {time}",
    heldLong: "The customer has been on hold for a long time. Take them back, or tell them how long it takes.",
    heldLongAgain: (times: number) =>
      `The customer has been on hold for a long time (reminder ${times}). Take them back, or tell them how long it takes.`,
    lostPhone:
      "Your phone lost this call and is being called back; it answers by itself. The customer is still there and hears music.",
    lostPhoneColleague: (other: string) =>
      `Your phone lost this call and is being called back; it answers by itself. ${other} is still there and hears music.`,
    tryingFor: (left: string) => `Trying for another ${left}.`,
    customerGone: "The customer has hung up.",
    muted: "You are muted: nobody hears you.",
  },
  {
    states: {
      dialing: "발신 중",
      queued: "대기 중",
      offering: "수신 전화",
      connecting: "연결 중",
      talking: "통화 중",
      held: "보류 중",
      consult_ringing: "협의통화 거는 중",
      consulting: "협의통화 중",
      swapped: "통화 중",
      conference: "3자 통화 중",
      transferring: "호전환 중",
      recalling: "되돌아온 전화",
      rejoining: "전화기 재연결 중",
      agents_only: "고객 통화 종료",
      forwarded: "외부로 전환됨",
      farewell: "통화 종료 중",
      ended: "통화 종료",
    },
    incoming: "수신 전화",
    incomingConsultation: "협의통화 요청",
    incomingTransfer: "호전환 요청",
    youHold: "내 통화 보류 중",
    colleagueRejoins: "동료 상담원을 기다리는 중",

    person: (name: string) => `${name}님`,
    numbered: (number: string) => `${number}번`,
    queue: (name: string) => `${name} 대기열`,
    colleague: "동료 상담원",
    unknown: "알 수 없는 발신자",
    withheld: "발신 번호 표시 제한",

    serverAway:
      "전화 서버에 연결할 수 없어 이 통화의 상태를 알 수 없으며, 통화가 끊어졌을 수도 있습니다. 서버가 돌아오는 대로 이 페이지에서 알려 드립니다.",
    ownPhoneFirst: "내 전화기가 먼저 연결됩니다. 벨이 울리면 받으세요.",
    colleagueCalled: "동료 상담원에게 전화를 거는 중이며, 아직 받지 않았습니다.",
    customerCalled: "고객에게 전화를 거는 중이며, 아직 받지 않았습니다.",
    talking: "고객과 통화하고 있습니다.",
    held: "고객은 보류 상태로 음악을 듣고 있습니다.",
    calling: (other: string) => `${other}에게 전화를 거는 중입니다. 고객은 보류 상태로 음악을 듣고 있습니다.`,
    looking: (queue: string) => `${queue}에서 상담원을 찾는 중입니다. 고객은 보류 상태로 음악을 듣고 있습니다.`,
    consulting: (other: string) => `${other}과 통화하고 있습니다. 고객은 보류 상태로 음악을 듣고 있습니다.`,
    swapped: (other: string) => `고객과 통화하고 있습니다. ${other}은 보류 상태로 음악을 듣고 있습니다.`,
    swappedTarget: (other: string) => `보류 상태이며 음악이 들립니다. ${other}이 고객과 통화하고 있습니다.`,
    conference: (other: string) => `나와 ${other}, 고객이 함께 통화하고 있습니다.`,
    agentsOnly: (other: string) => `${other}과 통화하고 있습니다.`,
    otherRejoins: (other: string) =>
      `${other}의 전화기가 통화에서 끊겨 다시 연결하고 있습니다. 고객과 나에게는 음악이 들립니다.`,
    colleagueLost: (other: string) => `${other}의 전화기가 통화에서 끊겨 다시 연결하고 있습니다. 음악이 들립니다.`,

    otherSought: "찾는 중",
    otherRings: "호출 중",
    otherThere: "통화 중",
    otherWithCustomer: "고객과 통화 중",
    otherHolds: "보류 중",
    otherCalledBack: "재연결 중",

    cameBack: "호전환이 이루어지지 않아 고객이 다시 돌아왔습니다.",
    transfers: "{other} 상담원이 이 고객을 호전환합니다.",
    consults: "{other} 상담원이 이 고객에 대해 협의를 요청합니다.",

    facts: { callerId: "발신 번호", dialled: "건 번호" },
    announced: (what: string, caller: string, service: string, queue: string) =>
      `${what}: ${caller}, ${service} 서비스${queue === "" ? "" : `, ${queue} 대기열`}.`,
    answerLeft: (left: string) => `응답까지 남은 시간 ${left}`,
    heldFor: " 보류 {time}",
    heldLong: "고객이 오래 보류되어 있습니다. 보류를 해제하거나 얼마나 더 걸리는지 안내하세요.",
    heldLongAgain: (times: number) =>
      `고객이 오래 보류되어 있습니다(${times}번째 알림). 보류를 해제하거나 얼마나 더 걸리는지 안내하세요.`,
    lostPhone:
      "전화기가 통화에서 끊겨 다시 연결하고 있으며, 자동으로 응답합니다. 고객은 끊지 않고 음악을 듣고 있습니다.",
    lostPhoneColleague: (other: string) =>
      `전화기가 통화에서 끊겨 다시 연결하고 있으며, 자동으로 응답합니다. ${other}은 끊지 않고 음악을 듣고 있습니다.`,
    tryingFor: (left: string) => `앞으로 ${left} 동안 시도합니다.`,
    customerGone: "고객이 전화를 끊었습니다.",
    muted: "음소거 상태입니다. 상대방에게 내 목소리가 들리지 않습니다.",
  },
);

export type CallWords = Words<typeof call>;

/** Stands where a call came over no queue. */
export const NO_QUEUE = "-";

/** What the call is to this agent, in a word or two. */
export function callState(w: CallWords, c: CallView): string {
  if (rings(c)) return incoming(w, c.state);
  if (c.internal && c.state === "agents_only") return w.states.talking;
  if (c.role === "target" && c.state === "swapped") return w.youHold;
  if (waitsForOther(c)) return w.colleagueRejoins;
  return w.states[c.state];
}

function incoming(w: CallWords, state: CallView["state"]): string {
  switch (state) {
    case "consult_ringing":
    case "rejoining":
      return w.incomingConsultation;
    case "transferring":
      return w.incomingTransfer;
    case "recalling":
      return w.states.recalling;
    default:
      return w.incoming;
  }
}

/** Who is on the line, and who holds. Null: there is nothing to say. */
export function situation(w: CallWords, c: CallView): string | null {
  const other = otherName(w, c.other);
  const target = c.role === "target";
  switch (c.state) {
    case "dialing":
      if (c.commands.includes("decline")) return w.ownPhoneFirst;
      return c.internal ? w.colleagueCalled : w.customerCalled;
    case "talking":
      return w.talking;
    case "held":
      return w.held;
    case "consult_ringing":
      return isSought(c.other) ? w.looking(other) : w.calling(other);
    case "consulting":
      return w.consulting(other);
    case "swapped":
      return target ? w.swappedTarget(other) : w.swapped(other);
    case "conference":
      return w.conference(other);
    case "agents_only":
      return w.agentsOnly(other);
    case "rejoining":
      if (!waitsForOther(c)) return null;
      return isAmongAgents(c) ? w.colleagueLost(other) : w.otherRejoins(other);
    default:
      return null;
  }
}

/** Nobody of the queue was found yet. */
function isSought(other: OtherParty | undefined): boolean {
  return other?.kind === "queue" && !other.agent;
}

/** What the other party does. */
export function otherState(w: CallWords, c: CallView): string {
  if (c.other?.rings) return isSought(c.other) ? w.otherSought : w.otherRings;
  switch (c.state) {
    case "consulting":
    case "conference":
    case "agents_only":
      return w.otherThere;
    case "swapped":
      return c.role === "target" ? w.otherWithCustomer : w.otherHolds;
    case "rejoining":
      return waitsForOther(c) ? w.otherCalledBack : w.otherHolds;
    default:
      return "";
  }
}

/** Whom the agent has to do with besides the customer, in a sentence. */
export function otherName(w: CallWords, other: OtherParty | undefined): string {
  if (other === undefined) return w.colleague;
  if (other.kind === "queue") return w.queue(otherLabel(other));
  return partyIn(w, other.party, other.agent);
}

/** The other party's name by itself. */
export function otherLabel(other: OtherParty): string {
  return partyName(other.party) || plain(other.queue ?? "") || plain(other.agent ?? "");
}

/** Somebody in a sentence, by the best that is known. */
export function partyIn(w: CallWords, p: Party | undefined, agent: string | undefined): string {
  const name = plain(p?.name ?? "") || (p?.number ? "" : plain(agent ?? ""));
  return name === "" ? w.numbered(plain(p?.number ?? "")) : w.person(name);
}

function partyName(p: Party): string {
  return plain(p.name ?? "") || plain(p.number);
}

/** Why a call rings that is not a customer's own; {other} is who wants it. Null: it is one. */
export function whyRings(w: CallWords, c: CallView): string | null {
  if (c.state === "recalling") return w.cameBack;
  if (c.role !== "target" || c.internal) return null;
  return c.state === "transferring" ? w.transfers : w.consults;
}

/** What is said to whom the phone is called back. */
export function lostPhone(w: CallWords, c: CallView): string {
  return isAmongAgents(c) ? w.lostPhoneColleague(otherName(w, c.other)) : w.lostPhone;
}

/** A hold that the controller found too long. Null: it did not. */
export function heldLong(w: CallWords, c: CallView): string | null {
  const { held_long: times = 0 } = c;
  if (times === 0) return null;
  return times > 1 ? w.heldLongAgain(times) : w.heldLong;
}

/** The caller's name, or number, as plain visible text. */
export function callerName(w: CallWords, caller: CallView["caller"]): string {
  return partyName(caller) || w.unknown;
}

/** A call that rings, in one sentence, for those who do not see the page. */
export function announcement(w: CallWords, c: CallView): string {
  const queue = c.queue === NO_QUEUE ? "" : plain(c.queue);
  const what = w.announced(callState(w, c), callerName(w, c.caller), plain(c.service), queue);
  const why = whyRings(w, c);
  if (why === null) return what;
  const other = c.other === undefined ? w.colleague : otherLabel(c.other);
  return `${what} ${why.replace("{other}", () => other)}`;
}
