import { type Dispatch, useId } from "react";
import { Button } from "../../views/Button";
import { useLanguage, useWords } from "../../views/language";
import { dayAndTime, lines } from "../../words/format";
import { explain } from "../../words/problems";
import { ticket as ticketWords } from "../../words/ticket";
import { Who } from "../Who";
import type { Edit, EditMessage } from "./edit";

interface Props {
  edit: Edit;
  dispatch: Dispatch<EditMessage>;
  add: () => void;
}

/** The notes, the newest first, and a new one. Notes are never changed. */
export function TicketNotes({ edit, dispatch, add }: Props) {
  const id = useId();
  const language = useLanguage();
  const t = useWords(ticketWords);
  const failed = edit.fault?.what === "note" ? edit.fault : null;
  return (
    <section className="card" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t.notes}</h2>
      <form
        className="entry"
        onSubmit={(e) => {
          e.preventDefault();
          add();
        }}
      >
        <label htmlFor={id}>{t.newNote}</label>
        <textarea
          id={id}
          data-testid="note-text"
          rows={3}
          maxLength={10_000}
          value={edit.note}
          onChange={(e) => dispatch({ type: "note", text: e.currentTarget.value })}
        />
        <p className="error" role="alert" data-testid="note-fault">
          {failed !== null && `${t.noteNotAdded} ${explain(language, failed)}`}
        </p>
        <div className="buttons">
          <Button submit testid="note-add" pending={edit.noting !== null} disabled={edit.note.trim() === ""}>
            {t.addNote}
          </Button>
          <span role="status">{edit.done === "note" ? t.noteAdded : ""}</span>
        </div>
      </form>
      <ul className="notes" data-testid="notes" data-count={edit.file.notes.length}>
        {edit.file.notes.toReversed().map((n) => (
          <li key={n.id}>
            <p className="faint">
              <Who id={n.author} names={edit.file.names} /> · <time dateTime={n.at}>{dayAndTime(language, n.at)}</time>
            </p>
            <p className="text" dir="auto">
              {lines(n.text)}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
