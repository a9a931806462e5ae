// Customers in the console.
import { area } from "./area";

export const customers = area(
  {
    title: "Customer",
    search: "Name or number",
    none: "No customers. A customer is made with the first ticket of a number.",
    since: "Customer since",
    about: "About the customer",
    notes: "Notes",
    noTickets: "No tickets that you may open.",
    noCalls: "No calls that you may see.",
    erase: "Delete personal data",
    eraseTitle: "Delete this customer's personal data?",
    eraseText:
      "Number, name, notes and all that was written about this customer's calls and tickets are deleted at once, in all services. When the calls were and how they ended stays. It cannot be undone.",
  },
  {
    title: "고객",
    search: "이름 또는 번호",
    none: "고객이 없습니다. 고객은 해당 번호의 첫 티켓과 함께 등록됩니다.",
    since: "등록일",
    about: "고객 정보",
    notes: "메모",
    noTickets: "볼 수 있는 티켓이 없습니다.",
    noCalls: "볼 수 있는 통화가 없습니다.",
    erase: "개인정보 삭제",
    eraseTitle: "이 고객의 개인정보를 삭제할까요?",
    eraseText:
      "이 고객의 번호, 이름, 메모와 통화 및 티켓에 기록된 내용이 모든 서비스에서 즉시 삭제됩니다. 통화 시각과 결과는 남습니다. 되돌릴 수 없습니다.",
  },
);
