package e2e

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
)

func TestS14_ADeskPhonesHandsetAnswersAndBothHearEachOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla, dora := h.desk("carla").ready(), h.desk("dora").login()
	customer := h.customer("0301234567").dials("1000")

	leg := carla.rings()
	v := carla.shows(agent.ShowRinging, "")
	if v.Call.Caller.Number != "0301234567" || v.Call.Service != theService || v.Call.Called != "1000" {
		t.Errorf("the page shows %+v", v.Call)
	}
	carla.answers(leg)
	h.talk(customer, carla, leg)
	if v = carla.shows(agent.ShowOnCall, ""); v.Call.State != call.Talking {
		t.Errorf("the page shows the call %s", v.Call.State)
	}
	customer.hangsUp()
	if end := ended(h, leg); end.By != phone.Remote {
		t.Errorf("the agent's phone: %+v", end)
	}
	if dora.isCalled() != 0 {
		t.Error("dora's phone rang too")
	}
}

func TestS14_TheWidgetsAnswerMakesADeskPhoneThatObeysAutoAnswerTakeTheCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").obeysAutoAnswer().ready()
	customer := h.customer("0301234567").dials("1000")

	first := carla.rings()
	carla.shows(agent.ShowRinging, "")
	carla.command(call.KAnswer)
	second := carla.rings()
	if _, auto := second.AutoAnswerRequested(); !auto {
		t.Errorf("the second call does not ask for auto-answer: %v", second.Invitation())
	}
	if _, auto := first.AutoAnswerRequested(); auto {
		t.Error("the first call asked for auto-answer: every call would be answered by itself")
	}
	ended(h, first)
	if !first.AnsweredElsewhere() {
		c, _ := first.Cancelled()
		t.Errorf("the first call leaves a missed call on the phone's display; it was cancelled with %q", c.Reason)
	}
	h.talk(customer, carla, second)
	carla.command(call.KAnswer) // a second click is no error
	if n := carla.isCalled(); n != 2 {
		t.Errorf("the phone was called %d times", n)
	}
	h.hasOneTicket(h.theCall().ID, "carla")
}

func TestS14_ADeskPhoneThatIgnoresAutoAnswerRingsOnAndIsAnsweredByHand(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	customer := h.customer("0301234567").dials("1000")

	first := carla.rings()
	carla.shows(agent.ShowRinging, "")
	carla.command(call.KAnswer)
	second := carla.rings()
	ended(h, first)
	carla.shows(agent.ShowRinging, "")
	carla.answers(second)
	h.talk(customer, carla, second)
}

func TestS15_TheTicketExistsOnceAndOnlyAfterCustomerAndAgentWereBridged(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	customer := h.customer("0301234567").dials("1000")

	leg := carla.rings()
	id := carla.shows(agent.ShowRinging, "").Call.ID
	h.hasNoTicket(id)
	carla.answers(leg)
	h.talk(customer, carla, leg)
	number := h.hasOneTicket(id, "carla")
	carla.sees("shows the ticket", func(v view) bool { return v.Call != nil && v.Call.Ticket == number })
	customer.hangsUp()
	v := carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	if v.WrapUp == nil || v.WrapUp.Ticket != number || v.WrapUp.Call != id {
		t.Errorf("the page shows as wrap-up %+v", v.WrapUp)
	}
	if n := h.tickets(); n != 1 {
		t.Errorf("there are %d tickets", n)
	}
}

func TestS15_ACallThatNobodyAnsweredHasNoTicket(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	customer := h.customer("0301234567").dials("1000")
	carla.rings()
	customer.hangsUp()
	carla.shows(agent.ShowReady, "")
	h.settled()
	if n := h.tickets(); n != 0 {
		t.Errorf("there are %d tickets", n)
	}
}

// How a conversation can end.
var hangups = map[string]func(*desk, *customer, *phone.Call){
	"by the customer":            func(_ *desk, c *customer, _ *phone.Call) { c.hangsUp() },
	"by the agent's handset":     func(d *desk, _ *customer, leg *phone.Call) { d.hangsUp(leg) },
	"by the agent's page":        func(d *desk, _ *customer, _ *phone.Call) { d.command(call.KHangup) },
	"by both at the same moment": func(d *desk, c *customer, leg *phone.Call) { go c.call.Hangup(c.h.Context()); d.hangsUp(leg) },
}

func TestS38_WhoeverHangsUpTheAgentIsInTicketProcessing_S39_GetsNoCalls_S40_UntilReadyIsChosen(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	for how, hangUp := range hangups {
		t.Log(how)
		customer := h.customer("0301234567").dials("1000")
		leg := carla.answers(carla.rings())
		h.talk(customer, carla, leg)
		hangUp(carla, customer, leg)
		carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing) // S38
		ended(h, leg)
		customer.waits("is rid of the call", func(ctx contextT) error { _, err := customer.call.WaitEnded(ctx); return err })
		h.settled()

		next := h.customer("0307654321").dials("1000").hearsMusic() // S39
		rung := carla.isCalled()
		h.stays(time.Second, "carla is left in peace", func() bool { return carla.isCalled() == rung })
		carla.choose(agent.Ready) // S40
		leg = carla.answers(carla.rings())
		h.talk(next, carla, leg)
		next.hangsUp()
		carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
		carla.choose(agent.Ready)
		h.settled()
	}
}

func TestS40_TicketProcessingEndsByItselfWhereItHasALimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: func(s *call.Scenario) { s.WrapUp = 1500 * time.Millisecond }})
	carla := h.desk("carla").does(phone.AutoAnswer(0)).ready()
	customer := h.customer("0301234567").dials("1000")
	h.talk(customer, carla, carla.rings())
	customer.hangsUp()
	v := carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	if v.WrapUp == nil || v.WrapUp.Until.IsZero() {
		t.Errorf("the page does not say how long: %+v", v.WrapUp)
	}
	carla.shows(agent.ShowReady, "")
	if since := time.Since(v.Status.Since); since < 1400*time.Millisecond {
		t.Errorf("ticket processing took %v", since)
	}
}
