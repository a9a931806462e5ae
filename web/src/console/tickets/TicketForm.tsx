import { type Dispatch, type ReactNode, useId } from "react";
import type { Identity } from "../../api/session";
import { Button } from "../../views/Button";
import { Sentence, useLanguage, useWords } from "../../views/language";
import { customer as customerWords } from "../../words/customer";
import { plain } from "../../words/format";
import { explain } from "../../words/problems";
import { ticket as ticketWords } from "../../words/ticket";
import { type Choice, peopleChoices, useDirectory } from "../directory";
import type { TicketFile } from "../records";
import { nameOf } from "../Who";
import { canSave, type Edit, type EditMessage, type Field, type Fields, fieldsOf, shown } from "./edit";

interface Props {
  edit: Edit;
  dispatch: Dispatch<EditMessage>;
  identity: Identity;
  save: () => void;
}

/** What can be changed of a ticket. */
export function TicketForm(props: Props) {
  const { edit, dispatch, identity, save } = props;
  const language = useLanguage();
  const t = useWords(ticketWords);
  const { statuses } = useWords(customerWords);
  const { dispositions, next_statuses: next, ticket } = edit.file;
  const fields = shown(edit);
  const colleagues = peopleChoices(useDirectory(), ticket.service);
  const changed = Object.keys(edit.draft).length > 0;
  return (
    <form
      className="card"
      aria-label={t.edit}
      data-testid="ticket-form"
      onSubmit={(e) => {
        e.preventDefault();
        if (canSave(edit)) save();
      }}
    >
      <div className="fields wide">
        <Text {...props} field="subject" maxLength={200} />
        <ChoiceOf
          {...props}
          field="status"
          options={[ticket.status, ...next.filter((s) => s !== ticket.status)].map((s) => [s, statuses[s]])}
        />
        {dispositions.length === 0 ? (
          <Text {...props} field="disposition" maxLength={100} />
        ) : (
          <ChoiceOf
            {...props}
            field="disposition"
            options={dispositionOptions(dispositions, fields.disposition, t.none)}
          />
        )}
        <ChoiceOf {...props} field="assignee" options={assigneeOptions(edit.file, identity, colleagues, t.nobody)} />
        <Text {...props} field="tags" maxLength={2000} hint={t.tagsHint} />
      </div>
      {edit.conflicts.map((field) => (
        <Conflict key={field} {...props} field={field} />
      ))}
      <p
        className="error"
        role="alert"
        data-testid="ticket-fault"
        data-code={edit.fault?.what === "save" ? edit.fault.code : undefined}
      >
        {edit.fault?.what === "save" && `${t.notSaved} ${explain(language, edit.fault)}`}
      </p>
      <div className="buttons">
        <Button submit testid="ticket-save" look="primary" pending={edit.saving !== null} disabled={!canSave(edit)}>
          {edit.saving === null ? t.save : t.saving}
        </Button>
        {changed && (
          <Button testid="ticket-undo" look="quiet" onPress={() => dispatch({ type: "undo" })}>
            {t.undo}
          </Button>
        )}
        <span role="status" data-testid="ticket-saved" data-state={edit.done ?? (changed ? "changed" : "same")}>
          {edit.done === "save" && !changed ? t.saved : changed ? t.unsaved : ""}
        </span>
      </div>
    </form>
  );
}

/** Another changed the same field: the person decides whose value stands. */
function Conflict({ edit, dispatch, field }: Props & { field: Field }) {
  const t = useWords(ticketWords);
  const theirs = fieldsOf(edit.file.ticket)[field];
  return (
    <div className="bar warn told" role="alert" data-testid={`conflict-${field}`}>
      <p>
        <Sentence
          text={t.conflict(t.fields[field])}
          slots={{ theirs: <bdi className="name">{plain(theirs) || t.none}</bdi> }}
        />
      </p>
      <Button testid={`conflict-${field}-theirs`} onPress={() => dispatch({ type: "decided", field, mine: false })}>
        {t.takeTheirs}
      </Button>
      <Button testid={`conflict-${field}-mine`} onPress={() => dispatch({ type: "decided", field, mine: true })}>
        {t.keepMine}
      </Button>
    </div>
  );
}

function Labelled({
  field,
  hint,
  children,
}: {
  field: Field;
  hint?: string | undefined;
  children: (id: string) => ReactNode;
}) {
  const id = useId();
  const t = useWords(ticketWords);
  return (
    <div className="field">
      <label htmlFor={id}>{t.fields[field]}</label>
      {children(id)}
      {hint !== undefined && <span className="faint">{hint}</span>}
    </div>
  );
}

function Text({ edit, dispatch, field, maxLength, hint }: Props & { field: Field; maxLength: number; hint?: string }) {
  return (
    <Labelled field={field} hint={hint}>
      {(id) => (
        <input
          id={id}
          data-testid={`ticket-${field}`}
          value={shown(edit)[field]}
          maxLength={maxLength}
          autoComplete="off"
          onChange={(e) => dispatch({ type: "typed", field, value: e.currentTarget.value })}
        />
      )}
    </Labelled>
  );
}

function ChoiceOf<F extends keyof Fields>({
  edit,
  dispatch,
  field,
  options,
}: Props & { field: F; options: (readonly [Fields[F], string])[] }) {
  return (
    <Labelled field={field}>
      {(id) => (
        <select
          id={id}
          data-testid={`ticket-${field}`}
          value={shown(edit)[field]}
          onChange={(e) => dispatch({ type: "typed", field, value: e.currentTarget.value })}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** The service's, and one from before that the service does not have any more. */
function dispositionOptions(known: readonly string[], now: string, none: string): [string, string][] {
  const all = ["", ...known, ...(now === "" || known.includes(now) ? [] : [now])];
  return all.map((d) => [d, d === "" ? none : plain(d)]);
}

/** Nobody, me, the colleagues, and whoever it is assigned to. */
function assigneeOptions(
  { ticket, names }: TicketFile,
  me: Identity,
  colleagues: readonly Choice[],
  nobody: string,
): [string, string][] {
  const now = ticket.assignee ?? "";
  const options: [string, string][] = [
    ["", nobody],
    [me.id, plain(me.name)],
    ...colleagues.filter((c) => c.value !== me.id).map((c): [string, string] => [c.value, c.text]),
  ];
  if (!options.some(([id]) => id === now)) options.push([now, nameOf(names, now)]);
  return options;
}
