// Words of trunks, routes and emergency numbers.
import { area } from "../../words/area";

export const trunks = area(
  {
    title: "Trunks",
    intro: "Ways out to the telephone network: endpoints of Asterisk's own configuration.",
    make: "New trunk",
    trunk: "Trunk",
    name: "Name",
    stays: "Letters, digits, dots, dashes and underscores. It stays.",
    endpoint: "PJSIP endpoint",
    endpointHint: "Its name in Asterisk's configuration, such as carrier-1.",
    format: "Numbers are written as",
    formats: {
      e164: "+ and country code (+82255550199)",
      digits: "Country code without + (82255550199)",
      national: "National (0255550199)",
      international: "International prefix (0082255550199)",
    },
    country: "Country",
    countryHint: "Two capital letters, such as KR. Needed where numbers are written as national.",
    channels: "Calls at a time",
    channelsHint: "Of one controller. 0: no limit is known.",
    enabled: "In use",
  },
  {
    title: "회선",
    intro: "전화망으로 나가는 회선입니다. Asterisk 설정에 있는 엔드포인트를 사용합니다.",
    make: "새 회선",
    trunk: "회선",
    name: "이름",
    stays: "영문자, 숫자, 점, 하이픈, 밑줄만 쓸 수 있습니다. 나중에 바꿀 수 없습니다.",
    endpoint: "PJSIP 엔드포인트",
    endpointHint: "Asterisk 설정에 있는 이름입니다. 예: carrier-1",
    format: "번호 형식",
    formats: {
      e164: "+와 국가 번호 (+82255550199)",
      digits: "+ 없는 국가 번호 (82255550199)",
      national: "국내 번호 (0255550199)",
      international: "국제 전화 접두 번호 (0082255550199)",
    },
    country: "국가",
    countryHint: "영문 대문자 두 글자입니다(예: KR). 국내 번호 형식일 때 필요합니다.",
    channels: "동시 통화 수",
    channelsHint: "컨트롤러 하나 기준입니다. 0이면 알 수 없음으로 봅니다.",
    enabled: "사용",
  },
);

export const routes = area(
  {
    title: "Routes",
    intro: "Which trunks a number goes out by. The longest prefix wins; its trunks are tried in order.",
    make: "New route",
    route: "Route",
    position: "Position",
    positionHint: "Of equal prefixes the lower wins.",
    prefixes: "Prefixes",
    prefixesHint: "+ and first digits, or a whole short code. + alone: all numbers.",
    trunks: "Trunks, in the order to try them",
    addTrunk: "Add a trunk",
  },
  {
    title: "발신 경로",
    intro: "번호마다 사용할 회선을 정합니다. 가장 긴 앞자리가 우선하며, 회선은 순서대로 시도합니다.",
    make: "새 발신 경로",
    route: "발신 경로",
    position: "순서",
    positionHint: "앞자리가 같으면 낮은 쪽이 우선합니다.",
    prefixes: "앞자리",
    prefixesHint: "+와 앞자리 숫자, 또는 짧은 번호 전체를 입력하세요. +만 입력하면 모든 번호입니다.",
    trunks: "회선 (시도할 순서대로)",
    addTrunk: "회선 추가",
  },
);

export const emergency = area(
  {
    title: "Emergency numbers",
    intro:
      "They always pass, from every phone, whatever the rules. Those of each service's country pass without being listed.",
    list: "Numbers",
    hint: "Two to eight digits, as they are dialled.",
  },
  {
    title: "긴급 번호",
    intro:
      "규칙과 관계없이 모든 전화기에서 항상 걸 수 있습니다. 서비스 국가의 긴급 번호는 목록에 없어도 걸 수 있습니다.",
    list: "번호",
    hint: "누르는 그대로 2~8자리 숫자를 입력하세요.",
  },
);
