// Signing in and out, the page as a whole, and the demo.
import { area } from "./area";

export const session = area(
  {
    signIn: "Sign in",
    signingIn: "Signing in…",
    signOut: "Sign out",
    user: "User",
    password: "Password",
    code: "Code of your authenticator app, or a recovery code",
    by: (provider: string) => `Sign in with ${provider}`,
    or: "or",
    returning: "You are being signed in…",
    otherwise: "Sign in another way",
    ended: "Your session has ended. Sign in again; a call that you have goes on.",
    waiting: "Getting your status from the controller…",
    demo: {
      title: "Try it",
      note: "A recorded customer calls the queue that you choose. Be Ready to get the call.",
      place: "Place a demo call",
    },
  },
  {
    signIn: "로그인",
    signingIn: "로그인하는 중…",
    signOut: "로그아웃",
    user: "사용자",
    password: "비밀번호",
    code: "인증 앱의 코드 또는 복구 코드",
    by: (provider: string) => `${provider}(으)로 로그인`,
    or: "또는",
    returning: "로그인하는 중입니다…",
    otherwise: "다른 방법으로 로그인",
    ended: "세션이 종료되었습니다. 다시 로그인하세요. 진행 중인 통화는 그대로 이어집니다.",
    waiting: "컨트롤러에서 상태를 가져오는 중…",
    demo: {
      title: "체험하기",
      note: "선택한 대기열로 녹음된 고객이 전화를 겁니다. 전화를 받으려면 상태를 ‘대기’로 바꾸세요.",
      place: "체험용 전화 걸기",
    },
  },
);
