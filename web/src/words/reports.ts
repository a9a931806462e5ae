// Reports.
import type { Period } from "../console/reports/report";
import { area, type Language } from "./area";
import { plain } from "./format";

export const reports = area(
  {
    of: "About",
    ofs: { calls: "Calls", agents: "Agents" },
    period: "By",
    periods: {
      hour: "Hour",
      day: "Day",
      week: "Week",
      month: "Month",
      whole: "The whole time",
    } satisfies Record<Period, string>,
    split: "A line for each",
    splits: { service: "Service", queue: "Queue" },
    zone: (zone: string) => `Days and hours are those of the service: ${zone}.`,
    zones: "Days and hours are those of each call's service.",
    none: "There were no calls in this time.",
    noLevel: "The service level is there for inbound calls.",
    long: (shown: string, all: string) => `The first ${shown} of ${all} lines. The file has all of them.`,
    table: "Report",
    csv: "Download as CSV",
    when: "Period",
    total: "Total",
    calls: "Calls",
    completed: "Completed",
    abandoned: "Abandoned",
    overflow: "Overflow",
    refused: "Refused",
    unanswered: "Unanswered",
    level: "Within 20 s",
    wait: "Average wait",
    longest: "Longest wait",
    talk: "Average talk",
    agent: "Agent",
    offers: "Offers",
    misses: "Missed",
    taken: "Talked in",
    talkTime: "Talking",
    holdTime: "On hold",
    consultTime: "Consultation",
    wrapUp: "Ticket processing",
    chartCalls: "Calls in each period: filled, those completed; striped, the others. The table has the numbers.",
    chartAgents: "Offers in each period: filled, those taken; striped, those missed. The table has the numbers.",
    weekOf: (day: string) => `Week of ${day}`,
  },
  {
    of: "대상",
    ofs: { calls: "통화", agents: "상담원" },
    period: "단위",
    periods: { hour: "시간", day: "일", week: "주", month: "월", whole: "전체 기간" },
    split: "구분",
    splits: { service: "서비스", queue: "대기열" },
    zone: (zone: string) => `날짜와 시간은 서비스의 시간대(${zone}) 기준입니다.`,
    zones: "날짜와 시간은 각 통화의 서비스 시간대 기준입니다.",
    none: "이 기간에는 통화가 없습니다.",
    noLevel: "서비스 수준은 수신 통화에서만 볼 수 있습니다.",
    long: (shown: string, all: string) => `전체 ${all}줄 중 처음 ${shown}줄입니다. 파일에는 모두 있습니다.`,
    table: "보고서",
    csv: "CSV 다운로드",
    when: "기간",
    total: "합계",
    calls: "통화",
    completed: "완료",
    abandoned: "포기",
    overflow: "초과",
    refused: "거부",
    unanswered: "미응답",
    level: "20초 내 응답",
    wait: "평균 대기",
    longest: "최장 대기",
    talk: "평균 통화",
    agent: "상담원",
    offers: "연결 시도",
    misses: "부재중",
    taken: "응대 통화",
    talkTime: "통화",
    holdTime: "보류",
    consultTime: "협의통화",
    wrapUp: "후처리",
    chartCalls: "기간별 통화 수입니다. 채운 부분은 완료, 빗금은 그 밖의 통화입니다. 수치는 표에 있습니다.",
    chartAgents: "기간별 연결 시도 수입니다. 채운 부분은 응답, 빗금은 부재중입니다. 수치는 표에 있습니다.",
    weekOf: (day: string) => `${day} 주`,
  },
);

/** A period of a report, as the API writes it: 2026-11-29T13, 2026-11-29, 2026-11, "". It belongs to the service's time zone, and stays as it is. */
export function periodName(language: Language, period: string, by: Period): string {
  if (period === "") return reports[language].periods.whole;
  const parts = /^(\d{4})-(\d\d)(?:-(\d\d)(?:T(\d\d))?)?$/.exec(period);
  if (parts === null) return plain(period);
  const [, year, month, date, hour] = parts;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(date ?? 1), Number(hour ?? 0));
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", year: "numeric", month: "short" };
  if (date !== undefined) options.day = "numeric";
  const day = new Intl.DateTimeFormat(language, options).format(at);
  if (hour !== undefined) return `${day} ${hour}:00`;
  return by === "week" ? reports[language].weekOf(day) : day;
}
