// Calling a customer, and why one that was called was not reached.
import type { DialFailure, View } from "../feed/messages";
import { area, lookUp, type Words } from "./area";
import { plain } from "./format";

type Reached = Exclude<DialFailure["why"], `own_phone_${string}`>;
type OwnPhone = Extract<DialFailure["why"], `own_phone_${string}`>;

export const dial = area(
  {
    open: "Dial up…",
    title: "Dial up",
    number: "Customer’s number",
    callerId: "Caller ID: the number that the customer sees",
    serviceDefault: "The default of your service",
    none: "None",
    noCallerId:
      "No calling number is registered for your service, so it cannot call customers. Ask your administrator.",
    confirm: "Confirm",
    lately: "Dialled lately in this browser",
    notReached: {
      busy: (n: string) => `${n} is busy. Try again later.`,
      declined: (n: string) => `${n} declined your call.`,
      no_answer: (n: string) => `${n} did not answer.`,
      unreachable: (n: string) => `${n} cannot be reached now: the telephone may be off, or without a network.`,
      invalid_number: (n: string) => `${n} is not a number in use. Look whether every digit is right.`,
      trunk_failed: (n: string) =>
        `${n} could not be called: the line to the telephone network is out of order. Tell your administrator.`,
      trunk_full: (n: string) =>
        `${n} could not be called: all lines to the telephone network are in use. Try again in a moment.`,
      lost: (n: string) => `${n} was lost while being called. Try again.`,
    } satisfies Record<Reached, (n: string) => string>,
    notReachedOther: (n: string) => `${n} could not be reached.`,
    notCalled: (n: string) => `${n} was not called.`,
    ownPhone: {
      own_phone_no_answer: "Your own phone, which comes first, was not answered.",
      own_phone_declined: "Your own phone, which comes first, declined.",
      own_phone_busy: "Your own phone, which comes first, was busy.",
      own_phone_unreachable: "Your own phone, which comes first, cannot be reached. See what is said under Phone.",
      own_phone_lost: "The connection to your own phone was lost. Try again.",
    } satisfies Record<OwnPhone, string>,
    ownPhoneOther: "Your own phone, which comes first, could not be called.",
  },
  {
    open: "전화 걸기…",
    title: "전화 걸기",
    number: "고객 전화번호",
    callerId: "발신 번호 (고객에게 표시되는 번호)",
    serviceDefault: "서비스의 기본 발신 번호",
    none: "없음",
    noCallerId: "서비스에 등록된 발신 번호가 없어 고객에게 전화를 걸 수 없습니다. 관리자에게 문의하세요.",
    confirm: "확인",
    lately: "이 브라우저에서 최근에 건 번호",
    notReached: {
      busy: (n: string) => `${n}: 상대방이 통화 중입니다. 나중에 다시 걸어 보세요.`,
      declined: (n: string) => `${n}: 상대방이 전화를 거절했습니다.`,
      no_answer: (n: string) => `${n}: 상대방이 전화를 받지 않았습니다.`,
      unreachable: (n: string) =>
        `${n}: 지금 연결할 수 없습니다. 전화기가 꺼져 있거나 통신이 되지 않는 곳일 수 있습니다.`,
      invalid_number: (n: string) => `${n}: 없는 번호입니다. 번호를 다시 확인하세요.`,
      trunk_failed: (n: string) => `${n}: 전화망 회선 장애로 걸지 못했습니다. 관리자에게 알려 주세요.`,
      trunk_full: (n: string) => `${n}: 전화망 회선이 모두 사용 중이어서 걸지 못했습니다. 잠시 후 다시 걸어 보세요.`,
      lost: (n: string) => `${n}: 거는 도중 연결이 끊어졌습니다. 다시 걸어 보세요.`,
    },
    notReachedOther: (n: string) => `${n}: 연결하지 못했습니다.`,
    notCalled: (n: string) => `${n}: 전화를 걸지 못했습니다.`,
    ownPhone: {
      own_phone_no_answer: "먼저 연결되는 내 전화기를 받지 않았습니다.",
      own_phone_declined: "먼저 연결되는 내 전화기에서 거절했습니다.",
      own_phone_busy: "먼저 연결되는 내 전화기가 통화 중이었습니다.",
      own_phone_unreachable: "먼저 연결되는 내 전화기에 연결할 수 없습니다. ‘전화기’에 표시된 안내를 확인하세요.",
      own_phone_lost: "내 전화기와의 연결이 끊어졌습니다. 다시 걸어 보세요.",
    },
    ownPhoneOther: "먼저 연결되는 내 전화기에 걸지 못했습니다.",
  },
);

/** Why the last call that the agent placed came to nothing. Null: there is nothing to say, or it was read. */
export function dialFailure(w: Words<typeof dial>, view: View, dismissed: string): string | null {
  const f = view.dial_failure;
  if (f === undefined || f.call === dismissed) return null;
  const number = plain(f.number);
  if (f.why.startsWith("own_phone_")) {
    return `${w.notCalled(number)} ${lookUp(w.ownPhone, f.why) ?? w.ownPhoneOther}`;
  }
  return (lookUp(w.notReached, f.why) ?? w.notReachedOther)(number);
}
