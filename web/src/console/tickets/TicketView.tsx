import { useEffect, useReducer, useRef } from "react";
import { newKey } from "../../api/client";
import { complaintOf, Problem } from "../../api/problem";
import { type Identity, SignedOut } from "../../api/session";
import { useWords } from "../../views/language";
import { plain } from "../../words/format";
import { ticket as ticketWords } from "../../words/ticket";
import type { Console } from "../model";
import { addNote, changeTicket, getTicket, type TicketFile } from "../records";
import type { Route } from "../route";
import { Shown } from "../State";
import { useLoaded } from "../useLoaded";
import { ViewTitle } from "../ViewTitle";
import { begin, type Edit, type EditMessage, edit, isDirty, patchOf, resume } from "./edit";
import { TicketFacts } from "./TicketFacts";
import { TicketForm } from "./TicketForm";
import { TicketHistory } from "./TicketHistory";
import { TicketNotes } from "./TicketNotes";

interface Props {
  id: string;
  console: Console;
  identity: Identity;
}

/** One ticket: what it is about, its notes, who changed what. */
export function TicketView({ id, console: model, identity }: Props) {
  const t = useWords(ticketWords);
  const { state, again } = useLoaded(id, () => getTicket(model.api, id));
  return (
    <>
      <ViewTitle>{t.title(plain(state.value?.ticket.number ?? id))}</ViewTitle>
      <Shown state={state} again={again}>
        {(file) => <Editor route={{ at: "ticket", ticket: id }} file={file} console={model} identity={identity} />}
      </Shown>
    </>
  );
}

function Editor({
  route,
  file,
  console: model,
  identity,
}: {
  route: Route;
  file: TicketFile;
  console: Console;
  identity: Identity;
}) {
  const [e, dispatch] = useReducer(edit, file, (f) => {
    const earlier = model.drafts.get<Edit>(route);
    return earlier === undefined ? begin(f) : resume(earlier, f);
  });
  const first = useRef(file);
  useEffect(() => {
    if (file !== first.current) dispatch({ type: "read", file });
  }, [file]);
  useEffect(() => model.drafts.set(route, isDirty(e) ? e : undefined), [model, route, e]);
  const save = () => {
    dispatch({ type: "save" });
    void saved(model, e).then(dispatch);
  };
  const note = () => {
    dispatch({ type: "add_note" });
    void noted(model, e).then(dispatch);
  };
  const props = { edit: e, dispatch, identity };
  return (
    <>
      <TicketFacts ticket={e.file.ticket} />
      <TicketForm {...props} save={save} />
      <TicketNotes edit={e} dispatch={dispatch} add={note} />
      <TicketHistory file={e.file} />
    </>
  );
}

/** Saves the draft. If somebody was faster, what they made of the ticket is read; the draft stays. */
async function saved({ api }: Console, e: Edit): Promise<EditMessage> {
  const { ticket } = e.file;
  try {
    return { type: "saved", file: await changeTicket(api, ticket, patchOf(e.draft)) };
  } catch (why) {
    if (!(why instanceof Problem) || why.code !== "changed_meanwhile") return refused("save", why);
  }
  try {
    return { type: "read", file: await getTicket(api, ticket.id) };
  } catch (why) {
    return refused("save", why);
  }
}

async function noted({ api }: Console, e: Edit): Promise<EditMessage> {
  try {
    return { type: "noted", file: await addNote(api, e.file.ticket.id, e.note.trim(), newKey()) };
  } catch (why) {
    return refused("note", why);
  }
}

function refused(what: "save" | "note", why: unknown): EditMessage {
  if (why instanceof SignedOut) return { type: "undo" }; // nobody is there any more
  return { type: "refused", what, fault: complaintOf(why, "page_error") };
}
