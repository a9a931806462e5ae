// (edit, message) → edit: a ticket that is being changed, while others may change it too. Pure. Nobody's change is lost: only what the person
// changed is sent, against the version that it was made from; where another changed the same field meanwhile, the person decides.
import type { Complaint } from "../../words/problems";
import type { Ticket, TicketFile, TicketPatch } from "../records";

/** What can be changed, as text: tags with commas between them, assignee as an id ("": nobody). */
export interface Fields {
  subject: string;
  disposition: string;
  status: Ticket["status"];
  assignee: string;
  tags: string;
}
export type Field = keyof Fields;
export const fieldNames: readonly Field[] = ["subject", "status", "disposition", "assignee", "tags"];

export interface Edit {
  /** As the server said last. */
  file: TicketFile;
  /** Only the fields that the person has given another value. */
  draft: Partial<Fields>;
  /** The fields that another changed meanwhile, too: neither is saved before the person has chosen. */
  conflicts: readonly Field[];
  note: string;
  /** What is on its way, and as what: null, nothing. */
  saving: Partial<Fields> | null;
  noting: string | null;
  /** Why the last attempt failed, and at what; null: it did not. */
  fault: (Complaint & { what: "save" | "note" }) | null;
  /** The last thing that was done and nothing begun since. */
  done: "save" | "note" | null;
}

export type EditMessage =
  | { type: "typed"; field: Field; value: string }
  | { type: "note"; text: string }
  | { type: "save" }
  | { type: "add_note" }
  /** The ticket as it is now, read again, or after somebody else was faster. */
  | { type: "read"; file: TicketFile }
  | { type: "saved"; file: TicketFile }
  | { type: "noted"; file: TicketFile }
  | { type: "refused"; what: "save" | "note"; fault: Complaint }
  /** Of a conflict: mine is to be saved all the same, or theirs stands. */
  | { type: "decided"; field: Field; mine: boolean }
  | { type: "undo" };

export function begin(file: TicketFile): Edit {
  return { file, draft: {}, conflicts: [], note: "", saving: null, noting: null, fault: null, done: null };
}

/** Takes up what was begun earlier, with the ticket as it is now; what was under way then may have come to anything. */
export function resume(earlier: Edit, file: TicketFile): Edit {
  return withFile({ ...earlier, saving: null, noting: null, fault: null, done: null }, file);
}

export function edit(e: Edit, m: EditMessage): Edit {
  switch (m.type) {
    case "typed":
      return { ...withoutSame({ ...e, draft: { ...e.draft, [m.field]: m.value } }), done: null };
    case "note":
      return { ...e, note: m.text, done: null };
    case "save":
      return canSave(e) ? { ...e, saving: e.draft, fault: null, done: null } : e;
    case "add_note":
      return e.noting === null && e.note.trim() !== "" ? { ...e, noting: e.note, fault: null, done: null } : e;
    case "read":
      return withFile({ ...e, saving: null }, m.file);
    case "saved":
      return {
        ...withFile({ ...e, draft: without(e.draft, e.saving ?? {}), saving: null }, m.file, e.saving ?? {}),
        done: "save",
      };
    case "noted":
      return { ...withFile({ ...e, note: e.note === e.noting ? "" : e.note, noting: null }, m.file), done: "note" };
    case "refused":
      return { ...e, [m.what === "save" ? "saving" : "noting"]: null, fault: { ...m.fault, what: m.what } };
    case "decided": {
      const conflicts = e.conflicts.filter((f) => f !== m.field);
      const { [m.field]: _, ...others } = e.draft;
      return { ...e, conflicts, draft: m.mine ? e.draft : others };
    }
    case "undo":
      return { ...e, draft: {}, conflicts: [], fault: null, done: null };
  }
}

/** There is something that would be lost. */
export function isDirty(e: Edit): boolean {
  return Object.keys(e.draft).length > 0 || e.note.trim() !== "";
}

export function canSave(e: Edit): boolean {
  return e.saving === null && e.conflicts.length === 0 && Object.keys(e.draft).length > 0;
}

/** What the form shows. */
export function shown(e: Edit): Fields {
  return { ...fieldsOf(e.file.ticket), ...e.draft };
}

export function patchOf({ tags, ...rest }: Partial<Fields>): TicketPatch {
  return tags === undefined ? rest : { ...rest, tags: tagsOf(tags) };
}

export function fieldsOf(t: Ticket): Fields {
  const { subject, disposition, status, assignee = "", tags } = t;
  return { subject, disposition, status, assignee, tags: tags.join(", ") };
}

/** Blanks around a tag, and a tag that is there already, are nothing. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(",").map((t) => t.trim()))].filter((t) => t !== "");
}

/** The newest from the server, with what of it is this person's own doing. A field that was changed on both sides, and differently, is a conflict. */
function withFile(e: Edit, file: TicketFile, own: Partial<Fields> = {}): Edit {
  const [before, now] = [fieldsOf(e.file.ticket), fieldsOf(file.ticket)];
  const both = fieldNames.filter((f) => e.draft[f] !== undefined && own[f] === undefined && before[f] !== now[f]);
  const conflicts = fieldNames.filter((f) => e.conflicts.includes(f) || both.includes(f));
  return withoutSame({ ...e, file, conflicts });
}

/** What is as it is at the server is no change, and in no conflict. */
function withoutSame(e: Edit): Edit {
  const now = fieldsOf(e.file.ticket);
  const draft = without(e.draft, now);
  return { ...e, draft, conflicts: e.conflicts.filter((f) => draft[f] !== undefined) };
}

function without(draft: Partial<Fields>, same: Partial<Fields>): Partial<Fields> {
  const equal = (f: Field) =>
    f === "tags" && draft.tags !== undefined && same.tags !== undefined
      ? tagsOf(draft.tags).join() === tagsOf(same.tags).join()
      : draft[f] === same[f];
  return Object.fromEntries(Object.entries(draft).filter(([f]) => !equal(f as Field)));
}
