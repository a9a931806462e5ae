// The connection to the controller.
import type { FeedStatus } from "../feed/client";
import { area, type Words } from "./area";

export const connection = area(
  {
    labels: {
      idle: "Not connected",
      connecting: "Connecting…",
      live: "Connected",
      stale: "Reconnecting…",
      offline: "Offline",
      stopped: "Disconnected",
    } satisfies Record<FeedStatus["kind"], string>,
    stale:
      "The connection to the controller was lost. What you see may be out of date; this page reconnects by itself.",
    unreached: "The controller cannot be reached. Check your network; this page goes on trying.",
    offline:
      "The controller has been out of reach for a while. What you see is out of date. A call that you have goes on; this page goes on trying.",
    tooManyTabs: "This page is open in too many tabs. Close some of them, then reload this one.",
    noAgent: "Your account is no agent's account, so there are no calls to show. Ask your administrator.",
    notUnderstood: (code: string) =>
      `The controller does not understand this page (${code}). Reload it; if that does not help, tell your administrator.`,
    noCode: "no code",
  },
  {
    labels: {
      idle: "연결 안 됨",
      connecting: "연결하는 중…",
      live: "연결됨",
      stale: "다시 연결하는 중…",
      offline: "오프라인",
      stopped: "연결 끊김",
    },
    stale: "컨트롤러와의 연결이 끊어졌습니다. 화면의 내용이 최신이 아닐 수 있으며, 자동으로 다시 연결합니다.",
    unreached: "컨트롤러에 연결할 수 없습니다. 네트워크를 확인하세요. 이 페이지가 계속 다시 시도합니다.",
    offline:
      "컨트롤러에 연결되지 않은 지 시간이 지났습니다. 화면의 내용은 최신이 아닙니다. 진행 중인 통화는 그대로 이어지며, 이 페이지가 계속 다시 시도합니다.",
    tooManyTabs: "이 페이지가 너무 많은 탭에 열려 있습니다. 몇 개를 닫은 다음 이 탭을 새로 고치세요.",
    noAgent: "상담원 계정이 아니어서 표시할 통화가 없습니다. 관리자에게 문의하세요.",
    notUnderstood: (code: string) =>
      `컨트롤러가 이 페이지를 이해하지 못합니다(${code}). 새로 고쳐 보고, 그래도 계속되면 관리자에게 알려 주세요.`,
    noCode: "코드 없음",
  },
);

/** What a missing connection means. known: something is shown already. Null: nothing is missing, or only since a moment ago. */
export function connectionMeaning(w: Words<typeof connection>, feed: FeedStatus, known: boolean): string | null {
  switch (feed.kind) {
    case "stale":
      return w.stale;
    case "offline":
      return known ? w.offline : w.unreached;
    case "stopped":
      return stopped(w, feed.code);
    default:
      return null;
  }
}

/** Why the feed was given up. */
function stopped(w: Words<typeof connection>, code: number | null): string {
  if (code === 4203) return w.tooManyTabs;
  if (code === 4204) return w.noAgent;
  return w.notUnderstood(code === null ? w.noCode : String(code));
}
