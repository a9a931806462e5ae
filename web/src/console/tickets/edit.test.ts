import { describe, expect, it } from "vitest";
import type { Ticket, TicketFile } from "../records";
import { begin, canSave, type Edit, type EditMessage, edit, isDirty, patchOf, resume, shown, tagsOf } from "./edit";

const ticket: Ticket = {
  id: "1",
  number: "T-000001",
  call: "c1",
  service: "brand",
  direction: "inbound",
  caller: { number: "+49301234567" },
  agents: ["anna"],
  subject: "Kettle",
  disposition: "",
  status: "open",
  tags: ["a", "b"],
  opened: "2026-11-29T09:00:00Z",
  updated: "2026-11-29T09:00:00Z",
  version: 1,
};
const file = (change: Partial<Ticket> = {}): TicketFile => ({
  ticket: { ...ticket, ...change },
  notes: [],
  history: [],
  dispositions: [],
  names: {},
  next_statuses: ["solved"],
});
const run = (start: Edit, ...messages: EditMessage[]) => messages.reduce(edit, start);
const subject = (value: string): EditMessage => ({ type: "typed", field: "subject", value });

describe("a ticket that is being changed", () => {
  it("sends only what the person changed", () => {
    const e = run(begin(file()), subject("Broken kettle"), { type: "typed", field: "tags", value: " b, c ,, c" });
    expect(canSave(e)).toBe(true);
    expect(patchOf(e.draft)).toEqual({ subject: "Broken kettle", tags: ["b", "c"] });
  });

  it("has nothing to save when all is as it was", () => {
    const e = run(begin(file()), subject("x"), subject("Kettle"), { type: "typed", field: "tags", value: "a,b" });
    expect(isDirty(e)).toBe(false);
    expect(canSave(e)).toBe(false);
  });

  it("keeps what is typed while it is saved, and what was saved is as the server says", () => {
    const e = run(begin(file()), subject("one"), { type: "save" }, subject("two"), {
      type: "saved",
      file: file({ subject: "one", version: 2 }),
    });
    expect(shown(e).subject).toBe("two");
    expect(e.saving).toBeNull();
    expect(canSave(e)).toBe(true);
    expect(e.conflicts).toEqual([]);
  });

  it("takes what another changed elsewhere in it, and keeps one's own", () => {
    const e = run(
      begin(file()),
      subject("mine"),
      { type: "save" },
      { type: "read", file: file({ status: "solved", version: 2 }) },
    );
    expect(shown(e)).toMatchObject({ subject: "mine", status: "solved" });
    expect(e.conflicts).toEqual([]);
    expect(patchOf(e.draft)).toEqual({ subject: "mine" });
    expect(canSave(e)).toBe(true);
  });

  it("asks where another changed the same, and saves neither before that", () => {
    const e = run(begin(file()), subject("mine"), { type: "read", file: file({ subject: "theirs", version: 2 }) });
    expect(e.conflicts).toEqual(["subject"]);
    expect(canSave(e)).toBe(false);
    const kept = run(e, { type: "decided", field: "subject", mine: true });
    expect(canSave(kept) && patchOf(kept.draft)).toEqual({ subject: "mine" });
    const taken = run(e, { type: "decided", field: "subject", mine: false });
    expect(shown(taken).subject).toBe("theirs");
    expect(isDirty(taken)).toBe(false);
  });

  it("asks also when the news of it came with a note", () => {
    const e = run(
      begin(file()),
      subject("mine"),
      { type: "note", text: "hello" },
      { type: "add_note" },
      {
        type: "noted",
        file: file({ subject: "theirs", version: 3 }),
      },
    );
    expect(e.note).toBe("");
    expect(e.conflicts).toEqual(["subject"]);
  });

  it("does not ask where both changed it alike", () => {
    const e = run(begin(file()), subject("same"), { type: "read", file: file({ subject: "same", version: 2 }) });
    expect(e.conflicts).toEqual([]);
    expect(isDirty(e)).toBe(false);
  });

  it("does not write an empty note, nor one twice, nor lose one that was refused", () => {
    const empty = run(begin(file()), { type: "note", text: "  " }, { type: "add_note" });
    expect(empty.noting).toBeNull();
    const sent = run(begin(file()), { type: "note", text: "hello" }, { type: "add_note" });
    expect(run(sent, { type: "add_note" })).toBe(sent);
    const refused = run(sent, { type: "refused", what: "note", fault: { code: "unreachable", detail: "" } });
    expect(refused).toMatchObject({ note: "hello", noting: null, fault: { what: "note", code: "unreachable" } });
  });

  it("is taken up again where it was left, against what the ticket is by then", () => {
    const left = run(begin(file()), subject("mine"), { type: "save" });
    const back = resume(left, file({ subject: "theirs", version: 2 }));
    expect(back).toMatchObject({ saving: null, draft: { subject: "mine" }, conflicts: ["subject"] });
  });
});

describe("tags", () => {
  it("are what stands between commas, once", () => {
    expect(tagsOf(" a b, c,,c ,")).toEqual(["a b", "c"]);
    expect(tagsOf("")).toEqual([]);
  });
});
