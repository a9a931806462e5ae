package e2e

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
	"switchroom/store/sql"
)

func TestS11_WithNobodyReadyTheCallerHearsMusicAndTheFirstToBecomeReadyGetsTheCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla, dora := h.desk("carla").login(), h.desk("dora").login()
	customer := h.customer("0301234567").dials("1000").isAnswered().hearsMusic()
	dora.choose(agent.Ready)
	leg := dora.rings()
	customer.hearsMusic() // also while the phone rings
	carla.choose(agent.Ready)
	h.talk(customer, dora, dora.answers(leg))
	if carla.isCalled() != 0 {
		t.Error("carla's phone rang too")
	}
}

func TestS16_AQueueThatAnswersAtOnceIsChargedFromItsMusicOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	h.customer("0301234567").dials("1000").isAnswered().hearsMusic().hangsUp()
}

func TestS16_AQueueThatAnswersWithTheAgentLetsTheCallerHearRingingAndIsChargedFromThenOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: func(s *call.Scenario) { s.AnswerNow = false }})
	carla := h.desk("carla").login()
	customer := h.customer("0301234567").dials("1000").hearsRinging()
	h.stays(1500*time.Millisecond, "the caller rings", func() bool { return customer.call.State() == phone.StateRinging })
	carla.choose(agent.Ready)
	leg := carla.rings()
	h.stays(500*time.Millisecond, "the caller rings", func() bool { return customer.call.State() == phone.StateRinging })
	carla.answers(leg)
	h.talk(customer, carla, leg)
	if charged := customer.call.Since(phone.StateUp).Sub(leg.Since(phone.StateUp)); charged < -20*time.Millisecond || charged > time.Second {
		t.Errorf("the caller was answered %v after the agent answered", charged)
	}
}

func TestS16_WhoWaitsAlreadyWaitsByTheQueuesNewSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: func(s *call.Scenario) { s.AnswerNow = false }})
	customer := h.customer("0301234567").dials("1000").hearsRinging()
	id := h.waitState(call.Queued).ID
	change := func(s call.Scenario) {
		s.Pickup, s.Music, s.AnswerNow = 10*time.Second, "default", true
		if err := h.db.PutQueue(h.Context(), "test", sql.QueueSettings{Name: sales, Number: "1000", Service: theService, Scenario: s}); err != nil {
			t.Fatal(err)
		}
	}
	change(call.Scenario{})
	customer.isAnswered().hearsMusic()
	change(call.Scenario{MaxWait: time.Second}) // which is over
	if result, reason := h.ending("overflow"); result != "overflow" || reason != "max_wait" {
		t.Errorf("the dialplan was told %s (%s)", result, reason)
	}
	h.endedAs(id, call.Overflow, "max_wait")
}

func TestS16_ACallerWhoHangsUpInTheQueueIsForgotten(t *testing.T) {
	t.Parallel()
	for name, now := range map[string]bool{"with music": true, "with ringing": false} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, options{sales: func(s *call.Scenario) { s.AnswerNow = now }})
			carla := h.desk("carla").login()
			customer := h.customer("0301234567").dials("1000")
			h.waitState(call.Queued)
			customer.hangsUp()
			h.settled()
			carla.choose(agent.Ready)
			h.stays(time.Second, "nobody is called", func() bool { return carla.isCalled() == 0 })
		})
	}
}

func TestS16_ACallerWhoHangsUpWhileThePhoneRingsStopsItAtOnceAndTheStatusReturns(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	for range 3 {
		customer := h.customer("0301234567").dials("1000")
		leg := carla.rings()
		carla.shows(agent.ShowRinging, "")
		hungUp := time.Now()
		customer.hangsUp()
		end := ended(h, leg)
		if after := end.At.Sub(hungUp); after > 500*time.Millisecond {
			t.Errorf("the phone stopped after %v", after)
		}
		if _, cancelled := leg.Cancelled(); !cancelled {
			t.Errorf("the phone got no CANCEL: %+v", end)
		}
		carla.shows(agent.ShowReady, "") // no miss
		h.settled()
	}
}

func TestS16_WhoHasWaitedLongerThanTheQueueAllowsGoesBackToTheDialplan(t *testing.T) {
	t.Parallel()
	for name, answerNow := range map[string]bool{"with music": true, "with ringing": false} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, options{sales: func(s *call.Scenario) { s.MaxWait, s.AnswerNow = 2*time.Second, answerNow }})
			h.desk("carla").login()
			began := time.Now()
			customer := h.customer("0301234567").dials("1000")
			end := customer.isHungUp()
			if waited := time.Since(began); waited < 1900*time.Millisecond || waited > 3500*time.Millisecond {
				t.Errorf("the caller waited %v", waited)
			}
			if result, reason := h.ending("overflow"); result != "overflow" || reason != "max_wait" {
				t.Errorf("the dialplan was told %s, %s", result, reason)
			}
			if !answerNow && end.Code != 486 {
				t.Errorf("the dialplan's own ending (486) became %d", end.Code)
			}
		})
	}
}

func TestS16_TheLongestWaitEndsAnOfferToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: func(s *call.Scenario) { s.MaxWait, s.Pickup = 1500*time.Millisecond, time.Second }})
	carla, dora := h.desk("carla").ready(), h.desk("dora").ready()
	customer := h.customer("0301234567").dials("1000")
	ended(h, carla.rings())
	ended(h, dora.rings())
	customer.isHungUp()
	if result, reason := h.ending("overflow"); result != "overflow" || reason != "max_wait" {
		t.Errorf("the dialplan was told %s, %s", result, reason)
	}
}

func TestS16_WithNobodyLoggedInTheCallOverflowsAtOnceWhereTheQueueSaysSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: func(s *call.Scenario) { s.OverflowEmpty = true }})
	carla := h.desk("carla").login()
	waiting := h.customer("0301234567").dials("1000").hearsMusic() // somebody is there, in Business
	h.stays(time.Second, "the caller waits", func() bool { return waiting.call.State() == phone.StateUp })
	carla.choose(agent.LoggedOut)
	waiting.isHungUp()
	if result, reason := h.ending("overflow"); result != "overflow" || reason != "nobody_there" {
		t.Errorf("the dialplan was told %s, %s", result, reason)
	}
	late := h.customer("0307654321").dials("1000")
	late.isHungUp()
}

func TestS3_WithInboundSwitchedOffTheCallIsRefusedUnanswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{service: func(s *sql.Service) { s.Inbound = false }})
	carla := h.desk("carla").ready()
	customer := h.customer("0301234567").dials("1000")
	customer.isHungUp()
	if !customer.call.Since(phone.StateUp).IsZero() {
		t.Error("the call was answered")
	}
	if result, reason := h.ending("refused"); result != "refused" || reason != "inbound_off" {
		t.Errorf("the dialplan was told %s, %s", result, reason)
	}
	if carla.isCalled() != 0 {
		t.Error("carla's phone rang")
	}
}

func TestS3_ACallToAQueueThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	h.customer("0301234567").dials("1999").isHungUp()
	if result, reason := h.ending("refused"); result != "refused" || reason != "unknown_queue" {
		t.Errorf("the dialplan was told %s, %s", result, reason)
	}
}
