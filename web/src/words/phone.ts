// The phone, its permissions and its sound.
import type { View } from "../feed/messages";
import type { Grade, Quality } from "../phone/quality";
import type { SoundFault } from "../state/sound";
import type { State } from "../state/state";
import { area, type Language, type Words } from "./area";
import { number } from "./format";

export const phone = area(
  {
    title: (number: string) => `Phone ${number}`,
    off: "Off",
    offHint: "It is switched on when you log in to CTI.",
    desk: "Desk phone registered",
    deskUnreachable: "Desk phone unreachable",
    deskHint: "You get no calls. Check that it is plugged in and registered.",
    elsewhere: "Registered in another tab",
    elsewhereNotYet: "In another tab",
    elsewhereHint: "Calls are heard there. Close that tab to take them in this one.",
    registered: "Registered",
    unconfirmed: "Registered, not confirmed yet",
    unconfirmedHint: "You get calls as soon as the controller has seen your phone.",
    refused: "Refused",
    refusedHint: (why: string) =>
      `You get no calls: the telephone server refused this phone (${why}). This page tries again; tell your administrator if it stays so.`,
    connecting: "Connecting…",
    connectingHint: (why: string) => `The telephone server cannot be reached yet (${why}); this page goes on trying.`,
    notifyWhy: "A notification can tell you of calls while you are in another window.",
    notify: "Allow notifications",
    pressOnce: "Press any button once, so that the browser lets this page ring.",
    microphoneWhy: "Callers hear you through your microphone, in calls only. The browser asks you to allow it.",
    microphone: "Allow microphone",
    microphoneDenied:
      "The microphone is blocked, so calls cannot be answered here. Allow it by the symbol beside the address, then reload.",
    insecure: "Calls need a secure page. Open this page by https, or on localhost.",
    /** Why there is no sound, and what to do. */
    faults: {
      elsewhere: "The sound of this call is in another tab of this browser.",
      unregistered:
        "There is no sound: your phone is not connected to the telephone server. This page goes on trying; check your network.",
      microphone: "Nobody hears you:",
      connecting: "The sound is being connected…",
      no_route:
        "There is no sound: the network lets none through between here and the telephone server. Try another network, without a VPN, and tell your administrator.",
      blocked: "The browser holds back the sound until you press a button.",
      lost: "The sound was lost: the network broke.",
      none: "This page has no sound of the call.",
      nothing_comes:
        "One-way sound: you are heard, but nothing arrives here. Ask whether you are heard, then hang up or transfer; tell your administrator if it happens again.",
      nothing_goes:
        "One-way sound: you hear the other side, but nothing of yours arrives there. Look at your microphone in Settings; tell your administrator if it happens again.",
      nothing_either: "There is no sound in either direction: the network holds it back. Check your network or VPN.",
    } satisfies Record<SoundFault, string>,
    quality: "Sound",
    grades: { good: "good", fair: "fair", poor: "poor" } satisfies Record<Grade, string>,
    loss: (percent: string) => `${percent} lost`,
    jitter: (ms: string) => `jitter ${ms} ms`,
    roundTrip: (ms: string) => `round trip ${ms} ms`,
    poorHint: "The network is bad: parts of words get lost. A cable is better than Wi-Fi; close what downloads.",
    tryAgain: "Try the microphone again",
    calledAgain: "Your phone is being called again.",
    notCalledAgain: "Your phone cannot be called again for this call.",
    hear: "Hear the caller",
    thenAnswer: "Then press Answer.",
    thenAnswerAgain: "Then press Answer again.",
  },
  {
    title: (number: string) => `전화기 ${number}`,
    off: "꺼짐",
    offHint: "CTI에 로그인하면 켜집니다.",
    desk: "데스크폰 등록됨",
    deskUnreachable: "데스크폰 연결 안 됨",
    deskHint: "전화가 오지 않습니다. 전원과 등록 상태를 확인하세요.",
    elsewhere: "다른 탭에서 등록됨",
    elsewhereNotYet: "다른 탭에서 사용 중",
    elsewhereHint: "통화 소리는 다른 탭에서 들립니다. 이 탭에서 받으려면 그 탭을 닫으세요.",
    registered: "등록됨",
    unconfirmed: "등록됨, 확인 대기",
    unconfirmedHint: "컨트롤러가 전화기를 확인하는 대로 전화가 옵니다.",
    refused: "거부됨",
    refusedHint: (why: string) =>
      `전화 서버가 이 전화기를 거부하여(${why}) 전화가 오지 않습니다. 이 페이지가 다시 시도합니다. 계속되면 관리자에게 알려 주세요.`,
    connecting: "연결하는 중…",
    connectingHint: (why: string) => `아직 전화 서버에 연결할 수 없습니다(${why}). 이 페이지가 계속 다시 시도합니다.`,
    notifyWhy: "다른 창을 보고 있을 때 전화가 오면 알림으로 알려 드립니다.",
    notify: "알림 허용",
    pressOnce: "이 페이지에서 벨이 울릴 수 있도록 아무 버튼이나 한 번 누르세요.",
    microphoneWhy: "통화할 때만 마이크로 고객에게 목소리를 전합니다. 브라우저가 허용 여부를 묻습니다.",
    microphone: "마이크 허용",
    microphoneDenied:
      "마이크가 차단되어 여기서 전화를 받을 수 없습니다. 주소 표시줄의 아이콘에서 허용한 다음 새로 고치세요.",
    insecure: "통화하려면 보안 연결이 필요합니다. https 또는 localhost로 접속하세요.",
    faults: {
      elsewhere: "이 통화의 소리는 이 브라우저의 다른 탭에서 들립니다.",
      unregistered:
        "소리가 들리지 않습니다. 전화기가 전화 서버에 연결되어 있지 않습니다. 이 페이지가 계속 시도하니 네트워크를 확인하세요.",
      microphone: "상대방에게 내 목소리가 들리지 않습니다.",
      connecting: "소리를 연결하는 중…",
      no_route:
        "소리가 들리지 않습니다. 이 컴퓨터와 전화 서버 사이의 네트워크가 음성을 막고 있습니다. VPN을 끄거나 다른 네트워크를 사용해 보고 관리자에게 알려 주세요.",
      blocked: "버튼을 누를 때까지 브라우저가 소리를 막고 있습니다.",
      lost: "네트워크 문제로 소리가 끊어졌습니다.",
      none: "이 페이지에는 이 통화의 소리가 없습니다.",
      nothing_comes:
        "한쪽만 들리는 상태입니다. 내 목소리는 전달되지만 상대방 소리가 오지 않습니다. 상대방에게 들리는지 확인한 뒤 끊거나 호전환하고, 반복되면 관리자에게 알려 주세요.",
      nothing_goes:
        "한쪽만 들리는 상태입니다. 상대방 소리는 들리지만 내 목소리가 전달되지 않습니다. 설정에서 마이크를 확인하고, 반복되면 관리자에게 알려 주세요.",
      nothing_either: "양쪽 모두 소리가 들리지 않습니다. 네트워크가 음성을 막고 있으니 네트워크나 VPN을 확인하세요.",
    },
    quality: "통화 품질",
    grades: { good: "좋음", fair: "보통", poor: "나쁨" },
    loss: (percent: string) => `손실 ${percent}`,
    jitter: (ms: string) => `지터 ${ms}ms`,
    roundTrip: (ms: string) => `왕복 지연 ${ms}ms`,
    poorHint:
      "네트워크 상태가 나빠 말이 끊겨 들릴 수 있습니다. 무선보다 유선 연결이 좋으며, 다운로드 중인 프로그램을 닫으세요.",
    tryAgain: "마이크 다시 시도",
    calledAgain: "전화기를 다시 호출하고 있습니다.",
    notCalledAgain: "이 통화로는 전화기를 다시 호출할 수 없습니다.",
    hear: "통화 소리 듣기",
    thenAnswer: "그런 다음 ‘받기’를 누르세요.",
    thenAnswerAgain: "그런 다음 ‘받기’를 다시 누르세요.",
  },
);

type PhoneWords = Words<typeof phone>;

export interface Summary {
  tone: "good" | "warn" | "bad" | "off";
  label: string;
  hint: string | null;
}

/** The phone in one line. What the server says of it (reachable) counts; what this tab knows explains it. */
export function phoneSummary(w: PhoneWords, phone: State["phone"], view: View): Summary {
  const { reachable, device } = view.phone;
  if (view.status.code === "logged_out") return { tone: "off", label: w.off, hint: w.offHint };
  if (device === "desk") {
    return reachable
      ? { tone: "good", label: w.desk, hint: null }
      : { tone: "bad", label: w.deskUnreachable, hint: w.deskHint };
  }
  if (phone.holder === "another_tab") {
    const [tone, label] = reachable ? (["good", w.elsewhere] as const) : (["warn", w.elsewhereNotYet] as const);
    return { tone, label, hint: w.elsewhereHint };
  }
  switch (phone.registration) {
    case "registered":
      return reachable
        ? { tone: "good", label: w.registered, hint: null }
        : { tone: "warn", label: w.unconfirmed, hint: w.unconfirmedHint };
    case "refused":
      return { tone: "bad", label: w.refused, hint: w.refusedHint(phone.why) };
    default:
      return { tone: "warn", label: w.connecting, hint: phone.why === "" ? null : w.connectingHint(phone.why) };
  }
}

/** What is wrong with the sound, and what happens; again: the server would call this phone again. */
export function soundText(w: PhoneWords, fault: SoundFault, again: boolean): string {
  const text = w.faults[fault];
  return fault === "lost" || fault === "none" || fault === "no_route"
    ? `${text} ${again ? w.calledAgain : w.notCalledAgain}`
    : text;
}

/** The numbers behind the grade: "0.4% lost · jitter 3 ms · round trip 41 ms". */
export function qualityNumbers(language: Language, q: Quality): string {
  const w = phone[language];
  const ms = (n: number) => number(language, Math.round(n));
  const percent = number(language, q.loss, { style: "percent", maximumFractionDigits: 1 });
  const parts = [w.loss(percent), w.jitter(ms(q.jitter))];
  return [...parts, ...(q.roundTrip === null ? [] : [w.roundTrip(ms(q.roundTrip))])].join(" · ");
}
