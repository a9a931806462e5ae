// The widget in another system's page, and the window that takes its phone.
import { area } from "./area";

export const embed = area(
  {
    popOut: "Own window",
    elsewhere: "Your phone is in its own window. This page can be left; the call goes on there.",
    bringBack: "Bring it back",
    inWindow: "Your phone is here. Keep this window open while you work in the other page.",
    signInWindow: "Sign in in a window",
    goOn: "Go on in the window that has opened. If none has, allow pop-ups for this page. If you are not signed in here afterwards, press the button once more.",
    cut: "You are signed in. Go back to the other page and press the same button once more; this window then closes.",
    given: "You are signed in in the other page. You can close this window.",
  },
  {
    popOut: "별도 창",
    elsewhere: "전화가 별도 창에 있습니다. 이 페이지를 떠나도 통화는 그 창에서 이어집니다.",
    bringBack: "다시 가져오기",
    inWindow: "전화가 이 창에 있습니다. 다른 페이지에서 일하는 동안 이 창을 열어 두세요.",
    signInWindow: "창에서 로그인",
    goOn: "새로 열린 창에서 계속하세요. 창이 열리지 않으면 이 페이지의 팝업을 허용하세요. 창에서 로그인한 뒤에도 이 화면이 그대로이면 버튼을 한 번 더 누르세요.",
    cut: "로그인했습니다. 원래 페이지로 돌아가 같은 버튼을 한 번 더 누르면 이 창은 닫힙니다.",
    given: "원래 페이지에 로그인했습니다. 이 창은 닫아도 됩니다.",
  },
);
