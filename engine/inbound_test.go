package engine_test

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

func TestS13_S15_S38_AReadyAgentGetsTheCallATicketAndTicketProcessing(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(3*time.Second)))
		customer := h.sw.CallIn("sales")
		h.in(time.Second, call.Offering)
		if s := h.agent("ann").Status(time.Now()); s.Code != agent.ShowRinging {
			t.Errorf("while it rings ann is %s", s.Code)
		}
		h.in(5*time.Second, call.Talking)
		if what, _ := h.sw.Hears(customer); what != call.Person {
			t.Errorf("the customer hears %q", what)
		}
		h.until(time.Second, "there is a ticket", func() bool { return h.only().Ticket != "" })
		if err := h.e.Command(h.Context(), h.only().ID, call.Hangup{Agent: "ann"}); err != nil {
			h.Fatal(err)
		}
		h.quiet(10 * time.Second)
		if a := h.agent("ann"); a.Chosen != agent.Business || a.Reason != agent.ReasonTicketProcessing {
			t.Errorf("after the call ann is %s (%s)", a.Chosen, a.Reason)
		}
	})
}

func TestS16_AMissedCallGoesToTheNextAgentAfterThePickupTime(t *testing.T) {
	inHouse(t, []string{"ann", "bob"}, func(h *house) {
		h.sw.React("p-bob", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		h.sw.CallIn("sales")
		came := time.Now()
		h.in(time.Second, call.Offering)
		h.in(30*time.Second, call.Talking)
		if took := time.Since(came); took < 21*time.Second || took > 22*time.Second {
			t.Errorf("bob talks after %v; the pickup time is 20 s, and he takes 1 s", took)
		}
		if a := h.agent("ann"); a.Chosen != agent.Business || a.Reason != agent.ReasonMissed {
			t.Errorf("ann, who missed it, is %s (%s)", a.Chosen, a.Reason)
		}
	})
}

func TestS16_WithNobodyElseTheAgentWhoDeclinedIsAskedAgainAfterAPause(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, Scenario: call.Scenario{Pickup: 20 * time.Second, Music: "m", MissLimit: 0}})
		var rang []time.Time
		h.sw.React("p-ann", func(call.Dial) enginetest.Reaction {
			rang = append(rang, time.Now())
			if len(rang) == 2 {
				return enginetest.AnswersAfter(time.Second)
			}
			return enginetest.DeclinesAfter(time.Second)
		})
		h.sw.CallIn("sales")
		h.in(time.Second, call.Offering)
		h.in(20*time.Second, call.Talking)
		if gap := rang[1].Sub(rang[0]) - time.Second; gap < call.ReofferPause || gap > call.ReofferPause+50*time.Millisecond {
			t.Errorf("declined, and asked again after %v; want %v", gap, call.ReofferPause)
		}
	})
}

func TestS16_ABusyPhoneGetsNoOffersFor30SecondsOrUntilItsContactChanges(t *testing.T) {
	for _, tt := range []struct {
		name    string
		changes bool
		want    time.Duration
	}{{"time", false, 30 * time.Second}, {"another contact", true, 10 * time.Second}} {
		t.Run(tt.name, func(t *testing.T) {
			inHouse(t, []string{"ann"}, func(h *house) {
				var rang []time.Time
				h.sw.React("p-ann", func(call.Dial) enginetest.Reaction {
					rang = append(rang, time.Now())
					if len(rang) > 1 {
						return enginetest.AnswersAfter(0)
					}
					return enginetest.Busy
				})
				h.sw.CallIn("sales")
				time.Sleep(10 * time.Second)
				if tt.changes {
					h.sw.Register("p-ann", true)
				}
				h.in(40*time.Second, call.Talking)
				if gap := rang[1].Sub(rang[0]); gap < tt.want-time.Second || gap > tt.want+time.Second {
					t.Errorf("called again after %v; want about %v", gap, tt.want)
				}
				if a := h.agent("ann"); a.Misses != 0 {
					t.Error("a busy phone counted as a miss")
				}
			})
		})
	}
}

func TestS16_OverflowAfterTheLongestWait(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		s := scenario
		s.MaxWait = 45 * time.Second
		h.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, Scenario: s})
		h.sw.CallIn("sales")
		time.Sleep(44 * time.Second)
		h.in(0, call.Queued)
		h.quiet(10 * time.Second)
		if back := h.sw.GivenBack(); len(back) != 1 || back[0].Result != "overflow" || back[0].Slug != "max_wait" {
			t.Errorf("given back with %+v", back)
		}
	})
}

func TestS16_OverflowAtOnceWhenNobodyIsLoggedIn(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		s := scenario
		s.OverflowEmpty = true
		h.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, Scenario: s})
		if err := h.e.Choose(h.Context(), "ann", agent.Rest, "lunch"); err != nil {
			h.Fatal(err)
		}
		h.sw.CallIn("sales")
		time.Sleep(10 * time.Second)
		h.in(0, call.Queued) // ann is at lunch and will be back
		if err := h.e.Logout(h.Context(), "ann"); err != nil {
			h.Fatal(err)
		}
		h.quiet(10 * time.Second)
		if back := h.sw.GivenBack(); len(back) != 1 || back[0].Result != "overflow" || back[0].Slug != "nobody_there" {
			t.Errorf("given back with %+v", back)
		}
	})
}

func TestS40_TicketProcessingEndsByItselfAfterTheLimit(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		s := scenario
		s.WrapUp = 90 * time.Second
		h.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, Scenario: s})
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		customer := h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		h.sw.HangUp(customer)
		h.quiet(10 * time.Second)
		time.Sleep(85 * time.Second)
		if a := h.agent("ann"); a.Chosen != agent.Business {
			t.Errorf("before the limit ann is %s", a.Chosen)
		}
		h.until(10*time.Second, "ann is Ready", func() bool { return h.agent("ann").Chosen == agent.Ready })
		h.wrappedUp("ann", 90*time.Second)
	})
}

// wrappedUp checks that one ticket processing was noted, and how long it was.
func (h *house) wrappedUp(agentID string, want time.Duration) {
	h.Helper()
	notes := h.store.Notes()
	if len(notes) != 1 || notes[0].Version != 0 || notes[0].Call == "" || notes[0].WrapUp.Agent != agentID {
		h.Fatalf("notes %+v", notes)
	}
	if took := notes[0].WrapUp.Until.Sub(notes[0].WrapUp.Since); took < want || took > want+time.Second {
		h.Errorf("%s processed the ticket for %v, want %v", agentID, took, want)
	}
}

func TestS40_TicketProcessingIsOverWithAnotherStatusOrACall(t *testing.T) {
	for name, next := range map[string]func(*house) error{
		"another status": func(h *house) error { return h.e.Choose(h.Context(), "ann", agent.Rest, "") },
		"ready":          func(h *house) error { return h.e.Choose(h.Context(), "ann", agent.Ready, "") },
	} {
		t.Run(name, func(t *testing.T) {
			inHouse(t, []string{"ann"}, func(h *house) {
				h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
				customer := h.sw.CallIn("sales")
				h.in(5*time.Second, call.Talking)
				h.sw.HangUp(customer)
				h.quiet(10 * time.Second)
				if notes := h.store.Notes(); len(notes) != 0 {
					t.Errorf("noted too early: %+v", notes)
				}
				began := h.agent("ann").IdleSince
				time.Sleep(30 * time.Second)
				if err := next(h); err != nil {
					t.Fatal(err)
				}
				h.wrappedUp("ann", time.Since(began))
			})
		})
	}
}

func TestALostLegIsCalledBackAndTheCustomerHearsMusicMeanwhile(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(2*time.Second)))
		customer := h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		h.sw.HangUpPhone("p-ann", 44) // no RTP
		h.in(time.Second, call.Rejoining)
		if what, _ := h.sw.Hears(customer); what != call.Music {
			t.Errorf("the customer hears %q", what)
		}
		h.in(5*time.Second, call.Talking)
	})
}

func TestALostLegThatDoesNotComeBackIn20SecondsPutsTheCustomerToTheFront(t *testing.T) {
	inHouse(t, []string{"ann", "bob"}, func(h *house) {
		if err := h.e.Choose(h.Context(), "bob", agent.Rest, ""); err != nil {
			h.Fatal(err)
		}
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		h.sw.React("p-ann", enginetest.Always(enginetest.Dead))
		h.sw.HangUpPhone("p-ann", 44)
		lost := time.Now()
		h.in(time.Second, call.Rejoining)
		h.in(30*time.Second, call.Queued)
		if took := time.Since(lost); took < call.RejoinWithin || took > call.RejoinWithin+time.Second {
			t.Errorf("given up after %v", took)
		}
		if c := h.only(); !c.Front {
			t.Error("not at the queue's front")
		}
	})
}
