package engine_test

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

var (
	answers  = enginetest.Always(enginetest.AnswersAfter(time.Second))
	ignores  = enginetest.Always(enginetest.Ignores)
	declines = enginetest.Always(enginetest.DeclinesAfter(time.Second))
)

func TestS29_S30_AConsultationAndConnectAsAgentAndTargetSeeIt(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.until(time.Second, "there is a ticket", func() bool { return k.only().Ticket != "" })
		ticket := k.only().Ticket
		k.sw.React("p-bob", answers)
		k.consult(engine.Aim{Agent: "bob"})
		k.is(time.Second, call.ConsultRings, call.Music)
		c := k.sees("ann", agent.ShowTransfer, call.ConsultRings, engine.RoleAgent)
		if c.Other == nil || c.Other.Agent != "bob" || !c.Other.Rings || c.Other.Party.Number != "1bob" || c.Deadline.IsZero() {
			t.Errorf("while it rings ann sees %+v, other %+v", c, c.Other)
		}
		if !k.leg("ann").Tone {
			t.Error("ann hears no ringing")
		}
		c = k.sees("bob", agent.ShowRinging, call.ConsultRings, engine.RoleTarget)
		if c.Other == nil || c.Other.Agent != "ann" || c.Other.Party.Number != "1ann" || c.Ticket != ticket {
			t.Errorf("while it rings bob sees %+v, other %+v", c, c.Other)
		}
		k.is(5*time.Second, call.Consulting, call.Music)
		c = k.sees("ann", agent.ShowTransfer, call.Consulting, engine.RoleAgent)
		if c.Other == nil || c.Other.Rings {
			t.Errorf("in the consultation ann sees as the other %+v", c.Other)
		}
		k.sees("bob", agent.ShowOnCall, call.Consulting, engine.RoleTarget)
		if a, b := k.leg("ann"), k.leg("bob"); a.Tone || !a.Bridged || !b.Bridged || k.sw.Talks("p-ann") {
			t.Errorf("in the consultation: ann's leg %+v, bob's %+v", a, b)
		}
		if err := k.e.Command(k.Context(), k.id, call.Complete{Agent: "bob"}); slug(err) != "not_yours" {
			t.Errorf("the target connects: %v", err)
		}
		k.do(call.Complete{Agent: "ann"})
		k.is(time.Second, call.Talking, call.Person)
		v := k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
		if v.WrapUp == nil || v.WrapUp.Ticket != ticket || v.WrapUp.Call != k.id {
			t.Errorf("ann's ticket processing: %+v", v.WrapUp)
		}
		if c = k.sees("bob", agent.ShowOnCall, call.Talking, engine.RoleAgent); c.Other != nil || c.Ticket != ticket {
			t.Errorf("bob owns %+v, other %+v", c, c.Other)
		}
		k.until(time.Second, "ann's leg is gone and bob has the customer", func() bool { return len(k.sw.Legs("p-ann")) == 0 && k.sw.Talks("p-bob") })
	})
}

func TestS30_ConnectBeforeTheTargetAnsweredIsABlindTransfer(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", enginetest.Always(enginetest.AnswersAfter(5*time.Second)))
		k.consult(engine.Aim{Agent: "bob"})
		time.Sleep(time.Second)
		k.do(call.Complete{Agent: "ann"})
		k.is(time.Second, call.Transferring, call.Music)
		k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
		if c := k.sees("bob", agent.ShowRinging, call.Transferring, engine.RoleTarget); c.Other == nil || c.Other.Agent != "ann" {
			t.Errorf("bob sees as the other %+v", c.Other)
		}
		k.is(10*time.Second, call.Talking, call.Person)
		k.sees("bob", agent.ShowOnCall, call.Talking, engine.RoleAgent)
		if n := k.sw.Done("dial"); n != 2 {
			t.Errorf("%d phones were called", n)
		}
	})
}

func TestS31_CancelFreesTheTargetAndKeepsTheCustomerOnHold_S32(t *testing.T) {
	for _, rings := range []bool{true, false} {
		inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
			k.sw.React("p-bob", ignores)
			k.consult(engine.Aim{Agent: "bob"})
			k.is(time.Second, call.ConsultRings, call.Music)
			if !rings {
				k.sw.PickUp("p-bob")
				k.is(time.Second, call.Consulting, call.Music)
			}
			k.do(call.Cancel{Agent: "ann"})
			k.is(time.Second, call.Held, call.Music)
			if c := k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent); c.Other != nil || c.Failure != nil {
				t.Errorf("ann sees as the other %+v, failure %+v", c.Other, c.Failure)
			}
			k.shows("bob", agent.ShowReady, "")
			if a := k.agent("bob"); a.Misses != 0 {
				t.Error("it counts as a miss")
			}
			k.until(time.Second, "bob's phone is free, and ann's silent", func() bool { return len(k.sw.Legs("p-bob")) == 0 && !k.leg("ann").Tone })
			k.do(call.Resume{Agent: "ann"})
			k.is(time.Second, call.Talking, call.Person)
		})
	}
}

func TestS31_ATargetWhoDoesNotComeIsShownWithTheReason(t *testing.T) {
	for _, tt := range []struct {
		why   string
		bob   enginetest.Reaction
		after time.Duration // from the call
		limit time.Duration // the scenario's; zero: the default
		fault string
	}{
		{"no_answer", enginetest.Ignores, call.TargetRing, 0, ""},
		{"no_answer", enginetest.Ignores, 12 * time.Second, 12 * time.Second, ""},
		{"declined", enginetest.DeclinesAfter(3 * time.Second), 3 * time.Second, 0, ""},
		{"busy", enginetest.Busy, 50 * time.Millisecond, 0, "busy"},
		{"unreachable", enginetest.Dead, call.RingWithin, 0, "unreachable"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			inTalk(t, []string{"ann", "bob"}, func(s *call.Scenario) { s.TargetRing = tt.limit }, func(k *talk) {
				k.sw.React("p-bob", enginetest.Always(tt.bob))
				began := time.Now()
				k.consult(engine.Aim{Agent: "bob"})
				k.is(0, call.ConsultRings, call.Music)
				k.is(time.Minute, call.Held, call.Music)
				if took := time.Since(began); took < tt.after || took > tt.after+100*time.Millisecond {
					t.Errorf("after %v; want %v", took, tt.after)
				}
				c := k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent)
				if c.Failure == nil || c.Failure.Why != tt.why || c.Failure.Agent != "bob" {
					t.Errorf("ann is told %+v", c.Failure)
				}
				k.shows("bob", agent.ShowReady, "")
				if a := k.agent("bob"); a.Misses != 0 || a.Phone.Fault != tt.fault {
					t.Errorf("bob: %d misses, fault %q", a.Misses, a.Phone.Fault)
				}
				k.until(time.Second, "bob's phone is free", func() bool { return len(k.sw.Legs("p-bob")) == 0 })
				if tt.fault == "" {
					k.sw.React("p-bob", answers)
					k.consult(engine.Aim{Agent: "bob"}) // the reason is forgotten
					if c := k.sees("ann", agent.ShowTransfer, call.ConsultRings, engine.RoleAgent); c.Failure != nil {
						t.Errorf("in the next consultation ann sees %+v", c.Failure)
					}
				}
			})
		})
	}
}

func TestSwapAndConferenceAsTheSwitchIsToldThem(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", answers)
		k.consult(engine.Aim{Agent: "bob"})
		k.is(5*time.Second, call.Consulting, call.Music)
		k.do(call.Swap{Agent: "ann"})
		k.is(time.Second, call.Swapped, call.Person)
		k.until(time.Second, "bob holds", func() bool { b := k.leg("bob"); return b.Music && !b.Bridged })
		k.sees("ann", agent.ShowTransfer, call.Swapped, engine.RoleAgent)
		k.sees("bob", agent.ShowOnCall, call.Swapped, engine.RoleTarget)
		k.do(call.Confer{Agent: "ann"})
		k.is(time.Second, call.InConference, call.Person)
		k.until(time.Second, "bob is with them", func() bool { b := k.leg("bob"); return !b.Music && b.Bridged })
		k.sees("bob", agent.ShowOnCall, call.InConference, engine.RoleTarget)
		k.do(call.Mute{Agent: "bob", On: true})
		k.until(time.Second, "bob is muted, ann is not", func() bool { return k.leg("bob").Muted && !k.leg("ann").Muted })
		k.do(call.Hangup{Agent: "ann"}) // the customer is bob's
		k.is(time.Second, call.Talking, call.Person)
		if c := k.sees("bob", agent.ShowOnCall, call.Talking, engine.RoleAgent); !c.Muted || !k.leg("bob").Muted {
			t.Error("bob is not muted any more")
		}
		k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
	})
}

func TestTheCustomerGoneInAConsultationLeavesTheAgentsTalking(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", answers)
		k.consult(engine.Aim{Agent: "bob"})
		k.is(5*time.Second, call.Consulting, call.Music)
		k.sw.HangUp(k.customer)
		k.in(time.Second, call.AgentsOnly)
		if c := k.sees("ann", agent.ShowOnCall, call.AgentsOnly, engine.RoleAgent); !c.Gone {
			t.Error("ann is not told")
		}
		if c := k.sees("bob", agent.ShowOnCall, call.AgentsOnly, engine.RoleTarget); !c.Gone {
			t.Error("bob is not told")
		}
		if err := k.e.Command(k.Context(), k.id, call.Complete{Agent: "ann"}); slug(err) != "wrong_state" {
			t.Errorf("connect: %v", err)
		}
		k.do(call.Hangup{Agent: "bob"})
		k.quiet(5 * time.Second)
		k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
		k.shows("bob", agent.ShowReady, "")
	})
}

func TestS28_ConnectAtOnceAsAgentAndTargetSeeIt(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", answers)
		k.transfer("ann", engine.Aim{Agent: "bob"})
		k.is(0, call.Transferring, call.Music)
		k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
		if c := k.sees("bob", agent.ShowRinging, call.Transferring, engine.RoleTarget); c.Other == nil || c.Other.Agent != "ann" {
			t.Errorf("bob sees as the other %+v", c.Other)
		}
		k.is(5*time.Second, call.Talking, call.Person)
		if c := k.sees("bob", agent.ShowOnCall, call.Talking, engine.RoleAgent); c.Other != nil {
			t.Errorf("bob sees as the other %+v", c.Other)
		}
		k.do(call.Hangup{Agent: "bob"})
		k.quiet(5 * time.Second)
		k.shows("bob", agent.ShowBusiness, agent.ReasonTicketProcessing)
	})
}

func TestS28_S40_WhoTransferredIsCalledBackInTheTicketProcessingOfThatCall(t *testing.T) {
	for name, bob := range map[string]func(call.Dial) enginetest.Reaction{"rings out": ignores, "declines": declines, "busy": enginetest.Always(enginetest.Busy)} {
		t.Run(name, func(t *testing.T) {
			inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
				k.sw.React("p-bob", bob)
				k.transfer("ann", engine.Aim{Agent: "bob"})
				k.is(0, call.Transferring, call.Music)
				k.is(40*time.Second, call.Recalling, call.Music)
				k.until(time.Second, "ann's phone rings", func() bool { return len(k.sw.Legs("p-ann")) == 1 })
				if c := k.sees("ann", agent.ShowRinging, call.Recalling, engine.RoleAgent); c.Failure == nil || c.Failure.Agent != "bob" {
					t.Errorf("ann is told %+v", c.Failure)
				}
				k.shows("bob", agent.ShowReady, "")
				k.is(5*time.Second, call.Talking, call.Person)
				k.sees("ann", agent.ShowOnCall, call.Talking, engine.RoleAgent)
				if notes := k.store.Notes(); len(notes) != 1 || notes[0].WrapUp.Agent != "ann" { // it ended when she was called back
					t.Errorf("notes %+v", notes)
				}
			})
		})
	}
}

func TestS40_NobodyIsCalledBackInTheTicketProcessingOfAnotherCall(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", ignores)
		k.transfer("ann", engine.Aim{Agent: "bob"})
		k.is(0, call.Transferring, call.Music)
		if err := k.e.Choose(k.Context(), "ann", agent.Ready, ""); err != nil {
			t.Fatal(err)
		}
		another := k.sw.CallIn("sales")
		k.until(5*time.Second, "ann talks to another customer", func() bool { return k.sw.Talks("p-ann") })
		k.sw.HangUp(another)
		k.until(5*time.Second, "ann processes that one's ticket", func() bool { return k.agent("ann").WrapUpCall != "" })
		if k.agent("ann").WrapUpCall == k.id {
			t.Fatal("the wrong ticket")
		}
		k.sw.React("p-bob", declines)
		c := k.is(40*time.Second, call.Offering, call.Music) // by the queue, to bob, who is Ready again
		if !c.Front || c.Agent.Agent != "bob" {
			t.Errorf("at the front: %t; offered to %s", c.Front, c.Agent.Agent)
		}
		k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
	})
}

func TestS30_WithNobodyToCallBackTheCustomerIsServedBeforeAnOlderCaller(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", ignores)
		k.transfer("ann", engine.Aim{Agent: "bob"})
		if err := k.e.Choose(k.Context(), "ann", agent.Rest, ""); err != nil {
			t.Fatal(err)
		}
		older := k.sw.CallIn("sales")
		time.Sleep(10 * time.Second)
		c := k.is(40*time.Second, call.Offering, call.Music)
		if c.Agent.Agent != "bob" || !c.Front {
			t.Errorf("offered to %s, at the front: %t", c.Agent.Agent, c.Front)
		}
		if c.Recall != "" || c.Failure != nil {
			t.Errorf("recall %q, failure %+v", c.Recall, c.Failure)
		}
		k.sw.PickUp("p-bob")
		k.is(time.Second, call.Talking, call.Person)
		if what, _ := k.sw.Hears(older); what != call.Music {
			t.Errorf("the older caller hears %q", what)
		}
		k.shows("ann", agent.ShowRest, "")
	})
}

func TestS30_WhoIsCalledBackAndDoesNotAnswerLeavesTheCustomerAtTheQueuesFront(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", declines)
		k.sw.React("p-ann", ignores)
		k.transfer("ann", engine.Aim{Agent: "bob"})
		k.is(5*time.Second, call.Recalling, call.Music)
		k.sw.React("p-bob", ignores)
		c := k.is(30*time.Second, call.Offering, call.Music)
		if c.Agent.Agent != "bob" || !c.Front {
			t.Errorf("offered to %s, at the front: %t", c.Agent.Agent, c.Front)
		}
		v := k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing) // as before; a recall is not missed
		if v.WrapUp == nil || v.WrapUp.Call != k.id || k.agent("ann").Misses != 0 {
			t.Errorf("ann: %+v, %d misses", v.WrapUp, k.agent("ann").Misses)
		}
	})
}

// support is another queue, of another service.
func (h *house) support(agents ...string) {
	h.Helper()
	s := scenario
	s.Pickup = 8 * time.Second
	h.home.SetQueue(engine.Queue{Name: "support", Service: "help", Inbound: true, Scenario: s})
	for _, id := range agents {
		h.home.Hire(id, agent.Desk, "support")
		h.sw.Register("p-"+id, true)
		h.ready(id)
	}
}

func TestS28_ATransferToAQueueKeepsTheWaitingTime(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		k := &talk{house: h, customer: h.sw.CallIn("sales")}
		time.Sleep(30 * time.Second) // the customer's waiting time
		h.home.Hire("ann", agent.Desk, "sales")
		h.sw.React("p-ann", answers)
		h.sw.Register("p-ann", true)
		h.ready("ann")
		h.in(5*time.Second, call.Talking)
		k.id = h.only().ID
		k.support()
		longer := h.sw.CallIn("support")
		time.Sleep(25 * time.Second)
		shorter := h.sw.CallIn("support")
		time.Sleep(15 * time.Second)
		// longer waits for 40 s, the customer for 31 s, shorter for 15 s.
		k.transfer("ann", engine.Aim{Queue: "support"})
		c := k.is(time.Second, call.Queued, call.Music)
		if waited := time.Since(c.QueuedAt); c.Queue != "support" || c.Service != "help" || waited < 30*time.Second || waited > 33*time.Second {
			t.Errorf("in queue %s of %s, waiting for %v", c.Queue, c.Service, waited)
		}
		k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
		h.sw.React("p-sue", answers)
		k.support("sue")
		for i, who := range []string{longer, k.customer, shorter} {
			h.until(10*time.Second, "the next one is served", func() bool { what, _ := h.sw.Hears(who); return what == call.Person })
			for _, later := range []string{longer, k.customer, shorter}[i+1:] {
				if what, _ := h.sw.Hears(later); what != call.Music {
					t.Errorf("caller %d is served and a later one hears %q", i, what)
				}
			}
			h.sw.HangUp(who)
			h.until(5*time.Second, "sue is free", func() bool { return h.agent("sue").Held == nil })
			if err := h.e.Choose(h.Context(), "sue", agent.Ready, ""); err != nil {
				t.Fatal(err)
			}
		}
		h.everybodyHangsUp([]string{"ann", "sue"})
	})
}

func TestS26_AConsultationWithAQueueAsksOneAgentAfterTheOtherAndGivesUp(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.sw.React("p-sue", ignores)
		k.support("sue")
		began := time.Now()
		k.consult(engine.Aim{Queue: "support"})
		c := k.sees("ann", agent.ShowTransfer, call.ConsultRings, engine.RoleAgent)
		if c.Other == nil || c.Other.Queue != "support" || c.Other.Kind != call.ToQueue {
			t.Errorf("ann sees as the other %+v", c.Other)
		}
		k.until(5*time.Second, "sue's phone rings", func() bool { return len(k.sw.Legs("p-sue")) == 1 })
		k.sees("sue", agent.ShowRinging, call.ConsultRings, engine.RoleTarget)
		k.until(20*time.Second, "sue missed it", func() bool { return k.agent("sue").Reason == agent.ReasonMissed })
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("sue's phone rang for %v; the queue's pickup time is 8 s", took)
		}
		k.is(0, call.ConsultRings, call.Music)
		k.is(6*time.Minute, call.Held, call.Music)
		if c := k.sees("ann", agent.ShowOnHold, call.Held, engine.RoleAgent); c.Failure == nil || c.Failure.Why != "nobody_there" || c.Failure.Queue != "support" {
			t.Errorf("ann is told %+v", c.Failure)
		}
		if took := time.Since(began); took > 5*time.Minute+time.Second {
			t.Errorf("given up after %v", took)
		}
		k.everybodyHangsUp([]string{"sue"})
	})
}

func TestS26_BusinessCanBeCalledByNumberOnlyWhereTheServiceAllowsItAndRestNever(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		for _, tt := range []struct {
			status agent.Choice
			to     engine.Aim
			ok     bool
		}{
			{agent.Ready, engine.Aim{Agent: "bob"}, true},
			{agent.Ready, engine.Aim{Number: "1bob"}, true},
			{agent.Business, engine.Aim{Agent: "bob"}, false},
			{agent.Business, engine.Aim{Number: "1bob"}, allowed},
			{agent.Rest, engine.Aim{Agent: "bob"}, false},
			{agent.Rest, engine.Aim{Number: "1bob"}, false},
			{agent.LoggedOut, engine.Aim{Number: "1bob"}, false},
		} {
			inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
				k.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, BusinessByNumber: allowed, Scenario: scenario})
				k.sw.React("p-bob", answers)
				if err := k.e.Choose(k.Context(), "bob", tt.status, ""); err != nil {
					t.Fatal(err)
				}
				err := k.e.Consult(k.Context(), k.id, "ann", tt.to)
				if !tt.ok {
					if slug(err) != "not_available" {
						t.Errorf("allowed %t, bob %s, %+v: %v", allowed, tt.status, tt.to, err)
					}
					k.is(0, call.Talking, call.Person)
					return
				}
				if err != nil {
					t.Fatalf("allowed %t, bob %s, %+v: %v", allowed, tt.status, tt.to, err)
				}
				k.is(5*time.Second, call.Consulting, call.Music)
				k.do(call.Cancel{Agent: "ann"})
				k.shows("bob", agent.Code(tt.status), "") // who was only consulted returns to the earlier status
			})
		}
	}
}

func TestS28_ATargetPickedByTwoCallsAtTheSameMomentGetsOne(t *testing.T) {
	for _, blind := range []bool{true, false} {
		inTalk(t, []string{"ann", "carl", "bob"}, nil, func(k *talk) {
			k.sw.React("p-carl", answers)
			k.sw.CallIn("sales")
			k.until(5*time.Second, "carl talks, too", func() bool { return k.sw.Talks("p-carl") })
			pick := k.e.Consult
			if blind {
				pick = k.e.Transfer
			}
			ids := map[string]string{"ann": k.id, "carl": k.agent("carl").Held.Call}
			got := make(chan error, len(ids))
			for who, id := range ids {
				go func() { got <- pick(k.Context(), id, who, engine.Aim{Agent: "bob"}) }()
			}
			ok, refused := 0, 0
			for range ids {
				if err := <-got; err == nil {
					ok++
				} else if slug(err) == "not_available" {
					refused++
				}
			}
			if ok != 1 || refused != 1 {
				t.Errorf("%d got bob, %d were refused", ok, refused)
			}
			k.until(5*time.Second, "bob's phone rings once", func() bool { return len(k.sw.Legs("p-bob")) == 1 })
			if n := k.sw.Done("dial"); n != 3 {
				t.Errorf("%d phones were called", n)
			}
		})
	}
}
