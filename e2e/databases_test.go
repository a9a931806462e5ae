package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/lab"
)

// databaseServer is one that dies and comes back.
type databaseServer interface {
	CreateDatabase(context.Context) (string, error)
	Kill()
	Restart(context.Context) error
}

// The same day on each database server; all other stories have SQLite. The server dies while two people talk: nobody hears of it, and nothing is missing afterwards.
func TestS13_S15_OnPostgreSQL_ACallOutlivesItsDatabase(t *testing.T) {
	t.Parallel()
	onServer(t, lab.NewPostgres(t))
}

func TestS13_S15_OnMariaDB_ACallOutlivesItsDatabase(t *testing.T) {
	t.Parallel()
	onServer(t, lab.NewMariaDB(t))
}

func onServer(t *testing.T, server databaseServer) {
	t.Helper()
	h := newHouse(t, options{agents: []string{"carla"}, database: func(t *testing.T) string {
		url, err := server.CreateDatabase(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return url
	}})
	carla := h.desk("carla").ready()

	// A call is taken.
	customer := h.customer("01012345678").dials("1000")
	leg := carla.answers(carla.rings())
	h.talk(customer, carla, leg)
	id := h.theCall().ID
	ticket := h.hasOneTicket(id, "carla")

	// The database dies. Who talks goes on talking, and is put on hold and taken back.
	for _, complaint := range []string{"SQL executed", "will try again", "cannot be brought to the node's disk"} {
		h.expect(complaint)
	}
	server.Kill()
	carla.command(call.KHold)
	carla.shows(agent.ShowOnHold, "")
	carla.command(call.KResume)
	carla.shows(agent.ShowOnCall, "")
	h.talk(customer, carla, leg)
	customer.hangsUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.endedAs(id, call.Completed, "caller_hangup")

	// What happened meanwhile is in the record, and the ticket can be worked on.
	c, err := get[contract.CallFile](t.Context(), carla.page, "calls/"+id)
	if err != nil || c.Call.Times == nil || c.Call.Times.HoldMs == 0 || len(c.Parts) != 1 {
		t.Errorf("the record says %+v, %v", c, err)
	}
	var file contract.TicketFile
	err = carla.page.do(t.Context(), http.MethodPost, "/api/v1/tickets/"+ticket+"/notes", fields{"text": "고객이 다시 전화함 📞"}, &file)
	if err != nil || len(file.Notes) != 1 {
		t.Errorf("a note about the ticket: %+v, %v", file, err)
	}

	// And the next customer is served.
	carla.ready()
	again := h.customer("01087654321").dials("1000")
	leg = carla.answers(carla.rings())
	h.talk(again, carla, leg)
	h.hasOneTicket(h.theCall().ID, "carla")
	again.hangsUp()
	h.until(patience, "both calls are in the list", func(ctx context.Context) (bool, string) {
		time.Sleep(200 * time.Millisecond) // one person's requests are throttled
		page, err := get[contract.CallPage](ctx, carla.page, "calls")
		return err == nil && len(page.Calls) == 2, fmt.Sprint(len(page.Calls), err)
	})
}
