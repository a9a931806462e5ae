import { Suspense, useRef, useSyncExternalStore } from "react";
import type { Identity } from "../api/session";
import { Button } from "../views/Button";
import { Sentence, useWords } from "../views/language";
import { common } from "../words/common";
import { console as consoleWords } from "../words/console";
import { plain } from "../words/format";
import { Directories } from "./directory";
import { Guard, Loading } from "./Guard";
import { Link } from "./Link";
import type { Console } from "./model";
import { placeOf, sectionOf } from "./route";
import { partOf } from "./sections";
import { Arrival, ViewTitle } from "./ViewTitle";

/** The console's part of the page: the view that the address names. */
export function Area({ console: model, identity }: { console: Console; identity: Identity }) {
  const { navigation } = model;
  const route = useSyncExternalStore(navigation.subscribe, navigation.get);
  const Part = partOf(sectionOf(route), identity.roles);
  const place = placeOf(route);
  const arrival = useArrival(place, navigation.byPerson);
  return (
    <main className="console" data-testid="console" data-at={route.at}>
      <TicketWaits console={model} />
      <Directories api={model.api} at={sectionOf(route)}>
        <Arrival value={arrival}>
          <Guard key={place}>
            <Suspense fallback={<Loading />}>
              {Part === null ? <Nowhere /> : <Part route={route} console={model} identity={identity} />}
            </Suspense>
          </Guard>
        </Arrival>
      </Directories>
    </main>
  );
}

/** Whether the person has come to this place from another. Where a call led the page, the focus stays where the call is handled. */
function useArrival(place: string, byPerson: boolean): { moved: boolean } {
  const arrival = useRef({ moved: false, place });
  if (arrival.current.place !== place) arrival.current = { moved: byPerson, place };
  return arrival.current;
}

function Nowhere() {
  const w = useWords(consoleWords);
  return (
    <>
      <ViewTitle>{w.nowhere}</ViewTitle>
      <p className="note">
        <Sentence
          text={w.nowhereNote}
          slots={{ tickets: <Link to={{ at: "tickets", filter: {} }}>{w.sections.tickets}</Link> }}
        />
      </p>
    </>
  );
}

/** The call has a ticket, and the page did not go there because something is being written here (S15). */
function TicketWaits({ console: model }: { console: Console }) {
  const ticket = useSyncExternalStore(model.subscribe, model.waiting);
  const w = useWords(consoleWords);
  const { dismiss } = useWords(common);
  return (
    <div role="status">
      {ticket !== null && (
        <div className="bar note told" data-testid="ticket-waits">
          <p>
            <Sentence
              text={w.ticketWaits}
              slots={{
                ticket: (
                  <Link to={{ at: "ticket", ticket }} testid="ticket-waits-link">
                    {plain(ticket)}
                  </Link>
                ),
              }}
            />
          </p>
          <Button testid="ticket-waits-dismiss" look="quiet" onPress={model.dismiss}>
            {dismiss}
          </Button>
        </div>
      )}
    </div>
  );
}
