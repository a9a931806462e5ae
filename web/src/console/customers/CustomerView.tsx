import { useCallback, useId, useMemo } from "react";
import "../../styles/admin.css";
import { Confirm } from "../../admin/kit/Confirm";
import { Form } from "../../admin/kit/Form";
import type { Group } from "../../admin/kit/field";
import { Guarded } from "../../admin/kit/place";
import type { Values } from "../../admin/kit/setting";
import { useSetting } from "../../admin/kit/use-setting";
import { useLanguage, useWords } from "../../views/language";
import { common } from "../../words/common";
import { console as consoleWords } from "../../words/console";
import { customers } from "../../words/customers";
import { day, plain } from "../../words/format";
import { CallRow } from "../calls/CallList";
import { listCalls } from "../calls/records";
import { Fact } from "../Fact";
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
import { type Customer, customerPath, eraseCustomer, getCustomer } from "./records";

type Props = Pick<PartProps, "console" | "identity"> & { id: string };

/** One customer: who it is, and all that was. */
export function CustomerView({ id, console: model, identity }: Props) {
  const language = useLanguage();
  const w = useWords(customers);
  const c = useWords(common);
  const { state, again } = useLoaded(id, () => getCustomer(model.api, id));
  const customer = state.value?.customer;
  const { navigation, drafts } = model;
  const here = useMemo(() => ({ at: "customer", customer: id }) as const, [id]);
  const onUnsaved = useCallback((any: boolean) => drafts.set(here, any || undefined), [drafts, here]);
  const go = useCallback((to: string) => navigation.go(parse(to)), [navigation]);
  return (
    <>
      <ViewTitle>{customer === undefined ? w.title : plain(customer.name) || plain(customer.number)}</ViewTitle>
      <Guarded path={customerPath(id)} go={go} onUnsaved={onUnsaved}>
        <Shown state={state} again={again}>
          {({ customer: { number, created } }) => (
            <>
              <dl className="facts">
                <Fact name={c.number} testid="customer-number">
                  <bdi>{plain(number)}</bdi>
                </Fact>
                <Fact name={w.since}>{day(language, created)}</Fact>
              </dl>
              <About id={id} console={model} saved={again} />
              <Past id={id} number={number} console={model} />
              {identity.roles.includes("administrator") && (
                <div className="buttons">
                  <Confirm
                    label={w.erase}
                    title={w.eraseTitle}
                    text={w.eraseText}
                    action={w.erase}
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
function About({ id, console: { api }, saved }: { id: string; console: Console; saved: () => void }) {
  const w = useWords(customers);
  const { name } = useWords(common);
  const editing = useSetting<Customer & Values>(id, {
    read: async () => (await getCustomer(api, id)).customer,
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

function Past({ id, number, console: { api } }: { id: string; number: string; console: Console }) {
  const w = useWords(consoleWords);
  const k = useWords(customers);
  const [tickets, calls] = [useId(), useId()];
  const ticketPages = usePages(`tickets ${id}`, (after) => listTickets(api, { customer: id }, after));
  const callPages = usePages(`calls ${number}`, (after) => listCalls(api, { number }, after));
  return (
    <>
      <section className="view" aria-labelledby={tickets}>
        <h2 id={tickets}>{w.sections.tickets}</h2>
        <Rows
          pages={ticketPages}
          none={k.noTickets}
          testid="customer-tickets"
          row={(t, names) => <TicketRow ticket={t} names={names} />}
        />
      </section>
      <section className="view" aria-labelledby={calls}>
        <h2 id={calls}>{w.sections.calls}</h2>
        <Rows
          pages={callPages}
          none={k.noCalls}
          testid="customer-calls"
          row={(c, names) => <CallRow call={c} names={names} />}
        />
      </section>
    </>
  );
}
