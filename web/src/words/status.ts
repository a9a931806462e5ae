// An agent's status.
import type { Choice, Reasons } from "../api/client";
import type { Status } from "../feed/messages";
import type { State } from "../state/state";
import { area, lookUp, type Words } from "./area";
import { titleCase } from "./format";

export const status = area(
  {
    title: "Status",
    codes: {
      logged_out: "Logged out",
      business: "Business",
      ready: "Ready",
      rest: "Rest",
      ringing: "Ringing",
      dialing: "Dialing",
      on_call: "On Call",
      on_hold: "On Hold",
      on_call_transfer_in_progress: "On Call (Transfer in Progress)",
      rejoining: "On Call (Reconnecting Your Phone)",
    } satisfies Record<Status["code"], string>,
    /** Reasons that the system gives itself. Others are the administrator's own words. */
    reasons: { missed: "Missed", ticket_processing: "Ticket Processing", absent: "Absent" },
    /** What a status means, for those who have not learnt it yet; first by code and reason, then by code. */
    hints: {
      logged_out: "Log in to CTI to take calls.",
      business: "You get no calls. Choose Ready when you can take the next one.",
      "business missed": "You did not take the last call, and get no more until you choose Ready.",
      "business absent": "Nobody was at this page for a while, so you get no calls. Choose Ready when you are back.",
      ready: "You are waiting for a call.",
      rest: "You are on a break and get no calls.",
      ringing: "A call rings for you.",
      dialing: "Your call is being placed.",
      on_call: "You are on a call.",
      on_hold: "Your customer is on hold and hears music.",
      on_call_transfer_in_progress: "You are handing a customer over, or asking a colleague.",
      rejoining: "Your phone lost the call. It is being called back; who is on the line hears music.",
    },
    old: "This was your status when the connection was lost.",
    noCalls: {
      phone_unreachable: "You get no calls: your phone cannot be reached.",
      phone_busy: "You get no calls for a moment: your phone was busy when it was last called.",
    },
    noCallsOther: (why: string) => `You get no calls: ${why}.`,
    since: "for {time}",
    afterwards: (next: string) => `Afterwards: ${next}`,
    chooseNext: "What you choose now applies when the call ends.",
    choose: "Choose your status",
    chooseAfter: "Status after the call",
    ctiLogin: "CTI Login",
    loggingIn: "Logging in…",
    ctiLogout: "CTI logout",
    ctiLogoutAfter: "CTI logout after the call",
    whyChosen: (status: string) => `Why ${status}?`,
    noReason: "Without a reason",
    noCall: "No call",
    wrapUp: "Ticket processing",
    finishTicket: "Finish the ticket, then choose Ready for the next call.",
    lost: {
      phone: "Your phone was lost in mid-call and could not be called back. The customer went on without you.",
      call: "The call ended while the telephone server could not be reached.",
    },
    readyAgain: (left: string) => `You are Ready again in ${left}.`,
    shownAgain: "Calls are shown again when the controller is reached.",
    whenReady: "You get calls when your status is Ready.",
  },
  {
    title: "상태",
    codes: {
      logged_out: "CTI 로그아웃",
      business: "업무",
      ready: "대기",
      rest: "휴식",
      ringing: "수신 중",
      dialing: "발신 중",
      on_call: "통화 중",
      on_hold: "보류 중",
      on_call_transfer_in_progress: "통화 중 (호전환 진행 중)",
      rejoining: "통화 중 (전화기 재연결 중)",
    },
    reasons: { missed: "미응답", ticket_processing: "후처리", absent: "자리 비움" },
    hints: {
      logged_out: "전화를 받으려면 CTI에 로그인하세요.",
      business: "전화가 오지 않습니다. 다음 전화를 받을 수 있을 때 ‘대기’를 선택하세요.",
      "business missed": "지난 전화를 받지 않아, ‘대기’를 선택할 때까지 전화가 오지 않습니다.",
      "business absent": "한동안 이 페이지에 아무도 없어 전화가 오지 않습니다. 돌아오면 ‘대기’를 선택하세요.",
      ready: "전화를 기다리고 있습니다.",
      rest: "휴식 중이어서 전화가 오지 않습니다.",
      ringing: "전화가 왔습니다.",
      dialing: "전화를 거는 중입니다.",
      on_call: "통화 중입니다.",
      on_hold: "고객이 보류 상태로 음악을 듣고 있습니다.",
      on_call_transfer_in_progress: "고객을 호전환하거나 동료 상담원과 협의하고 있습니다.",
      rejoining: "전화기가 통화에서 끊겨 다시 연결하고 있습니다. 상대방은 음악을 듣고 있습니다.",
    },
    old: "연결이 끊어지기 전의 상태입니다.",
    noCalls: {
      phone_unreachable: "전화기에 연결할 수 없어 전화가 오지 않습니다.",
      phone_busy: "마지막 호출 때 전화기가 통화 중이어서 잠시 전화가 오지 않습니다.",
    },
    noCallsOther: (why: string) => `전화가 오지 않습니다. (${why})`,
    since: "{time} 경과",
    afterwards: (next: string) => `통화 후 상태: ${next}`,
    chooseNext: "지금 선택한 상태는 통화가 끝나면 적용됩니다.",
    choose: "상태 선택",
    chooseAfter: "통화 후 상태",
    ctiLogin: "CTI 로그인",
    loggingIn: "로그인하는 중…",
    ctiLogout: "CTI 로그아웃",
    ctiLogoutAfter: "통화 후 CTI 로그아웃",
    whyChosen: (status: string) => `‘${status}’ 사유를 선택하세요.`,
    noReason: "사유 없음",
    noCall: "통화 없음",
    wrapUp: "후처리",
    finishTicket: "티켓을 마무리한 뒤, 다음 전화를 받으려면 ‘대기’를 선택하세요.",
    lost: {
      phone: "통화 중에 내 전화기와의 연결이 끊겼고 다시 연결하지 못했습니다. 고객은 다른 상담원에게 연결됩니다.",
      call: "전화 서버에 연결할 수 없는 동안 통화가 종료되었습니다.",
    },
    readyAgain: (left: string) => `${left} 후에 다시 ‘대기’로 바뀝니다.`,
    shownAgain: "컨트롤러에 다시 연결되면 통화가 표시됩니다.",
    whenReady: "상태가 ‘대기’일 때 전화가 옵니다.",
  },
);

type StatusWords = Words<typeof status>;

/** What can be chosen, in the order in which it is shown. */
export const choices: readonly Choice[] = ["ready", "business", "rest"];

/** A status as people see it: "Business (Ticket Processing)". */
export function statusLabel(w: StatusWords, s: Pick<Status, "code" | "reason">, own?: Reasons): string {
  const code = lookUp(w.codes, s.code) ?? titleCase(s.code);
  if (!s.reason) return code;
  const name = own?.reasons.find((r) => r.code === s.reason)?.name;
  return `${code} (${name ?? lookUp(w.reasons, s.reason) ?? titleCase(s.reason)})`;
}

/** The reasons that can be chosen for a status. */
export function reasonsFor(own: Reasons, status: Choice): Reasons["reasons"] {
  return own.reasons.filter((r) => r.active && r.statuses.some((s) => s === status));
}

export function statusHint(
  w: StatusWords,
  s: Pick<Status, "code" | "reason">,
  feed: State["feed"],
): string | undefined {
  if (feed.kind === "offline") return w.old;
  return lookUp(w.hints, `${s.code} ${s.reason}`) ?? lookUp(w.hints, s.code);
}

/** Why a Ready agent gets no calls. Null: they do. */
export function notice(w: StatusWords, slug: string | undefined): string | null {
  if (slug === undefined || slug === "") return null;
  return lookUp(w.noCalls, slug) ?? w.noCallsOther(titleCase(slug).toLowerCase());
}
