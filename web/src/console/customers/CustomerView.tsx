import { useCallback, useId, useMemo, useRef } from "react";
import "../../styles/admin.css";
import { Confirm } from "../../kit/Confirm";
import { Form } from "../../kit/Form";
import type { Group } from "../../kit/field";
import { Guarded } from "../../kit/place";
import type { Values } from "../../kit/setting";
import { useSetting } from "../../kit/use-setting";
import { useLanguage, useWords } from "../../views/language";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { customers } from "../../words/customers";
import { day, plain } from "../../words/format";
import { CallRow } from "../calls/CallList";
import { listCalls } from "../calls/records";
import { Fact } from "../Fact";
import type { Names, Page } from "../loaded";
import type { Console } from "../model";
import { Rows } from "../Rows";
import { listTickets } from "../records";
import { parse } from "../route";
import { Shown } from "../State";
import type { PartProps } from "../sections";
import { TicketRow } from "../tickets/TicketList";
import { useLoaded } from "../useLoaded";
import { usePages } from "../usePages";
import { ViewTitle } from "../ViewTitle";
import { type Customer, type CustomerFile, customerPath, eraseCustomer, getCustomer } from "./records";

type Props = Pick<PartProps, "console" | "identity"> & { id: string };

/** One customer: who it is, and all that was. */
export function CustomerView({ id, console: model, identity }: Props) {
  const language = useLanguage();
  const w = useWords(customers);
  const c = useWords(common);
  const { state, again } = useLoaded(id, () => getCustomer(model.api, id));
  const customer = state.value?.customer;
  const { navigation, drafts } = model;
  const unsaved = useMemo(() => drafts.at({ at: "customer", customer: id }), [drafts, id]);
  const go = useCallback((to: string) => navigation.go(parse(to)), [navigation]);
  return (
    <>
      <ViewTitle>{customer === undefined ? w.title : plain(customer.name) || plain(customer.number)}</ViewTitle>
      <Guarded key={id} path={customerPath(id)} go={go} unsaved={unsaved}>
        <Shown state={state} again={again}>
          {(file) => (
            <>
              <dl className="facts">
                <Fact name={c.number} testid="customer-number">
                  <bdi>{plain(file.customer.number)}</bdi>
                </Fact>
                <Fact name={w.since}>{day(language, file.customer.created)}</Fact>
              </dl>
              <About id={id} console={model} first={file.customer} saved={again} />
              <Past key={state.at} file={file} console={model} />
              {identity.roles.includes("administrator") && (
                <div className="buttons">
                  <Confirm
                    label={w.erase}
                    title={w.eraseTitle}
                    text={w.eraseText}
                    testid="erase"
                    grave
                    act={() => eraseCustomer(model.api, id)}
                    done={() => navigation.go({ at: "customers", filter: {} })}
                  />
                </div>
              )}
            </>
          )}
        </Shown>
      </Guarded>
    </>
  );
}

/** Name and notes, changed by version. */
function About({
  id,
  console: { api },
  first,
  saved,
}: {
  id: string;
  console: Console;
  first: Customer;
  saved: () => void;
}) {
  const begun = useRef(false);
  const w = useWords(customers);
  const { name } = useWords(common);
  const editing = useSetting<Customer & Values>(id, {
    read: async () => {
      if (begun.current) return (await getCustomer(api, id)).customer;
      begun.current = true;
      return first;
    },
    store: async (changed, version) => {
      const { name, notes } = changed;
      const stored = await api.send<Customer>({
        method: "PATCH",
        path: customerPath(id),
        body: { name, notes },
        version,
      });
      saved();
      return stored;
    },
  });
  const groups: Group[] = [
    {
      title: w.about,
      fields: [
        { name: "name", kind: "text", label: name, max: 100 },
        { name: "notes", kind: "prose", label: w.notes, max: 10_000 },
      ],
    },
  ];
  return (
    <div className="admin-room">
      <Form editing={editing} groups={groups} testid="customer" />
    </div>
  );
}

function Past({ file: { customer, tickets, calls }, console: { api } }: { file: CustomerFile; console: Console }) {
  const w = useWords(consoleWords);
  const k = useWords(customers);
  const [ofTickets, ofCalls] = [useId(), useId()];
  const { id, number } = customer;
  const ticketPages = usePages(
    "tickets",
    (after) => listTickets(api, { customer: id }, after),
    pageOf(tickets.tickets, tickets),
  );
  const callPages = usePages("calls", (after) => listCalls(api, { number }, after), pageOf(calls.calls, calls));
  return (
    <>
      <section className="view" aria-labelledby={ofTickets}>
        <h2 id={ofTickets}>{w.sections.tickets}</h2>
        <Rows
          pages={ticketPages}
          part
          none={k.noTickets}
          testid="customer-tickets"
          row={(t, names) => <TicketRow ticket={t} names={names} />}
        />
      </section>
      <section className="view" aria-labelledby={ofCalls}>
        <h2 id={ofCalls}>{w.sections.calls}</h2>
        <Rows
          pages={callPages}
          part
          none={k.noCalls}
          testid="customer-calls"
          row={(c, names) => <CallRow call={c} names={names} />}
        />
      </section>
    </>
  );
}

function pageOf<T>(items: readonly T[], { next, names }: { next?: string; names: Names }): Page<T> {
  return { items, next: next ?? null, names };
}
