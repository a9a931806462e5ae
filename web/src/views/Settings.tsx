import { useId } from "react";
import { schemes } from "../scheme";
import type { State } from "../state/state";
import { languageNames, languages } from "../words/area";
import { help } from "../words/help";
import { settings } from "../words/settings";
import type { Actions, PanelProps } from "./actions";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { useLanguage, useWords } from "./language";
import { Select } from "./Select";
import { SoundSettings } from "./SoundSettings";

/** What a person chooses for their browser. */
export function Settings(props: PanelProps) {
  const id = useId();
  const w = useWords(settings);
  const { open } = useWords(help);
  return (
    <Dialog {...props} title={w.title} testid="settings">
      <section aria-labelledby={id}>
        <h3 id={id}>{w.look}</h3>
        <Look {...props} />
      </section>
      {props.state.view?.phone.device === "webrtc" && <SoundSettings {...props} />}
      <Button testid="help-open" look="quiet" onPress={() => props.actions.open("help")}>
        {open}
      </Button>
    </Dialog>
  );
}

/** Language and colours: there before anybody has signed in, too. */
export function Look({ state, actions }: { state: State; actions: Pick<Actions, "speak" | "paint"> }) {
  const language = useLanguage();
  const w = useWords(settings);
  return (
    <div className="fields">
      <Select
        label={w.language}
        testid="language"
        value={language}
        options={languages.map((l) => ({ value: l, text: languageNames[l], lang: l }))}
        choose={actions.speak}
      />
      <Select
        label={w.scheme}
        testid="scheme"
        value={state.scheme}
        options={schemes.map((s) => ({ value: s, text: w.schemes[s] }))}
        choose={actions.paint}
      />
    </div>
  );
}
