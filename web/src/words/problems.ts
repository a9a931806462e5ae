// Why something was refused or failed, by its code.
//
// The server says it in English, often with particulars that no code carries: English shows its words. Korean has a sentence
// for each code, and quotes the server where the particulars matter. A code that is not known here is said in the server's words.
import type { MicrophoneFault } from "../phone/phone";
import { area, type Language, lookUp } from "./area";
import { sentence } from "./format";

/** A refusal: its code, and the server's words for it. */
export interface Complaint {
  code: string;
  detail: string;
}

export const microphoneFaults = area(
  {
    denied: "The browser does not let this page use your microphone. Allow it in the address bar.",
    missing: "No microphone was found. Plug one in.",
    busy: "Another program is using your microphone. Close it.",
    insecure: "Browsers give a microphone to secure pages only. Open this page by https, or on localhost.",
  } satisfies Record<MicrophoneFault, string>,
  {
    denied: "브라우저가 이 페이지의 마이크 사용을 막고 있습니다. 주소 표시줄에서 허용하세요.",
    missing: "마이크를 찾을 수 없습니다. 마이크를 연결하세요.",
    busy: "다른 프로그램이 마이크를 사용하고 있습니다. 그 프로그램을 닫으세요.",
    insecure: "마이크는 보안 연결에서만 사용할 수 있습니다. https 또는 localhost로 접속하세요.",
  },
);

/** What this page itself finds. */
const found = area(
  {
    unreachable: "Nothing was changed for certain. Check your network; this page goes on trying by itself.",
    page_error: "This page made a mistake. Reload it; if it happens again, tell your administrator.",
    list_unread: "The list could not be read.",
    numbers_unread: "The numbers could not be read.",
    unexplained: (status: string) =>
      `The answer was ${status} without an explanation. Try again; if it stays, tell your administrator.`,
  },
  {
    unreachable: "실제로 적용되었는지 확인할 수 없습니다. 네트워크를 확인하세요. 이 페이지가 자동으로 계속 시도합니다.",
    page_error: "이 페이지에 오류가 발생했습니다. 새로 고쳐 보고, 다시 발생하면 관리자에게 알려 주세요.",
    list_unread: "목록을 불러오지 못했습니다.",
    numbers_unread: "번호를 불러오지 못했습니다.",
    unexplained: (status: string) =>
      `서버가 설명 없이 ${status}(으)로 응답했습니다. 다시 시도해 보고, 계속되면 관리자에게 알려 주세요.`,
  },
);

/** A complaint in words: why, and what to do next. */
export function explain(language: Language, { code, detail }: Complaint): string {
  const { unexplained, ...own } = found[language];
  const microphone = code.startsWith("microphone_") ? code.slice("microphone_".length) : "";
  const status = /^http_(\d{3})$/.exec(code)?.[1];
  return (
    lookUp(own, code) ??
    lookUp(microphoneFaults[language], microphone) ??
    (status === undefined ? undefined : unexplained(status)) ??
    (language === "ko" ? inKorean(code, detail) : undefined) ??
    inEnglish(code, detail)
  );
}

/** The server's own words as sentences, with what to do where they do not say it. */
function inEnglish(code: string, detail: string): string {
  switch (code) {
    case "not_available": // it ends with a slug
      return `${sentence(detail.replaceAll("_", " "))} Try again when that has changed.`;
    case "outbound_off":
      return `${sentence(detail)} Ask your administrator.`;
    default:
      return sentence(detail);
  }
}

function inKorean(code: string, detail: string): string | undefined {
  const words = lookUp(korean, code);
  if (words === undefined) return undefined;
  if (code === "not_available") {
    const why = lookUp(unavailable, /: ([a-z_]+)$/.exec(detail)?.[1] ?? "");
    return why === undefined ? words : `${words} (${why})`;
  }
  return quoted.has(code) && detail !== "" ? `${words} (${detail})` : words;
}

/** Why somebody cannot be called, by the slugs of the agent's record. */
const unavailable: Readonly<Record<string, string>> = {
  phone_unreachable: "전화기에 연결할 수 없음",
  phone_busy: "전화기 통화 중",
  logged_out: "CTI 로그아웃 상태",
  not_ready: "대기 상태 아님",
  rest: "휴식 중",
  business: "업무 중",
  in_call: "통화 중",
};

/** Codes whose particulars only the server's words have. */
const quoted: ReadonlySet<string> = new Set([
  "invalid",
  "bad_request",
  "bad_csv",
  "bad_number",
  "taken",
  "in_use",
  "provider_away",
  "provider_unfit",
  "other_address",
]);

/** Each code of the API's contract; a test reads them from the server's source. */
export const korean: Readonly<Record<string, string>> = {
  bad_cursor: "목록의 다음 위치를 찾을 수 없습니다. 처음부터 다시 불러오세요.",
  bad_disposition: "서비스에 정해진 처리 결과 중에서 선택하세요.",
  bad_code: "코드가 올바르지 않거나 이미 사용되었습니다. 다음 코드를 기다렸다가 입력하세요.",
  bad_content_type: "지원하지 않는 형식입니다.",
  bad_credentials: "사용자 이름 또는 비밀번호가 올바르지 않습니다.",
  bad_csv: "CSV 파일을 읽을 수 없습니다.",
  bad_json: "요청 형식이 올바르지 않습니다.",
  bad_key: "유효하지 않거나 폐기된 키입니다. 관리자에게 새 키를 요청하세요.",
  bad_label: "이름이 올바르지 않습니다. 한 줄로 입력하세요.",
  bad_number: "전화번호가 올바르지 않습니다. 다시 확인하세요.",
  bad_origin: "이 주소에서는 연결할 수 없습니다. 관리자에게 문의하세요.",
  bad_range:
    "기간이 올바르지 않습니다. 시작일이 종료일보다 늦지 않아야 하며, 시간 단위는 31일, 일 단위와 내보내기는 366일까지입니다.",
  bad_refresh_token: "세션이 만료되었습니다. 다시 로그인하세요.",
  bad_reset_token: "더 이상 사용할 수 없는 링크입니다. 관리자에게 새 링크를 요청하세요.",
  bad_request: "요청이 올바르지 않습니다.",
  bad_status: "선택할 수 없는 상태입니다.",
  bad_target: "본인이 아닌 다른 상담원이나 대기열을 선택하세요.",
  bad_token: "로그인 정보가 유효하지 않습니다. 다시 로그인하세요.",
  caller_id_not_registered: "서비스에 등록된 발신 번호를 선택하세요.",
  changed_meanwhile: "그 사이 다른 사용자가 변경했습니다. 다시 불러온 뒤 수정하세요.",
  claim_missing: "인증 서비스에서 사용자 정보를 받지 못했거나 확인되지 않은 정보입니다. 관리자에게 문의하세요.",
  code_required: "인증 앱에 표시된 코드 또는 복구 코드를 입력하세요.",
  customer_in_call: "고객이 통화 중이어서 변경할 수 없습니다. 통화가 끝난 뒤 다시 시도하세요.",
  damaged_secret: "저장된 비밀 정보가 손상되었습니다. 다시 입력하세요.",
  deactivated: "비활성화된 계정입니다. 관리자에게 문의하세요.",
  destination_denied: "발신이 허용되지 않은 번호입니다. 필요하면 관리자에게 문의하세요.",
  factor_exists: "이미 2단계 인증을 사용하고 있습니다. 다시 설정하려면 먼저 해제하세요.",
  identity_taken: "이 사용자에게 인증 서비스의 다른 계정이 연결되어 있습니다. 관리자에게 연결 해제를 요청하세요.",
  in_progress: "같은 요청을 아직 처리하고 있습니다. 잠시 후 다시 시도하세요.",
  in_use: "다른 곳에서 사용 중이어서 변경하거나 삭제할 수 없습니다.",
  inactive: "비활성화된 사용자입니다. 먼저 활성화하세요.",
  internal: "서버 내부 오류가 발생했습니다. 다시 시도해 보고, 계속되면 관리자에게 알려 주세요.",
  invalid: "입력한 값이 올바르지 않습니다.",
  key_expired: "키의 사용 기간이 끝났습니다. 관리자에게 새 키를 요청하세요.",
  key_reused: "이미 다른 요청에 사용된 요청 키입니다. 다시 시도하세요.",
  last_administrator: "마지막 관리자는 삭제하거나 권한을 뺄 수 없습니다.",
  listed_twice: "이미 목록에 있습니다. 하나만 남기세요.",
  method_not_allowed: "이 경로에서 지원하지 않는 요청입니다.",
  no_caller_id: "서비스에 등록된 발신 번호가 없습니다. 관리자에게 등록을 요청하세요.",
  no_cti_account: "CTI ID와 내선번호가 배정되지 않았습니다. 관리자에게 배정을 요청하세요.",
  no_permission: "권한이 없습니다. 관리자에게 권한을 요청하세요.",
  no_phone: "CTI ID와 내선번호가 배정되지 않았습니다. 관리자에게 배정을 요청하세요.",
  no_route: "이 번호로 나가는 회선이 없습니다. 관리자에게 경로 설정을 요청하세요.",
  no_secret_key: "비밀 정보를 암호화할 키가 설정되어 있지 않습니다. 관리자에게 문의하세요.",
  no_sip_socket: "이 컨트롤러는 브라우저 전화기를 연결하지 않습니다. 관리자에게 설정을 요청하세요.",
  no_token: "로그인이 필요합니다.",
  not_a_demo: "체험용 컨트롤러가 아닙니다. 대기열 번호로 직접 전화를 걸어 보세요.",
  not_an_agent: "상담원 권한이 없습니다. 상담원 계정으로 로그인하거나 관리자에게 권한을 요청하세요.",
  not_an_origin:
    "사이트 주소가 올바르지 않습니다. https://crm.example처럼 소문자로, 경로나 * 없이 입력하세요. 기본 포트는 생략합니다.",
  not_available: "지금은 연결할 수 없습니다. 상태가 바뀐 뒤 다시 시도하세요.",
  not_found: "해당 항목을 찾을 수 없습니다.",
  not_logged_in: "먼저 CTI에 로그인하세요.",
  not_ready: "컨트롤러가 아직 준비되지 않았습니다. 잠시 후 다시 시도하세요.",
  not_registered: "등록되지 않은 사용자입니다. 관리자에게 등록을 요청하세요.",
  not_yours: "이 통화는 더 이상 나에게 배정되어 있지 않습니다.",
  number_taken: "이미 등록된 번호입니다.",
  origin_insecure: "https 사이트만 등록할 수 있습니다. http는 localhost에서만 쓸 수 있습니다.",
  other_address: "지정된 주소가 아닌 곳에서 접속했습니다. 올바른 주소에서 다시 로그인하세요.",
  outbound_off: "이 서비스에서는 발신할 수 없습니다. 관리자에게 문의하세요.",
  overloaded: "지금은 요청이 많습니다. 잠시 후 다시 시도하세요.",
  password_login_off: "비밀번호로 로그인할 수 없는 계정입니다. 아래에서 인증 서비스를 선택해 로그인하세요.",
  password_too_common: "너무 쉬운 비밀번호입니다. 다른 단어를 선택하세요.",
  password_too_long: "비밀번호는 1024바이트까지 쓸 수 있습니다.",
  password_too_short: "비밀번호는 12자 이상이어야 합니다. 서로 관련 없는 단어 몇 개가 외우기 쉽습니다.",
  password_unchanged: "지금 쓰는 비밀번호입니다. 다른 비밀번호를 선택하세요.",
  phone_holds: "전화기의 보류 키로 통화를 보류했습니다. 전화기에서 보류를 해제하세요.",
  prompt_empty: "빈 파일입니다. 녹음 파일을 다시 선택하세요.",
  prompt_in_use: "서비스에서 사용 중인 안내 멘트입니다. 먼저 다른 멘트를 선택하세요.",
  prompt_not_audio: "읽을 수 있는 녹음 파일이 아닙니다. WAV 또는 MP3 파일을 올리세요.",
  prompt_silent: "소리가 없는 녹음입니다. 다른 파일을 올리세요.",
  prompt_too_large: "파일이 너무 큽니다. 더 작은 파일을 올리세요.",
  prompt_too_long: "녹음이 너무 깁니다. 더 짧은 파일을 올리세요.",
  prompt_truncated: "파일이 중간에 잘려 있습니다. 다시 올리세요.",
  provider_away: "인증 서비스에 연결할 수 없습니다.",
  provider_denied: "인증 서비스에서 로그인이 거부되었거나 취소되었습니다. 다시 시도하거나 관리자에게 문의하세요.",
  provider_failed: "인증 서비스의 응답이 올바르지 않습니다. 다시 시도해 보고, 계속되면 관리자에게 알려 주세요.",
  provider_unfit: "사용할 수 없는 인증 서비스입니다.",
  public_url_unknown: "컨트롤러의 공개 주소가 설정되어 있지 않습니다. 관리자에게 문의하세요.",
  reason_inactive: "더 이상 사용하지 않는 사유입니다. 다른 사유를 선택하세요.",
  reason_required: "사유를 선택하세요.",
  rows_refused: "등록하지 못했습니다. 표시된 행을 고친 뒤 파일 전체를 다시 올리세요.",
  second_factor_required: "관리자는 2단계 인증을 설정해야 합니다. 설정한 뒤 다시 로그인하세요.",
  session_revoked: "세션이 종료되었습니다. 다시 로그인하세요.",
  sign_in_expired: "로그인 시간이 지났거나 이미 끝난 로그인입니다. 처음부터 다시 로그인하세요.",
  sign_in_unavailable:
    "지금은 이 인증 서비스로 로그인할 수 없습니다. 잠시 후 다시 시도하고, 계속되면 관리자에게 알려 주세요.",
  sip_unavailable: "전화 시스템이 응답하지 않습니다. 전화기가 자동으로 다시 시도합니다.",
  store_away: "컨트롤러가 데이터베이스에 연결할 수 없습니다. 잠시 후 다시 시도하세요.",
  taken: "이미 사용 중인 값입니다.",
  timeout: "시간이 초과되어 처리 여부를 알 수 없습니다. 현재 상태를 확인한 뒤 다시 시도하세요.",
  token_expired: "로그인 시간이 만료되었습니다. 다시 로그인하세요.",
  too_large: "파일이나 요청이 너무 큽니다.",
  too_many: "더 이상 추가할 수 없습니다.",
  too_many_attempts: "시도 횟수가 너무 많습니다. 잠시 기다리거나 관리자에게 문의하세요.",
  too_many_numbers: "자주 쓰는 번호를 더 이상 추가할 수 없습니다. 쓰지 않는 번호를 삭제하세요.",
  too_many_prompts: "안내 멘트는 서비스당 50개까지 보관할 수 있습니다. 쓰지 않는 멘트를 삭제하세요.",
  too_many_requests: "요청이 너무 많습니다. 잠시 후 다시 시도하세요.",
  unknown_act: "해당 변경 이력을 찾을 수 없습니다.",
  unknown_agent: "해당 상담원을 찾을 수 없습니다.",
  unknown_call: "해당 통화를 찾을 수 없습니다.",
  unknown_customer: "해당 고객을 찾을 수 없습니다.",
  unknown_factor: "설정 중인 2단계 인증이 없습니다. 처음부터 다시 설정하세요.",
  unknown_delivery: "해당 전송 기록을 찾을 수 없습니다.",
  unknown_field: "서버가 알지 못하는 항목이 들어 있습니다.",
  unknown_identity: "연결된 계정을 찾을 수 없습니다.",
  unknown_key: "해당 키를 찾을 수 없습니다.",
  unknown_number: "해당 번호를 찾을 수 없습니다.",
  unknown_person: "해당 사용자를 찾을 수 없습니다.",
  unknown_placeholder: "주소 틀에 알 수 없는 항목이 있습니다. 사용할 수 있는 항목만 넣으세요.",
  unknown_prompt: "해당 안내 멘트를 찾을 수 없습니다.",
  unknown_provider: "해당 인증 서비스를 찾을 수 없습니다.",
  unknown_queue: "해당 대기열을 찾을 수 없습니다.",
  unknown_reason: "목록에 없는 사유입니다. 목록에서 선택하세요.",
  unknown_reset: "사용할 수 있는 링크가 없습니다.",
  unknown_route: "해당 경로를 찾을 수 없습니다.",
  unknown_secret_key: "이 비밀 정보를 암호화한 키를 찾을 수 없습니다. 관리자에게 문의하세요.",
  unknown_service: "해당 서비스를 찾을 수 없습니다.",
  unknown_target: "연결할 대상을 찾을 수 없습니다.",
  unknown_ticket: "해당 티켓을 찾을 수 없습니다.",
  unknown_trunk: "해당 회선을 찾을 수 없습니다.",
  unknown_webhook: "해당 웹훅을 찾을 수 없습니다.",
  version_required: "먼저 현재 내용을 불러온 뒤 수정하세요.",
  webhook_off: "꺼져 있는 웹훅입니다. 먼저 웹훅을 켜세요.",
  websocket_required: "WebSocket 연결이 필요합니다.",
  wrong_code: "코드가 올바르지 않습니다. 인증 앱 기기의 시계를 확인하세요.",
  wrong_password: "현재 비밀번호가 올바르지 않습니다.",
  wrong_status: "지금 티켓 상태에서는 할 수 없습니다.",
  wrong_state: "지금 통화 상태에서는 할 수 없습니다.",
};
