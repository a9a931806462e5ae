// The transfer dialog.
import { area, type Words } from "./area";
import { number, plural } from "./format";

export const transfer = area(
  {
    title: "Transfer",
    note: "Connect gives the customer away at once, and comes back to you if nobody answers. In a Consultation Call the customer holds while you ask.",
    numberToCall: "Number to call",
    theNumber: "the number",
    theQueue: (name: string) => `queue ${name}`,
    agents: "Agents who are Ready",
    searchAgents: "Search by name or number",
    looking: "Looking who is Ready…",
    nobody: "Nobody else is Ready now.",
    nobodyFound: "Nobody of that name or number is Ready now.",
    ready: (n: number) =>
      plural("en", n, { one: "One agent is Ready.", other: `${number("en", n)} agents are Ready.` }),
    queues: "Queues",
    frequent: {
      title: "Frequently used numbers",
      add: "Add a frequently used number",
      search: "Search the frequently used numbers",
      remove: "Remove",
      removeNamed: (label: string) => `Remove ${label}`,
      looking: "Looking for your numbers…",
      none: "There are none yet. Add one to have it here next time.",
      notFound: "None has that in its name or number.",
    },
  },
  {
    title: "호전환",
    note: "‘바로 연결’은 고객을 즉시 넘기며, 아무도 받지 않으면 전화가 다시 돌아옵니다. ‘협의통화’를 하면 협의하는 동안 고객은 보류됩니다.",
    numberToCall: "연결할 번호",
    theNumber: "입력한 번호",
    theQueue: (name: string) => `${name} 대기열`,
    agents: "대기 중인 상담원",
    searchAgents: "이름 또는 번호로 검색",
    looking: "대기 중인 상담원을 찾는 중…",
    nobody: "지금 대기 중인 다른 상담원이 없습니다.",
    nobodyFound: "지금 대기 중인 상담원 가운데 해당하는 이름이나 번호가 없습니다.",
    ready: (n: number) => `상담원 ${number("ko", n)}명이 대기 중입니다.`,
    queues: "대기열",
    frequent: {
      title: "자주 쓰는 번호",
      add: "추가: 자주 쓰는 번호",
      search: "자주 쓰는 번호 검색",
      remove: "삭제",
      removeNamed: (label: string) => `삭제: ${label}`,
      looking: "번호를 불러오는 중…",
      none: "아직 없습니다. 추가해 두면 다음부터 여기에 표시됩니다.",
      notFound: "해당하는 이름이나 번호가 없습니다.",
    },
  },
);

type TransferWords = Words<typeof transfer>;

/** How many agents are Ready; undefined while it is not known. */
export function agentsFound(w: TransferWords, count: number | undefined, search: string): string {
  if (count === undefined) return w.looking;
  if (count === 0) return search.trim() === "" ? w.nobody : w.nobodyFound;
  return w.ready(count);
}

/** How many of the frequently used numbers are shown; all: null while they are not known. */
export function frequentFound(w: TransferWords, all: number | null, found: number): string {
  const { looking, none, notFound } = w.frequent;
  if (all === null) return looking;
  if (all === 0) return none;
  return found === 0 ? notFound : "";
}
