import type { ReactNode } from "react";
import { Button } from "../views/Button";
import { useLanguage, useWords } from "../views/language";
import { kit } from "../words/kit";
import { type Complaint, explain } from "../words/problems";
import type { Read } from "./use-list";

/** What was read, and why it is not there or may be out of date. */
export function Found<T>({ read, children }: { read: Read<T>; children: (value: T) => ReactNode }) {
  return (
    <>
      {(read.value === null || read.fault !== null) && <Waiting setting={read} read={read.again} />}
      {read.value !== null && children(read.value)}
    </>
  );
}

/** Before anything was read: that it is being read, or why it could not be. */
export function Waiting({
  setting: { fault },
  read,
}: {
  setting: { fault: Complaint | null };
  read?: (() => Promise<void>) | undefined;
}) {
  const language = useLanguage();
  const w = useWords(kit);
  if (fault === null) {
    return (
      <p className="note" role="status" aria-busy="true">
        {w.reading}
      </p>
    );
  }
  return (
    <div className="bar bad" role="alert" data-testid="unread">
      <p>{explain(language, fault)}</p>
      {read !== undefined && (
        <Button testid="read-again" look="quiet" onPress={() => void read()}>
          {w.again}
        </Button>
      )}
    </div>
  );
}
