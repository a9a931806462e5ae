// The widget in another system's page, and the window that takes its phone.
import { area } from "./area";

export const embed = area(
  {
    popOut: "Own window",
    elsewhere: "Your phone is in its own window. This page can be left; the call goes on there.",
    bringBack: "Bring it back",
    inWindow: "Your phone is here. Keep this window open while you work in the other page.",
    signInWindow: "Sign in in a window",
  },
  {
    popOut: "별도 창",
    elsewhere: "전화가 별도 창에 있습니다. 이 페이지를 떠나도 통화는 그 창에서 이어집니다.",
    bringBack: "다시 가져오기",
    inWindow: "전화가 이 창에 있습니다. 다른 페이지에서 일하는 동안 이 창을 열어 두세요.",
    signInWindow: "창에서 로그인",
  },
);
