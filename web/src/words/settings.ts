// What a person chooses for their browser.
import type { Scheme } from "../scheme";
import { area } from "./area";

export const settings = area(
  {
    open: "Settings…",
    title: "Settings",
    look: "Language and colours",
    language: "Language",
    scheme: "Colours",
    schemes: { system: "As the system", light: "Light", dark: "Dark" } satisfies Record<Scheme, string>,
  },
  {
    open: "설정…",
    title: "설정",
    look: "언어와 화면 색",
    language: "언어",
    scheme: "화면 색",
    schemes: { system: "시스템 설정 따름", light: "밝게", dark: "어둡게" },
  },
);
