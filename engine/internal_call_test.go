package engine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

// withColleagues runs f in a house whose service lets agents dial.
func withColleagues(t *testing.T, change func(*engine.Service), f func(*house)) {
	t.Helper()
	inHouse(t, []string{"ann", "bob"}, func(h *house) {
		s := engine.Service{ID: "demo", Country: "KR", TransferRing: 15 * time.Second}
		if change != nil {
			change(&s)
		}
		h.home.SetService(s)
		h.restart(func() { h.opt.Outbound = h.home })
		f(h)
	})
}

func (h *house) restart(change func()) {
	h.Helper()
	h.stop()
	change()
	h.start()
}

// looks is what the agent sees of the one call.
func (h *house) looks(id string) engine.View {
	h.Helper()
	c := h.only()
	return engine.Look(time.Now(), h.agent(id), &c)
}

func TestAnAgentCallsAColleagueAndBothAreWhatTheyWereBefore(t *testing.T) {
	withColleagues(t, nil, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(500*time.Millisecond)))
		h.sw.React("p-bob", enginetest.Always(enginetest.AnswersAfter(3*time.Second)))
		if _, err := h.e.DialOut(h.Context(), "ann", " 1bob ", ""); err != nil {
			t.Fatal(err)
		}
		h.until(5*time.Second, "bob's phone rings", func() bool { return len(h.sw.Legs("p-bob")) == 1 })
		ann, bob := h.looks("ann"), h.looks("bob")
		if c := ann.Call; ann.Status.Code != agent.ShowDialing || !c.Internal || c.Role != engine.RoleAgent || c.Caller.Number != "1bob" {
			t.Errorf("ann sees %s, %+v", ann.Status.Code, c)
		}
		if c := bob.Call; bob.Status.Code != agent.ShowRinging || !c.Internal || c.Role != engine.RoleTarget || c.Caller.Number != "1ann" {
			t.Errorf("bob sees %s, %+v", bob.Status.Code, c)
		}
		h.in(5*time.Second, call.AgentsOnly)
		h.until(time.Second, "they are bridged", func() bool { return h.sw.Bridged("p-ann") && h.sw.Bridged("p-bob") })
		if v := h.looks("bob"); v.Status.Code != agent.ShowOnCall || v.Call.Talking.IsZero() || v.Call.Gone {
			t.Errorf("in the conversation bob sees %s, %+v", v.Status.Code, v.Call)
		}
		id := h.only().ID
		if _, err := h.e.DialOut(h.Context(), "ann", "1bob", ""); slug(err) != "not_available" {
			t.Errorf("a second call beside the first: %v", err)
		}
		if err := h.e.Command(h.Context(), id, call.Hangup{Agent: "bob"}); err != nil {
			t.Fatal(err)
		}
		h.quiet(10 * time.Second)
		for _, who := range []string{"ann", "bob"} {
			if a := h.agent(who); a.Chosen != agent.Ready || a.Held != nil || a.WrapUpCall != "" {
				t.Errorf("afterwards %s is %+v", who, a)
			}
		}
		if ticket := h.home.Ticket(id); ticket != "" {
			t.Errorf("there is a ticket, %s", ticket)
		}
	})
}

func TestAColleagueIsCalledOnlyWhoCanBeCalled(t *testing.T) {
	withColleagues(t, nil, func(h *house) {
		for _, status := range []agent.Choice{agent.Business, agent.Rest, agent.LoggedOut} {
			if err := h.e.Choose(h.Context(), "bob", status, ""); err != nil {
				t.Fatal(err)
			}
			_, err := h.e.DialOut(h.Context(), "ann", "1bob", "")
			var e *agent.Error
			if !errors.As(err, &e) || e.Slug != "not_available" || !strings.Contains(e.Detail, string(status)) {
				t.Errorf("bob is %s: %v", status, err)
			}
		}
		if _, err := h.e.DialOut(h.Context(), "ann", "1ann", ""); !refused(err, "bad_target") {
			t.Errorf("her own number: %v", err)
		}
		if a := h.agent("ann"); a.Held != nil || a.Chosen != agent.Ready {
			t.Errorf("after the refusals ann is %+v", a)
		}
	})
	withColleagues(t, func(s *engine.Service) { s.BusinessByNumber = true }, func(h *house) {
		if err := h.e.Choose(h.Context(), "bob", agent.Business, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.e.DialOut(h.Context(), "ann", "1bob", ""); err != nil {
			t.Errorf("where the service allows calling who is in Business: %v", err)
		}
	})
}

func TestAnEmergencyNumberIsNobodysExtension(t *testing.T) {
	withColleagues(t, func(s *engine.Service) {
		s.Routes = []dialing.Route{{Name: "all", Prefixes: []string{"+", "119"}, Trunks: []string{"kt"}}}
		s.Trunks = []dialing.Trunk{{Name: "kt", Endpoint: "kt", Format: dialing.E164, Enabled: true}}
	}, func(h *house) {
		h.home.Hire("19", agent.Desk) // whose number is 119
		h.sw.Register("p-19", true)
		h.ready("19")
		h.sw.DialOn("p-ann", "119")
		h.in(5*time.Second, call.Talking)
		if len(h.sw.CalledOut()) != 1 || h.only().Internal {
			t.Errorf("called out: %v", h.sw.CalledOut())
		}
		h.everybodyHangsUp([]string{"ann", "bob", "19"})
	})
}

func TestADeskPhoneDialsAColleague(t *testing.T) {
	withColleagues(t, nil, func(h *house) {
		h.sw.React("p-bob", enginetest.Always(enginetest.AnswersAfter(2*time.Second)))
		h.sw.DialOn("p-ann", "1bob")
		h.in(5*time.Second, call.AgentsOnly)
		h.until(time.Second, "they are bridged", func() bool { return h.sw.Bridged("p-ann") && h.sw.Bridged("p-bob") })
		h.sw.HangUpPhone("p-bob", 16)
		h.quiet(10 * time.Second)
	})
}

func TestACallBetweenColleaguesSurvivesARestart(t *testing.T) {
	for _, rings := range []bool{true, false} {
		withColleagues(t, nil, func(h *house) {
			h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(500*time.Millisecond)))
			h.sw.React("p-bob", enginetest.Always(enginetest.Ignores))
			if _, err := h.e.DialOut(h.Context(), "ann", "1bob", ""); err != nil {
				t.Fatal(err)
			}
			h.until(5*time.Second, "bob's phone rings", func() bool { return len(h.sw.Legs("p-bob")) == 1 })
			h.stop()
			if !rings {
				h.sw.PickUp("p-bob")
			}
			time.Sleep(time.Second)
			h.start()
			if rings {
				h.sw.PickUp("p-bob")
			}
			h.in(5*time.Second, call.AgentsOnly)
			h.until(time.Second, "they are bridged", func() bool { return h.sw.Bridged("p-ann") && h.sw.Bridged("p-bob") })
		})
	}
}

// Either one's phone is called back: by itself, or because the page asks for it.
func TestALostPhoneIsCalledBackIntoACallBetweenColleagues(t *testing.T) {
	for _, tc := range []struct{ lost, waits string }{{"ann", "bob"}, {"bob", "ann"}} {
		for _, asks := range []bool{false, true} {
			withColleagues(t, nil, func(h *house) {
				h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(500*time.Millisecond)))
				h.sw.React("p-bob", enginetest.Always(enginetest.AnswersAfter(500*time.Millisecond)))
				id, err := h.e.DialOut(h.Context(), "ann", "1bob", "")
				if err != nil {
					t.Fatal(err)
				}
				together := func() bool { return h.sw.Bridged("p-ann") && h.sw.Bridged("p-bob") }
				h.until(5*time.Second, "they are bridged", together)
				began := h.looks("ann").Call.Talking
				if asks {
					err = h.e.Command(h.Context(), id, call.Rejoin{Agent: tc.lost})
				} else {
					h.sw.HangUpPhone("p-"+tc.lost, 44) // no RTP
				}
				if err != nil {
					t.Fatal(err)
				}
				h.in(time.Second, call.Rejoining)
				lost, waits := h.looks(tc.lost), h.looks(tc.waits)
				if c := lost.Call; lost.Status.Code != agent.ShowRejoining || c.Other.Rejoins {
					t.Errorf("%s, whose phone was lost, sees %s, %+v", tc.lost, lost.Status.Code, c.Other)
				}
				if c := waits.Call; waits.Status.Code != agent.ShowOnCall || !c.Other.Rejoins || c.Other.Rings || h.sw.Bridged("p-"+tc.waits) {
					t.Errorf("%s, who waits, sees %s, %+v", tc.waits, waits.Status.Code, c.Other)
				}
				h.in(5*time.Second, call.AgentsOnly)
				h.until(time.Second, "they are bridged again", together)
				if v := h.looks("bob"); v.Status.Code != agent.ShowOnCall || !v.Call.Talking.Equal(began) {
					t.Errorf("afterwards bob sees %s, since %s, not %s", v.Status.Code, v.Call.Talking, began)
				}
			})
		}
	}
}

func TestACallBetweenColleaguesEndsWhenALostPhoneDoesNotComeBack(t *testing.T) {
	withColleagues(t, nil, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(500*time.Millisecond)))
		h.sw.React("p-bob", enginetest.Always(enginetest.AnswersAfter(500*time.Millisecond)))
		if _, err := h.e.DialOut(h.Context(), "ann", "1bob", ""); err != nil {
			t.Fatal(err)
		}
		h.in(5*time.Second, call.AgentsOnly)
		h.sw.React("p-bob", enginetest.Always(enginetest.Dead))
		h.sw.HangUpPhone("p-bob", 44)
		h.in(time.Second, call.Rejoining)
		time.Sleep(call.RejoinWithin - 2*time.Second)
		if c := h.only(); c.State != call.Rejoining {
			t.Errorf("given up too early: %s", c.State)
		}
		h.quiet(10 * time.Second)
		for _, who := range []string{"ann", "bob"} {
			if a := h.agent(who); a.Chosen != agent.Ready || a.Held != nil || a.WrapUpCall != "" {
				t.Errorf("afterwards %s is %+v", who, a)
			}
		}
	})
}

func TestS20_AnEmergencyNumberCanBeConsultedWhateverTheServiceMay(t *testing.T) {
	withColleagues(t, func(s *engine.Service) { // neither outbound calls nor a calling number
		s.Trunks = []dialing.Trunk{{Name: "kt", Endpoint: "kt", Format: dialing.E164, Enabled: true}}
		s.Routes = []dialing.Route{{Name: "all", Prefixes: []string{"+", "119"}, Trunks: []string{"kt"}}}
	}, func(h *house) {
		h.home.Hire("19", agent.Desk) // whose number is 119
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		h.sw.Customers = func(call.CallOut) enginetest.Reaction { return enginetest.AnswersAfter(time.Second) }
		h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		id := h.only().ID
		if err := h.e.Consult(h.Context(), id, "ann", engine.Aim{Number: "0212345678"}); slug(err) != "outbound_off" {
			t.Errorf("any other number outside: %v", err)
		}
		if err := h.e.Consult(h.Context(), id, "ann", engine.Aim{Number: "119"}); err != nil {
			t.Fatal(err)
		}
		h.in(5*time.Second, call.Consulting)
		if target := h.only().Target; target.Kind != call.ToNumber || target.Number != "119" {
			t.Errorf("ann talks to %+v", target)
		}
		h.everybodyHangsUp([]string{"ann", "bob"})
	})
}
