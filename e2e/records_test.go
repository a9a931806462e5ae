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
)

// get reads a resource as the person.
func get[T any](ctx context.Context, p *page, path string) (out T, err error) {
	return out, p.do(ctx, http.MethodGet, "/api/v1/"+path, nil, &out)
}

// near tells whether a time in the record, in ms, is what was measured, within a second.
func near(ms int64, want time.Duration) bool {
	return (time.Duration(ms)*time.Millisecond - want).Abs() <= time.Second
}

func TestS13_ACustomerWhoCallsAgainIsKnown_S15_TheTargetOpensTheSameTicket(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla, dora := h.desk("carla").ready(), h.desk("dora").login()
	first := h.customer("01012345678").dials("1000")
	leg := carla.answers(carla.rings())
	h.talk(first, carla, leg)
	before := h.hasOneTicket(h.theCall().ID, "carla")
	first.hangsUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	h.settled()

	carla.ready()
	again := h.customer("01012345678").dials("1000")
	leg = carla.rings()
	id := h.theCall().ID
	rang := time.Now()
	caller, err := get[contract.Caller](t.Context(), carla.page, "calls/"+id+"/customer")
	if err != nil || caller.Customer == nil || caller.Customer.Number != "+821012345678" || caller.Tickets != 1 || caller.Latest[0].Number != before {
		t.Errorf("carla is told %+v, %v; want the ticket %s", caller, err, before)
	}
	if _, err := get[contract.Caller](t.Context(), dora.page, "calls/"+id+"/customer"); code(err) != "unknown_call" {
		t.Errorf("dora, to whom it is not offered: %v", err)
	}
	carla.answers(leg)
	h.talk(again, carla, leg)
	talked := time.Now()
	ticket := h.hasOneTicket(id, "carla")
	carla.command(call.KHold)
	carla.shows(agent.ShowOnHold, "")
	held := time.Now()
	h.stays(2*time.Second, "the customer is on hold", func() bool { return h.theCall().State == call.Held })
	carla.command(call.KResume)
	carla.shows(agent.ShowOnCall, "")
	resumed := time.Now()
	dora.ready()
	carla.order(call.KTransfer, toAgent("dora"))
	moved := time.Now()
	other := dora.answers(dora.rings())
	h.talk(again, dora, other)
	taken := time.Now()
	file, err := get[contract.TicketFile](t.Context(), dora.page, "tickets/"+ticket)
	if err != nil || file.Ticket.Call != id {
		t.Errorf("dora opens %+v, %v", file.Ticket, err)
	}
	again.hangsUp()
	over := time.Now()
	h.endedAs(id, call.Completed, "caller_hangup")

	c, err := get[contract.CallFile](t.Context(), dora.page, "calls/"+id)
	if err != nil || c.Call.Times == nil {
		t.Fatalf("%+v, %v", c, err)
	}
	ring, talk, hold := talked.Sub(rang), held.Sub(talked)+moved.Sub(resumed)+over.Sub(taken), resumed.Sub(held)+taken.Sub(moved)
	if x := *c.Call.Times; !near(x.RingMs, ring) || !near(x.TalkMs, talk) || !near(x.HoldMs, hold) || x.QueueMs > 1000 {
		t.Errorf("the record says %+v; measured: ring %v, talk %v, hold %v", x, ring, talk, hold)
	}
	if len(c.Parts) != 2 || c.Parts[0].Agent != "carla" || c.Parts[1].Agent != "dora" || !near(c.Parts[1].TalkMs, over.Sub(taken)) {
		t.Errorf("parts %+v", c.Parts)
	}
	carla.choose(agent.Rest)
	worked := time.Since(moved)
	h.until(soon, "carla's ticket processing is in the record", func(ctx context.Context) (bool, string) {
		time.Sleep(200 * time.Millisecond) // one person's requests are throttled
		c, err := get[contract.CallFile](ctx, dora.page, "calls/"+id)
		return err == nil && near(c.Parts[0].WrapUpMs, worked) && c.Parts[0].WrapUpMs > 0, fmt.Sprintf("%+v, %v", c.Parts, err)
	})
}
