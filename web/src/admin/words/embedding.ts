// Words of the page of the sites that may embed the widget.
import { area } from "../../words/area";

export const embedding = area(
  {
    title: "Embedding",
    intro: "CRMs and other systems can have the call widget in their own pages. Nobody may until you name them here.",
    sites: "Sites that may embed the widget",
    counts:
      "They can see who calls, and place calls and change the status as the agent who is signed in there: name only sites that you trust. Counts for pages that are loaded from now on.",
    origins: "Sites",
    hint: "Such as https://crm.example. Of a page's address only that much is kept. By https only, but for localhost.",
    page: "In the site's page",
    pageIntro: "The site's developers put this where the widget shall be. docs/embedding.md says what else they need.",
  },
  {
    title: "위젯 삽입",
    intro: "CRM 등 다른 시스템의 페이지에 통화 위젯을 넣을 수 있습니다. 여기에 등록한 사이트에서만 열립니다.",
    sites: "위젯을 넣을 수 있는 사이트",
    counts:
      "등록한 사이트는 전화를 건 사람을 볼 수 있고, 로그인한 상담원 대신 전화를 걸거나 상태를 바꿀 수 있습니다. 믿을 수 있는 사이트만 등록하세요. 이후에 여는 페이지부터 적용됩니다.",
    origins: "사이트",
    hint: "예: https://crm.example. 페이지 주소를 넣으면 이 부분만 저장합니다. localhost가 아니면 https만 쓸 수 있습니다.",
    page: "사이트 페이지에 넣을 코드",
    pageIntro:
      "사이트 개발자가 위젯이 나타날 자리에 이 코드를 넣습니다. 더 필요한 설정은 docs/embedding.md에 있습니다.",
  },
);
