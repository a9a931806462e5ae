// Words that belong to no area.
import { area } from "./area";

/** It has the same name in every language. */
export const product = "Switchroom";

export const common = area(
  {
    close: "Close",
    cancel: "Cancel",
    add: "Add",
    adding: "Adding…",
    dismiss: "Dismiss",
    name: "Name",
    number: "Number",
    nameOrNumber: "Name or number",
    queue: "Queue",
    service: "Service",
    ticket: "Ticket",
    placing: "Placing the call…",
  },
  {
    close: "닫기",
    cancel: "취소",
    add: "추가",
    adding: "추가하는 중…",
    dismiss: "닫기",
    name: "이름",
    number: "번호",
    nameOrNumber: "이름 또는 번호",
    queue: "대기열",
    service: "서비스",
    ticket: "티켓",
    placing: "전화를 거는 중…",
  },
);
