package engine_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

func TestChannelsOfOthersAreNeverTakenForOurs(t *testing.T) {
	for id, want := range map[string]string{
		"01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q-a1":  "01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q",
		"01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q-a12": "01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q",
		"01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q-a":   "",
		"01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q-ab":  "",
		"01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q":     "",
		"pbx-a1-1790000000.12":           "", // a systemname such as "pbx-a1" is in every channel's id
		"pbx-a1":                         "",
		"1790000000.12":                  "",
		"":                               "",
	} {
		if got := engine.CallOf(id); got != want {
			t.Errorf("%q is taken for a leg of %q, want %q", id, got, want)
		}
	}
}

func TestARescuedCallerIsTakenAgainAtOnceEvenWhileTheOldCallHasNotHeard(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		customer := h.sw.CallIn("sales")
		h.in(time.Second, call.Queued)
		h.store.Away(errAway) // the old call cannot take the fact; nor can the lease be renewed, so the rescue comes
		h.until(3*time.Minute, "the rescue came", func() bool { return h.sw.Rescued(customer) > 0 })
		h.store.Away(nil)
		h.until(3*time.Second, "they are in the queue and hear music", func() bool {
			what, ok := h.sw.Hears(customer)
			calls, _ := h.store.Calls(h.Context(), "fake")
			waiting := 0
			for _, c := range calls {
				if c.State == call.Queued {
					waiting++
				}
			}
			return ok && what == call.Music && waiting == 1
		})
	})
}

func TestTheRescueNeverTakesACallerFromAConversation(t *testing.T) {
	// The renewal is on its way, slowly, while the agent answers.
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		h.opt.Rescue = 9 * time.Second
		h.sw.Faults = func(op string) enginetest.Fault {
			if op == "guard_rescue" {
				return enginetest.Fault{Before: 900 * time.Millisecond}
			}
			return enginetest.Fault{}
		}
		defer h.stop()
		h.start()
		h.home.Hire("ann", agent.Desk, "sales")
		h.sw.Register("p-ann", true)
		for i := range 20 {
			h.ready("ann")
			h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Duration(i)*450*time.Millisecond)))
			customer := h.sw.CallIn("sales")
			h.in(20*time.Second, call.Talking)
			time.Sleep(15 * time.Second)
			if n := h.sw.Rescued(customer); n > 0 {
				t.Fatalf("rescued %d times", n)
			}
			h.sw.HangUp(customer)
			h.quiet(20 * time.Second)
		}
	})
}

func TestARequeuedCallerIsGuardedAgain(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		customer := h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		h.sw.React("p-ann", enginetest.Always(enginetest.Dead))
		h.sw.HangUpPhone("p-ann", 44)
		h.in(30*time.Second, call.Queued)
		time.Sleep(time.Minute) // guarded meanwhile
		h.stop()
		h.until(2*time.Minute, "the dialplan took the caller back", func() bool { return h.sw.Rescued(customer) > 0 })
		h.start()
	})
}

func TestAStrangersChannelWithAHyphenInItsNameIsNotHungUp(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.sw.Foreign("pbx-a1-1790000000.7")
		time.Sleep(2 * time.Minute)
		if left := fmt.Sprint(h.sw.Leftovers()); !strings.Contains(left, "pbx-a1") {
			t.Error("hung up")
		}
	})
}

func TestAgentsOfAnotherNodesCallsAreNotFreed(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.loose.Store(true) // the call of the other node is not in this store
		a := h.agent("ann")
		a.Version++
		a.Held = &agent.Reservation{Call: "elsewhere", Token: "elsewhere-o1", Phase: agent.Talking, Node: "other"}
		if err := h.store.Save(h.Context(), engine.Batch{Node: "fake", Epoch: 1, Agents: []agent.Agent{a}}); err != nil {
			t.Fatal(err)
		}
		h.e.Choose(h.Context(), "ann", agent.Rest, "") // the engine takes note of the record
		time.Sleep(2 * time.Minute)
		if h.agent("ann").Held == nil {
			t.Error("freed from a call that may be live")
		}
	})
}

func TestAnAgentWhomACrashForgotIsFreed(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.loose.Store(true)
		a := h.agent("ann")
		a.Version++
		a.Held = &agent.Reservation{Call: "01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q", Token: "o1", Phase: agent.Ringing, Node: "fake"}
		if err := h.store.Save(h.Context(), engine.Batch{Node: "fake", Epoch: 1, Agents: []agent.Agent{a}}); err != nil {
			t.Fatal(err)
		}
		h.e.Choose(h.Context(), "ann", agent.Rest, "") // the engine takes note of the record
		h.until(time.Minute, "ann is free", func() bool { return h.agent("ann").Held == nil })
	})
}

func TestAGhostThatWasListedAndLeftIsNotOffered(t *testing.T) {
	// The list is made while the caller is there; by the time it arrives they are gone, and nobody heard that.
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		var slow atomic.Bool
		h.sw.Faults = func(op string) enginetest.Fault {
			if op == "inventory" && slow.Load() {
				return enginetest.Fault{After: time.Second}
			}
			return enginetest.Fault{}
		}
		defer h.stop()
		h.start()
		h.sw.Cut()
		customer := h.sw.CallIn("sales")
		h.sw.Mend()
		time.Sleep(3 * time.Second)
		h.stop()
		slow.Store(true)
		h.sw.Cut()
		h.sw.Mend()
		ended := make(chan struct{})
		go func() { // after the list was made and before anybody knows the caller
			defer close(ended)
			time.Sleep(500 * time.Millisecond)
			h.sw.Mute(func() { h.sw.HangUp(customer) })
		}()
		h.start()
		<-ended
		h.quiet(30 * time.Second)
	})
}

func TestACallerWhoComesWhileStockIsTakenIsNotTakenForGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		h.sw.Faults = func(op string) enginetest.Fault {
			if op == "inventory" {
				return enginetest.Fault{After: 2 * time.Second}
			}
			return enginetest.Fault{}
		}
		defer h.stop()
		h.start()
		h.sw.Cut()
		h.sw.Mend()
		time.Sleep(time.Second) // the list is made and on its way
		h.sw.CallIn("sales")
		time.Sleep(5 * time.Second)
		h.in(0, call.Queued)
	})
}

// slowLists makes every list of the switch two seconds old by the time it arrives.
func slowLists(op string) (f enginetest.Fault) {
	if op == "inventory" {
		f.After = 2 * time.Second
	}
	return f
}

func TestStockThatWasTakenBeforeTheConnectionBrokeCountsForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		h.sw.Faults = slowLists
		defer h.stop()
		h.start()
		h.sw.Cut()
		h.sw.Mend()
		time.Sleep(time.Second)
		h.sw.Cut() // while the list is on its way
		time.Sleep(5 * time.Second)
		if h.e.Ready() == nil {
			t.Error("it works without a connection")
		}
		h.sw.Mend()
		h.until(5*time.Second, "it works again", func() bool { return h.e.Ready() == nil })
	})
}

func TestAPhoneThatRegistersWhileStockIsTakenStaysReachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		h.sw.Faults = slowLists
		defer h.stop()
		h.start()
		h.home.Hire("ann", agent.Desk, "sales")
		h.ready("ann")
		h.sw.Cut()
		h.sw.Mend()
		time.Sleep(time.Second)
		h.sw.Register("p-ann", true) // the list, which says otherwise, is on its way
		time.Sleep(5 * time.Second)
		if !h.agent("ann").Phone.Reachable {
			t.Error("an old list won over newer news")
		}
	})
}

func TestControllersThatLiveShortlyStillGuardTheirCallers(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		customer := h.sw.CallIn("sales")
		for range 12 {
			time.Sleep(15 * time.Second) // less than the time between two renewals
			h.stop()
			h.start()
		}
		if n := h.sw.Rescued(customer); n != 0 {
			t.Errorf("rescued %d times although somebody was always there", n)
		}
	})
}

func TestAClaimThatWaitsWhileAsteriskGoesAwayIsNotCarriedOutAfterwards(t *testing.T) {
	// The owner is busy when the claim comes, and Asterisk is away before it gets to it.
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		h.sw.Faults = func(op string) (f enginetest.Fault) {
			if op == "play_music" {
				f.After = 3 * time.Second
			}
			return f
		}
		defer h.stop()
		h.start()
		h.home.Hire("ann", agent.Desk, "sales")
		h.sw.Register("p-ann", true)
		h.ready("ann")
		customer := h.sw.CallIn("sales")
		time.Sleep(2500 * time.Millisecond) // the sweep has claimed
		h.sw.Cut()
		h.sw.HangUp(customer) // nobody hears that
		time.Sleep(2 * time.Second)
		h.sw.Mend()
		h.quiet(20 * time.Second)
		if n := h.sw.Done("dial"); n != 0 {
			t.Errorf("ann's phone was rung %d times for a caller who was gone", n)
		}
	})
}

func TestAPhoneThatAsteriskCallsWhenItWasGivenUpForLongDoesNotRingOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		var late atomic.Bool
		h.sw.Faults = func(op string) (f enginetest.Fault) {
			if op == "dial" && late.Swap(false) {
				f.Late = 3 * time.Second
			}
			return f
		}
		defer h.stop()
		h.start()
		for _, id := range []string{"ann", "bob"} {
			h.home.Hire(id, agent.Desk, "sales")
			h.sw.Register("p-"+id, true)
			h.ready(id)
			time.Sleep(time.Second)
		}
		h.sw.React("p-ann", enginetest.Always(enginetest.Ignores))
		late.Store(true)
		h.sw.CallIn("sales")
		h.in(5*time.Second, call.Offering)
		first := h.only().Agent.Leg
		h.until(3*time.Second, "that leg is given up and ann is called on another", func() bool {
			c := h.only()
			return c.Agent != nil && c.Agent.Leg != first
		})
		time.Sleep(4 * time.Second)
		if legs := h.sw.Legs("p-ann"); len(legs) != 1 {
			t.Errorf("ann's phone has %v", legs)
		}
		h.everybodyHangsUp([]string{"ann", "bob"})
	})
}
