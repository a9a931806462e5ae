// A person's own account.
import { area } from "./area";
import { number, plural } from "./format";

export const account = area(
  {
    password: "Password",
    passwordNote: "Your other sessions end when you change it; this one goes on.",
    current: "Current password",
    passwordSet: "Change the password",
    passwordChanged: "Your password was changed.",
    factor: "Second factor",
    factorNote: "An authenticator app shows a code that is asked for after the password.",
    off: "Not set up",
    on: (n: number) =>
      `Set up; ${plural("en", n, { one: "1 recovery code is left", other: `${number("en", n)} recovery codes are left` })}`,
    begin: "Set up",
    next: "Next",
    scan: "Scan this with your authenticator app, then enter the code that it shows.",
    qr: "QR code for the authenticator app; the same as text stands below",
    type: "Or type it:",
    code: "Code of the app",
    anyCode: "Code of the app, or a recovery code",
    confirm: "Confirm",
    codes:
      "It is set up. Keep these recovery codes somewhere safe: each is good for one login without the app. They are shown this once.",
    copy: "Copy the codes",
    copied: "Copied.",
    notCopied: "They could not be copied; write them down.",
    kept: "I have kept them",
    remove: "Remove the second factor",
    removeNote:
      "From then on your password alone lets you in. An administrator removes it if you have lost app and codes.",
  },
  {
    password: "비밀번호",
    passwordNote: "비밀번호를 변경하면 다른 세션은 종료되고 이 세션은 유지됩니다.",
    current: "현재 비밀번호",
    passwordSet: "비밀번호 변경",
    passwordChanged: "비밀번호를 변경했습니다.",
    factor: "2단계 인증",
    factorNote: "비밀번호 다음에 인증 앱에 표시되는 코드를 입력합니다.",
    off: "설정하지 않음",
    on: (n: number) => `사용 중, 남은 복구 코드 ${number("ko", n)}개`,
    begin: "설정",
    next: "다음",
    scan: "인증 앱으로 스캔한 뒤 앱에 표시되는 코드를 입력하세요.",
    qr: "인증 앱용 QR 코드. 같은 내용이 아래에 글자로 있습니다",
    type: "직접 입력:",
    code: "앱의 코드",
    anyCode: "앱의 코드 또는 복구 코드",
    confirm: "확인",
    codes:
      "설정했습니다. 복구 코드를 안전한 곳에 보관하세요. 코드 하나로 앱 없이 한 번 로그인할 수 있습니다. 지금만 표시됩니다.",
    copy: "코드 복사",
    copied: "복사했습니다.",
    notCopied: "복사하지 못했습니다. 적어 두세요.",
    kept: "보관했습니다",
    remove: "2단계 인증 해제",
    removeNote: "해제하면 비밀번호만으로 로그인합니다. 앱과 코드를 모두 잃었다면 관리자에게 해제를 요청하세요.",
  },
);
