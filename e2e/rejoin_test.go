package e2e

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
)

// rtpTimeout is how long Asterisk waits for a phone's audio before it gives the leg up, with what the controller sets for agents' phones.
const rtpTimeout = 10 * time.Second

// lose takes the audio of an agent's phone away without a word.
func (c *customer) lose(leg *phone.Call) {
	c.mayHearNothing = true // until Asterisk notices; from then on the story checks it
	leg.StopRTP()
}

func TestS37_APhoneThatLosesItsAudioIsCalledBackAndTheConversationGoesOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").obeysAutoAnswer().ready()
	customer := h.customer("0301234567").dials("1000")
	leg := carla.answers(carla.rings())
	h.talk(customer, carla, leg)
	number := h.hasOneTicket(h.theCall().ID, "carla")

	customer.lose(leg)
	again := carla.ringsWithin(rtpTimeout + soon)
	from := again.Since(phone.StateIncoming)
	if _, auto := again.AutoAnswerRequested(); !auto {
		t.Error("the phone is not asked to answer by itself")
	}
	h.talk(customer, carla, again)
	if s := customer.call.LongestSilence(from, time.Time{}, -45); s > longestSilence {
		t.Errorf("the customer was in silence for %v while the phone was called back", s)
	}
	carla.shows(agent.ShowOnCall, "")
	customer.hangsUp()
	v := carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	if v.WrapUp == nil || v.WrapUp.Ticket != number || h.tickets() != 1 {
		t.Errorf("the ticket was %s, now the page shows %+v and there are %d", number, v.WrapUp, h.tickets())
	}
}

func TestS37_APhoneThatDoesNotComeBackLosesTheCustomerToAnotherAgentAheadOfTheQueue(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla, dora := h.desk("carla").ready(), h.desk("dora").login()
	customer := h.customer("0300000001").dials("1000")
	leg := carla.answers(carla.rings())
	h.talk(customer, carla, leg)
	id := h.theCall().ID
	h.hasOneTicket(id, "carla")
	other := h.customer("0300000002").dials("1000").hearsMusic()

	carla.does(phone.NoReplyAtAll())
	customer.lose(leg)
	carla.seesWithin(rtpTimeout+soon, "is called back", func(v view) bool { return v.Status.Code == agent.ShowRejoining })
	customer.hearsMusic()
	from := time.Now()
	carla.seesWithin(call.RejoinWithin+soon, "is in ticket processing", func(v view) bool {
		return v.Status.Code == agent.ShowBusiness && v.Status.Reason == agent.ReasonTicketProcessing
	})
	dora.choose(agent.Ready)
	next := dora.rings()
	if next.FromUser() != "0300000001" {
		t.Errorf("%s is served before the customer who was cut off", next.FromUser())
	}
	h.talk(customer, dora, dora.answers(next))
	if s := customer.call.LongestSilence(from, time.Time{}, -45); s > longestSilence {
		t.Errorf("the customer was in silence for %v", s)
	}
	h.hasOneTicket(id, "carla") // one for the call, whoever talks
	other.hangsUp()
	customer.hangsUp()
	dora.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
}

func TestS37_TheAgentCanAskForTheAudioBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").obeysAutoAnswer().ready()
	customer := h.customer("0301234567").dials("1000")
	leg := carla.answers(carla.rings())
	for range 2 {
		h.talk(customer, carla, leg)
		carla.command(call.KRejoin)
		ended(h, leg)
		leg = carla.rings()
	}
	h.talk(customer, carla, leg)
	carla.shows(agent.ShowOnCall, "")
	if h.tickets() != 1 {
		t.Errorf("there are %d tickets", h.tickets())
	}
}

func TestS37_AnAgentWhoDeclinesToComeBackLeavesTheCustomerToAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla, dora := h.desk("carla").ready(), h.desk("dora").login()
	customer := h.customer("0301234567").dials("1000")
	leg := carla.answers(carla.rings())
	h.talk(customer, carla, leg)
	dora.choose(agent.Ready)
	carla.does(phone.DeclineAfterRinging(100 * time.Millisecond)).command(call.KRejoin)
	next := dora.rings()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	h.talk(customer, dora, dora.answers(next))
}

func TestS38_ADeskPhoneThatUnregistersDuringACallKeepsIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	customer := h.customer("0301234567").dials("1000")
	leg := carla.answers(carla.rings())
	h.talk(customer, carla, leg)
	carla.must("unregister", carla.phone.Unregister)
	carla.sees("says that the phone is gone", func(v view) bool { return !v.Phone.Reachable })
	h.talk(customer, carla, leg)
	carla.shows(agent.ShowOnCall, "")
	customer.hangsUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	carla.choose(agent.Ready)
	carla.sees("is Ready but has no phone", func(v view) bool { return v.Status.Notice == "phone_unreachable" })
}

func TestS20_S37_AlsoAPhoneOnWhichTheAgentDialledIsCalledBackButNotOneThatWasHungUp(t *testing.T) {
	t.Parallel()
	h, customer, carla := dialsOut(t, phone.RingForever())
	leg := carla.dialsOnPhone("01055550100")
	customer.isCalled()
	carla.hangsUp(leg) // before anybody answered
	customer.isHungUp()
	carla.sees("is free, and is told nothing", func(v view) bool { return v.Call == nil && v.DialFailure == nil && v.Status.Code == agent.ShowBusiness })

	customer.does(phone.AnswerAfterRinging(700 * time.Millisecond))
	leg = carla.dialsOnPhone("01055550100")
	customer.isCalled()
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	customer.lose(leg)
	again := carla.ringsWithin(rtpTimeout + soon)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, again, customer.tone))
	carla.shows(agent.ShowOnCall, "")
	carla.hangsUp(again)
	customer.isHungUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
}
