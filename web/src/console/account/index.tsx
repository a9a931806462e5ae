import "../../styles/admin.css";
import { useWords } from "../../views/language";
import { console as consoleWords } from "../../words/console";
import type { PartProps } from "../sections";
import { ViewTitle } from "../ViewTitle";
import { OwnPassword } from "./OwnPassword";
import { SecondFactor } from "./SecondFactor";

/** The person's own account: password and second factor. */
export default function Account({ console: { api } }: PartProps) {
  const { sections } = useWords(consoleWords);
  return (
    <>
      <ViewTitle>{sections.account}</ViewTitle>
      <OwnPassword api={api} />
      <SecondFactor api={api} />
    </>
  );
}
