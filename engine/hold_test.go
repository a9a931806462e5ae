package engine_test

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

func TestS35_AHoldThatLastsIsSignalledAgainAndAgainAndEndsNothing(t *testing.T) {
	inTalk(t, []string{"ann"}, func(s *call.Scenario) { s.HoldWarn = 30 * time.Second }, func(k *talk) {
		for range 2 { // the count begins anew
			k.do(call.Hold{Agent: "ann"})
			k.is(time.Second, call.Held, call.Music)
			began := time.Now()
			for n, after := range []time.Duration{29 * time.Second, 31 * time.Second, 61 * time.Second, 10 * time.Minute} {
				time.Sleep(time.Until(began.Add(after)))
				c := k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent)
				if want := []int{0, 1, 2, 20}[n]; c.HeldLong < want-1 || c.HeldLong > want {
					t.Errorf("after %v the page says %d times that the hold is long; want %d", after, c.HeldLong, want)
				}
			}
			k.is(0, call.Held, call.Music)
			k.do(call.Resume{Agent: "ann"})
			k.is(time.Second, call.Talking, call.Person)
			if c := k.sees("ann", agent.ShowOnCall, call.Talking, engine.RoleAgent); c.HeldLong != 0 || !c.Deadline.IsZero() {
				t.Errorf("in the conversation: held long %d, deadline %v", c.HeldLong, c.Deadline)
			}
		}
	})
}

func TestS35_AHoldIsSignalledInTimeThoughTheControllerWasRestarted(t *testing.T) {
	inTalk(t, []string{"ann"}, func(s *call.Scenario) { s.HoldWarn = 30 * time.Second }, func(k *talk) {
		k.do(call.Hold{Agent: "ann"})
		k.is(time.Second, call.Held, call.Music)
		time.Sleep(10 * time.Second)
		k.stop()
		time.Sleep(10 * time.Second)
		k.start()
		time.Sleep(9 * time.Second)
		if c := k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent); c.HeldLong != 0 {
			t.Error("signalled too early")
		}
		time.Sleep(2 * time.Second)
		if c := k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent); c.HeldLong != 1 {
			t.Errorf("signalled %d times", c.HeldLong)
		}
		k.is(0, call.Held, call.Music)
	})
}

func TestS37_TheHoldKeyOfADeskPhoneIsHoldAndResumeAndOnlyItselfCanUndoIt(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.sw.HoldKey("p-ann", true)
		k.is(time.Second, call.Held, call.Music)
		k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent)
		if err := k.e.Command(k.Context(), k.id, call.Resume{Agent: "ann"}); slug(err) != "phone_holds" {
			t.Errorf("resume while the phone holds: %v", err)
		}
		k.is(0, call.Held, call.Music)
		k.sw.HoldKey("p-ann", false)
		k.is(time.Second, call.Talking, call.Person)
		k.do(call.Hold{Agent: "ann"})
		k.is(time.Second, call.Held, call.Music)
		k.sw.HoldKey("p-ann", true) // both, in either order
		k.sw.HoldKey("p-ann", false)
		k.is(time.Second, call.Talking, call.Person)
	})
}

func TestS37_AHoldKeyPressedInAConsultationKeepsTheCustomerOnHoldWhenItIsCancelled(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		k.consult(engine.Aim{Agent: "bob"})
		k.is(5*time.Second, call.Consulting, call.Music)
		k.do(call.Swap{Agent: "ann"})
		k.is(time.Second, call.Swapped, call.Person)
		k.sw.HoldKey("p-ann", true)
		time.Sleep(time.Second)
		k.do(call.Cancel{Agent: "ann"})
		k.is(time.Second, call.Held, call.Music) // with her the customer would hear nothing
		k.sw.HoldKey("p-ann", false)
		k.is(time.Second, call.Talking, call.Person)
	})
}

func TestS37_ATargetWhosePhoneHoldsGetsTheCustomerOnHold(t *testing.T) {
	for _, from := range []call.State{call.Consulting, call.InConference} {
		inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
			k.sw.React("p-bob", answers)
			k.bringTo(from)
			k.sw.HoldKey("p-bob", true)
			time.Sleep(time.Second)
			k.do(call.Complete{Agent: "ann"})
			k.is(time.Second, call.Held, call.Music) // with him the customer would hear nothing
			k.sees("bob", agent.ShowOnHold, call.Held, engine.RoleAgent)
			k.sw.HoldKey("p-bob", false)
			k.is(time.Second, call.Talking, call.Person)
			k.sees("bob", agent.ShowOnCall, call.Talking, engine.RoleAgent)
		})
	}
}

func TestS37_ACustomerWhoWouldBeLeftWithPhonesThatHoldHearsMusicUntilOneDoesNot(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", answers)
		k.bringTo(call.Swapped)
		k.sw.HoldKey("p-ann", true)
		k.is(time.Second, call.Swapped, call.Music)
		k.sw.HoldKey("p-ann", false)
		k.is(time.Second, call.Swapped, call.Person)
		k.sw.HoldKey("p-ann", true)
		k.is(time.Second, call.Swapped, call.Music)
		k.do(call.Confer{Agent: "ann"})
		k.is(time.Second, call.InConference, call.Person) // bob talks
		k.sw.HoldKey("p-bob", true)
		k.is(time.Second, call.InConference, call.Music)
		k.sw.HoldKey("p-ann", false)
		k.is(time.Second, call.InConference, call.Person)
	})
}

func TestS37_AHoldKeyPressedWhileTheLegIsBeingJoinedCounts(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.sw.HangUpPhone("p-ann", 44)
		k.is(time.Second, call.Rejoining, call.Music)
		k.delay.Store(int64(500 * time.Millisecond))
		k.until(5*time.Second, "the new leg is up", func() bool {
			c, _ := k.e.Call(k.id)
			_, up := c.Talks("ann")
			return up
		})
		k.sw.HoldKey("p-ann", true)
		k.is(5*time.Second, call.Held, call.Music)
		k.delay.Store(0)
	})
}

func TestS37_AHoldKeyPressedOrReleasedWhileNobodyListenedCounts(t *testing.T) {
	for name, unheard := range map[string]func(*talk, func()){
		"the controller is restarted": func(k *talk, f func()) { k.stop(); f(); k.start() },
		"the connection is cut":       func(k *talk, f func()) { k.sw.Cut(); f(); k.sw.Mend() },
	} {
		t.Run(name, func(t *testing.T) {
			inTalk(t, []string{"ann"}, nil, func(k *talk) {
				unheard(k, func() { k.sw.HoldKey("p-ann", true) })
				k.is(time.Second, call.Held, call.Music)
				k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent)
				unheard(k, func() { k.sw.HoldKey("p-ann", false) })
				k.is(time.Second, call.Talking, call.Person)
				k.do(call.Hold{Agent: "ann"})
				unheard(k, func() {})
				time.Sleep(time.Second)
				k.is(0, call.Held, call.Music) // on hold by the page: the key has nothing to do with it
			})
		})
	}
}

func TestMuteSurvivesALostLegThatIsCalledBack(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.do(call.Mute{Agent: "ann", On: true})
		k.until(time.Second, "ann is muted", func() bool { return k.leg("ann").Muted })
		before := k.sees("ann", agent.ShowOnCall, call.Talking, engine.RoleAgent)
		k.sw.HangUpPhone("p-ann", 44)
		k.is(time.Second, call.Rejoining, call.Music)
		if c := k.sees("ann", agent.ShowRejoining, call.Rejoining, engine.RoleAgent); !c.Muted {
			t.Error("the page forgot it")
		}
		k.is(5*time.Second, call.Talking, call.Person)
		after := k.sees("ann", agent.ShowOnCall, call.Talking, engine.RoleAgent)
		if after.Leg == before.Leg || !after.Muted || !k.leg("ann").Muted {
			t.Errorf("the new leg %s (was %s): muted on the page %t, at the switch %t", after.Leg, before.Leg, after.Muted, k.leg("ann").Muted)
		}
		k.do(call.Mute{Agent: "ann"})
		k.until(time.Second, "ann is heard", func() bool { return !k.leg("ann").Muted })
	})
}

func TestMuteThatIsSwitchedWhileTheLegIsLostCounts(t *testing.T) {
	for _, on := range []bool{true, false} {
		inTalk(t, []string{"ann"}, nil, func(k *talk) {
			k.do(call.Mute{Agent: "ann", On: !on})
			k.sw.HangUpPhone("p-ann", 44)
			k.is(time.Second, call.Rejoining, call.Music)
			k.do(call.Mute{Agent: "ann", On: on})
			k.is(5*time.Second, call.Talking, call.Person)
			k.until(time.Second, "the leg is as ann said last", func() bool { return k.leg("ann").Muted == on })
		})
	}
}

func TestS36_ALegLostOnHoldComesBackOnHold(t *testing.T) {
	inTalk(t, []string{"ann"}, func(s *call.Scenario) { s.HoldWarn = 30 * time.Second }, func(k *talk) {
		k.do(call.Hold{Agent: "ann"})
		k.is(time.Second, call.Held, call.Music)
		k.sw.HangUpPhone("p-ann", 44)
		k.is(time.Second, call.Rejoining, call.Music)
		k.is(5*time.Second, call.Held, call.Music)
		k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent)
		k.do(call.Resume{Agent: "ann"})
		k.is(time.Second, call.Talking, call.Person)
	})
}

func TestDigitsGoToWhomTheAgentTalksToAndToNobodyOnHold(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		k.do(call.Digits{Agent: "ann", Digits: "12"}, call.Hold{Agent: "ann"})
		if err := k.e.Command(k.Context(), k.id, call.Digits{Agent: "ann", Digits: "3"}); slug(err) != "wrong_state" {
			t.Errorf("digits on hold: %v", err)
		}
		k.consult(engine.Aim{Agent: "bob"})
		k.is(5*time.Second, call.Consulting, call.Music)
		k.do(call.Digits{Agent: "ann", Digits: "4"})
		k.until(time.Second, "bob's phone got them", func() bool { return k.leg("bob").Digits == "4" })
		k.do(call.Swap{Agent: "ann"}, call.Digits{Agent: "ann", Digits: "5"})
		k.until(time.Second, "the customer got theirs", func() bool { return k.sw.Told(k.customer).Digits == "125" })
	})
}

func TestABrowserThatSeemsToHoldIsNotTakenForOneAfterARestart(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.home.Hire("ann", agent.WebRTC, "sales")
		h.sw.Register("p-ann", true)
		h.sw.React("p-ann", answers)
		h.ready("ann")
		h.sw.CallIn("sales")
		h.in(10*time.Second, call.Talking)
		h.stop()
		h.sw.HoldKey("p-ann", true) // what Asterisk says of it, not what anybody did
		time.Sleep(time.Second)
		h.start()
		time.Sleep(time.Second)
		h.in(0, call.Talking)
		h.everybodyHangsUp([]string{"ann"})
	})
}
