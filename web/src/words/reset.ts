// Setting a new password by a link.
import { area } from "./area";

export const reset = area(
  {
    title: "Set a new password",
    note: "At least 12 characters. Some words that do not belong together are easy to remember and hard to guess.",
    fresh: "New password",
    again: "Once more",
    set: "Set the password",
    setting: "Setting the password…",
    differ: "The two are not the same.",
    done: "Your password is set. Wherever you were signed in, you are not any more.",
    signIn: "Sign in",
    noLink: "This address is not whole. Open the link as it was given to you, or ask your administrator for another.",
  },
  {
    title: "새 비밀번호 설정",
    note: "12자 이상 입력하세요. 서로 관련 없는 단어를 몇 개 이어 쓰면 기억하기 쉽고 알아맞히기 어렵습니다.",
    fresh: "새 비밀번호",
    again: "한 번 더 입력",
    set: "비밀번호 설정",
    setting: "설정하는 중…",
    differ: "두 비밀번호가 서로 다릅니다.",
    done: "비밀번호를 설정했습니다. 로그인되어 있던 모든 곳에서 로그아웃되었습니다.",
    signIn: "로그인",
    noLink: "주소가 온전하지 않습니다. 받은 링크를 그대로 열거나 관리자에게 새 링크를 요청하세요.",
  },
);
