package e2e

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/lab/phone"
)

// Calls between agents, without a customer.

// colleagues are carla and dora, Ready, in a house whose service may dial out.
func colleagues(t *testing.T) (h *house, carla, dora *desk) {
	t.Helper()
	h = newHouse(t, options{before: wayOut})
	return h, h.desk("carla").obeysAutoAnswer().ready(), h.desk("dora").ready()
}

func TestS17_AnAgentCallsAColleagueAndBothAreReadyAgainAfterwardsWithoutATicket(t *testing.T) {
	t.Parallel()
	h, carla, dora := colleagues(t)
	id := carla.dialsUp("2002", "")
	mine := carla.rings()
	theirs := dora.rings()
	if theirs.FromUser() != "2001" {
		t.Errorf("dora's phone shows %q", theirs.FromUser())
	}
	carla.hearsRinging(mine)
	if v := carla.shows(agent.ShowDialing, ""); !v.Call.Internal || v.Call.Caller.Number != "2002" {
		t.Errorf("carla's page shows %+v", v.Call)
	}
	if v := dora.shows(agent.ShowRinging, ""); !v.Call.Internal || v.Call.Role != engine.RoleTarget || v.Call.Caller.Number != "2001" {
		t.Errorf("dora's page shows %+v", v.Call)
	}
	customer := h.customer("0301234567").dials("1000") // nobody is free: both are in it
	dora.answers(theirs)
	h.hear(desksEar(carla, mine, dora.tone), desksEar(dora, theirs, carla.tone), customersEar(customer, musicTones()...))
	carla.shows(agent.ShowOnCall, "")
	dora.shows(agent.ShowOnCall, "")
	carla.order(call.KMute, map[string]any{"muted": true})
	h.hear(desksEar(carla, mine, dora.tone), desksEar(dora, theirs))
	dora.hangsUp(theirs)
	ended(h, mine)
	h.endedAs(id, call.Completed, "target_hangup")
	leg := carla.rings() // longest idle, and free at once
	h.talk(customer, carla, carla.answers(leg))
	dora.shows(agent.ShowReady, "")
	customer.hangsUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	if n := h.tickets(); n != 1 {
		t.Errorf("%d tickets; want the customer's", n)
	}
}

func TestS19_ADeskPhoneDialsAColleague_AndIsToldWhenTheyAreBusyOrDoNotWant(t *testing.T) {
	t.Parallel()
	h, carla, dora := colleagues(t)
	mine := carla.dialsOnPhone("2002")
	theirs := dora.rings()
	dora.answers(theirs)
	carla.must("is answered when dora answers", func(ctx contextT) error { return mine.WaitState(ctx, phone.StateUp) })
	h.hear(desksEar(carla, mine, dora.tone), desksEar(dora, theirs, carla.tone))
	carla.hangsUp(mine)
	ended(h, theirs)
	carla.shows(agent.ShowReady, "")
	dora.shows(agent.ShowReady, "")

	dora.does(phone.DeclineAfterRinging(200 * time.Millisecond))
	if end := ended(h, carla.dialsOnPhone("2002")); end.Code != 403 || end.Q850 != 21 {
		t.Errorf("declined: carla's phone is told %+v", end)
	}
	dora.shows(agent.ShowReady, "") // no miss
	for status, code := range map[agent.Choice]int{agent.Rest: 403, agent.Business: 403} {
		dora.choose(status)
		if end := ended(h, carla.dialsOnPhone("2002")); end.Code != code {
			t.Errorf("dora is %s: carla's phone is told %+v", status, end)
		}
	}
	if end := ended(h, carla.dialsOnPhone("2001")); end.Code != 403 {
		t.Errorf("her own number: %+v", end)
	}
	dora.ready().does(phone.Busy())
	if end := ended(h, carla.dialsOnPhone("2002")); end.Code != 486 {
		t.Errorf("busy: carla's phone is told %+v", end)
	}
	if n := h.tickets(); n != 0 {
		t.Errorf("%d tickets", n)
	}
}
