// The call widget as a whole, where it is folded up.
import { area } from "./area";

export const widget = area(
  {
    name: "Phone",
    close: "Back to the console",
    rings: (name: string) => `Incoming call: ${name}`,
  },
  {
    name: "전화",
    close: "콘솔로 돌아가기",
    rings: (name: string) => `수신 전화: ${name}`,
  },
);
