package e2e

import (
	"fmt"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/lab/phone"
)

func shortPickup(s *call.Scenario) { s.Pickup = 1500 * time.Millisecond }

func TestS16_ACallNotAnsweredInThePickupTimeGoesToAnotherAgentAndTheFirstBecomesBusinessMissed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: shortPickup})
	carla, dora := h.desk("carla").ready(), h.desk("dora").ready()
	customer := h.customer("0301234567").dials("1000")

	first := carla.rings()
	began := time.Now()
	second := dora.rings()
	if after := time.Since(began); after < 1200*time.Millisecond || after > 2500*time.Millisecond {
		t.Errorf("the call was taken back after %v, the pickup time is 1.5 s", after)
	}
	ended(h, first)
	if first.AnsweredElsewhere() {
		t.Error("the first phone shows no missed call, but it missed one")
	}
	carla.shows(agent.ShowBusiness, agent.ReasonMissed)
	dora.answers(second)
	h.talk(customer, dora, second)
	h.hasOneTicket(h.theCall().ID, "dora")
	if carla.isCalled() != 1 {
		t.Errorf("carla's phone was called %d times", carla.isCalled())
	}
}

func TestS16_TheCallerKeepsThePlaceInTheQueueOverAMissedOffer(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: shortPickup})
	carla := h.desk("carla").ready()
	first := h.customer("0300000001").dials("1000")
	carla.rings()
	second := h.customer("0300000002").dials("1000").hearsMusic()
	carla.shows(agent.ShowBusiness, agent.ReasonMissed)
	dora := h.desk("dora").ready()
	leg := dora.rings()
	if leg.FromUser() != "0300000001" {
		t.Errorf("%s is served first", leg.FromUser())
	}
	h.talk(first, dora, dora.answers(leg))
	second.hangsUp()
}

func TestS16_WithALimitOfTwoMissesTheSecondMissMakesBusinessAndAnAnsweredCallStartsTheCountAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: func(s *call.Scenario) { s.Pickup, s.MissLimit = time.Second, 2 }})
	carla := h.desk("carla").ready()
	miss := func(after agent.Code, reason string) {
		t.Helper()
		customer := h.customer("0301234567").dials("1000")
		ended(h, carla.rings())
		carla.shows(after, reason)
		customer.hangsUp()
		h.settled()
	}
	miss(agent.ShowReady, "")
	carla.does(phone.AutoAnswer(0))
	customer := h.customer("0301234567").dials("1000")
	h.talk(customer, carla, carla.rings())
	customer.hangsUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	carla.does(phone.RingForever()).choose(agent.Ready)
	miss(agent.ShowReady, "")
	miss(agent.ShowBusiness, agent.ReasonMissed)
}

func TestS16_WhoMissedTheCallIsOfferedItAgainWhenNobodyElseIsThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: func(s *call.Scenario) { s.Pickup, s.MissLimit = time.Second, 0 }})
	carla := h.desk("carla").ready()
	customer := h.customer("0301234567").dials("1000")
	ended(h, carla.rings())
	missed := time.Now()
	leg := carla.ringsWithin(call.ReofferPause + soon)
	if after := time.Since(missed); after < call.ReofferPause-500*time.Millisecond {
		t.Errorf("the call was offered again after %v", after)
	}
	h.talk(customer, carla, carla.answers(leg))
}

func TestS16_DecliningIsAMiss(t *testing.T) {
	t.Parallel()
	declining := map[string]struct {
		phone phone.Behaviour
		page  bool
	}{
		"on the page":               {phone.RingForever(), true},
		"on the phone (603)":        {phone.DeclineAfterRinging(100 * time.Millisecond), false},
		"on the phone (486)":        {refuseAfterRinging(486, "Busy Here"), false},
		"on the phone (480)":        {refuseAfterRinging(480, "Temporarily Unavailable"), false},
		"on the phone (603 atonce)": {phone.Decline(), false},
	}
	h := newHouse(t, options{})
	carla, dora := h.desk("carla").login(), h.desk("dora").login()
	for how, d := range declining {
		t.Log(how)
		carla.does(d.phone).choose(agent.Ready)
		customer := h.customer("0301234567").dials("1000")
		leg := carla.rings()
		if d.page {
			carla.shows(agent.ShowRinging, "")
			carla.command(call.KDecline)
		}
		ended(h, leg)
		carla.shows(agent.ShowBusiness, agent.ReasonMissed)
		dora.choose(agent.Ready)
		leg = dora.answers(dora.rings())
		h.talk(customer, dora, leg)
		customer.hangsUp()
		dora.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
		h.settled()
	}
}

// refuseAfterRinging is a phone whose reject key says something else than 603.
func refuseAfterRinging(code int, phrase string) phone.Behaviour {
	return func(c *phone.Call) {
		_ = c.Ring()
		select {
		case <-time.After(200 * time.Millisecond):
			_ = c.Reject(code, phrase)
		case <-c.Context().Done():
		}
	}
}

func TestS16_ABusyPhoneIsNoMissAndGetsNoOffersForHalfAMinute(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").does(phone.Busy()).ready()
	customer := h.customer("0301234567").dials("1000").hearsMusic()
	carla.rings()
	v := carla.sees("says that the phone was busy", func(v view) bool { return v.Status.Notice == "phone_busy" })
	refused := time.Now()
	if v.Status.Code != agent.ShowReady || v.Phone.Fault != "busy" || v.Phone.Blocked.IsZero() {
		t.Errorf("the page shows %+v %+v", v.Status, v.Phone)
	}
	carla.does(phone.RingForever())
	leg := carla.ringsWithin(agent.PhoneFaultPause + soon)
	if after := time.Since(refused); after < agent.PhoneFaultPause-time.Second {
		t.Errorf("the phone is called again after %v", after)
	}
	h.talk(customer, carla, carla.answers(leg))
}

func TestS16_AnUnreachablePhoneIsNoMissAndIsCalledAgainAsSoonAsItsContactChanges(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	carla.phone.Vanish()
	customer := h.customer("0301234567").dials("1000").hearsMusic()
	v := carla.seesWithin(call.RingWithin+soon, "says that the phone is unreachable", func(v view) bool { return v.Status.Notice == "phone_unreachable" })
	if v.Status.Code != agent.ShowReady {
		t.Errorf("the page shows %+v", v.Status)
	}
	customer.hearsMusic()
	carla.plugIn()
	leg := carla.ringsWithin(call.RingWithin + soon)
	h.talk(customer, carla, carla.answers(leg))
}

func TestS16_AnUnreachablePhonesCallGoesToAnotherAgentWithinSeconds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla, dora := h.desk("carla").does(phone.NoReplyAtAll()).ready(), h.desk("dora").ready()
	customer := h.customer("0301234567").dials("1000")
	leg := dora.ringsWithin(call.RingWithin + soon)
	h.talk(customer, dora, dora.answers(leg))
	if v := carla.view(); v.Status.Code != agent.ShowReady || v.Status.Notice != "phone_unreachable" {
		t.Errorf("carla's page shows %+v", v.Status)
	}
}

func TestS16_ReadyWithoutARegisteredPhoneGetsNoOffersAndThePageSaysWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla, dora := h.desk("carla").ready(), h.desk("dora").ready()
	carla.must("unregister", carla.phone.Unregister)
	carla.sees("says that the phone is gone", func(v view) bool { return v.Status.Notice == "phone_unreachable" && !v.Phone.Reachable })
	customer := h.customer("0301234567").dials("1000")
	h.talk(customer, dora, dora.answers(dora.rings()))
	carla.must("register", carla.phone.Register)
	carla.sees("is reachable again", func(v view) bool { return v.Status.Notice == "" && v.Phone.Reachable })
	other := h.customer("0307654321").dials("1000")
	h.talk(other, carla, carla.answers(carla.rings()))
}

func TestS16_WhereAllPhonesFailTheCallerHearsMusicAndIsServedByWhoComesBack(t *testing.T) {
	t.Parallel()
	names := []string{"agent1", "agent2", "agent3", "agent4"}
	h := newHouse(t, options{agents: names})
	for i, name := range names {
		h.desk(name).does([]phone.Behaviour{phone.Busy(), phone.Refuse(503, "Service Unavailable"), phone.Refuse(404, "Not Found"), phone.DoNotDisturb()}[i]).ready()
	}
	customer := h.customer("0301234567").dials("1000").hearsMusic()
	for _, d := range h.desks {
		d.sees("says what is wrong", func(v engine.View) bool { return v.Phone.Fault != "" && v.Status.Code == agent.ShowReady })
		if n := d.isCalled(); n != 1 {
			t.Errorf("%s's phone was called %d times", d.name, n)
		}
	}
	d := h.desks[2].does(phone.AutoAnswer(0))
	d.must("register anew", d.phone.Register)
	d.must("unregister", d.phone.Unregister)
	d.must("register anew", d.phone.Register)
	d.rings()
	h.talk(customer, d, d.ringsWithin(soon))
}

func TestS16_ACallerWhoHangsUpJustAsThePhoneIsCalledBlocksNobodysPhone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{proxied: true})
	carla := h.desk("carla").login()
	customer := h.customer("0301234567").dials("1000").hearsMusic()
	h.proxy.swallow() // what the controller wants of Asterisk comes late
	carla.choose(agent.Ready)
	carla.shows(agent.ShowRinging, "")
	customer.hangsUp()
	h.until(soon, "the caller's channel is gone", func(ctx contextT) (bool, string) {
		channels, err := h.ari.Channels().List(ctx)
		return err == nil && len(channels) == 0, fmt.Sprint(len(channels), err)
	})
	h.proxy.pass()
	h.settled()
	carla.sees("is Ready and nothing is wrong", func(v view) bool { return v.Status.Code == agent.ShowReady && v.Status.Notice == "" })
	other := h.customer("0307654321").dials("1000")
	h.talk(other, carla, carla.answers(carla.rings()))
}
