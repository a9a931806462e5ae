package engine_test

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

const callsWhom = "+821055550100"

// dialsOut is a house whose agents may call customers.
func dialsOut(t *testing.T, agents []string, f func(*house)) {
	t.Helper()
	inHouse(t, nil, func(h *house) {
		h.stop()
		h.home.SetService(engine.Service{
			ID: "demo", Country: "KR", Outbound: true, CallerIDs: []engine.CallerID{{Number: "+82212345678", Default: true}}, Policy: dialing.Policy{Country: "KR"},
			Trunks: []dialing.Trunk{{Name: "one", Endpoint: "one", Format: dialing.E164, Country: "KR", Enabled: true}},
			Routes: []dialing.Route{{Name: "all", Prefixes: []string{"+"}, Trunks: []string{"one"}}},
		})
		h.opt.Outbound = h.home
		h.start()
		for _, id := range agents {
			h.home.Hire(id, agent.Desk, "sales")
			h.sw.Register("p-"+id, true)
			h.ready(id)
			h.until(10*time.Second, id+"'s phone is reachable", func() bool { return h.agent(id).Phone.Reachable })
		}
		f(h)
	})
}

// dials calls the customer for an agent, waits until that is over, and returns what the agent's page shows of it.
func (h *house) dials(id string) (callID string, shown *agent.DialFailure) {
	h.Helper()
	callID, err := h.e.DialOut(h.Context(), id, callsWhom, "")
	if err != nil {
		h.Fatal(err)
	}
	h.until(2*time.Minute, "the call came to nothing", func() bool { return h.agent(id).Free() })
	return callID, engine.Look(time.Now(), h.agent(id), nil).DialFailure
}

func TestS20_WhoCalledACustomerInVainIsToldWhy(t *testing.T) {
	dialsOut(t, []string{"ann"}, func(h *house) {
		for _, tt := range []struct {
			why           string
			own, customer enginetest.Reaction
		}{
			{"busy", enginetest.AnswersAfter(time.Second), enginetest.Busy},
			{"declined", enginetest.AnswersAfter(time.Second), enginetest.DeclinesAfter(time.Second)},
			{"no_answer", enginetest.AnswersAfter(time.Second), enginetest.Ignores},
			{"unreachable", enginetest.AnswersAfter(time.Second), enginetest.Dead},
			{"own_phone_declined", enginetest.DeclinesAfter(time.Second), enginetest.Busy},
			{"own_phone_no_answer", enginetest.Ignores, enginetest.Busy},
			{"own_phone_busy", enginetest.Busy, enginetest.Busy}, // the last: such a phone is left alone for a while
		} {
			h.sw.React("p-ann", enginetest.Always(tt.own))
			h.sw.Customers = func(call.CallOut) enginetest.Reaction { return tt.customer }
			id, got := h.dials("ann")
			if got == nil || got.Call != id || got.Number != callsWhom || got.Why != tt.why || got.At.IsZero() {
				t.Errorf("%s: ann is told %+v", tt.why, got)
			}
			if s := h.agent("ann").Status(time.Now()); s.Code != agent.ShowReady {
				t.Errorf("%s: ann's status is %s", tt.why, s.Code)
			}
		}
		h.quiet(time.Minute)
	})
}

func TestS20_WhyACallCameToNothingIsSaidUntilSomethingElseComes(t *testing.T) {
	dialsOut(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", answers)
		h.sw.Customers = func(call.CallOut) enginetest.Reaction { return enginetest.Busy }
		told := func() bool { return h.agent("ann").DialFailure != nil }
		h.dials("ann")
		h.stop()
		h.start()
		if !told() {
			t.Error("a restart makes it forgotten")
		}
		if err := h.e.Choose(h.Context(), "ann", agent.Rest, ""); err != nil || told() {
			t.Errorf("after another status was chosen it is still said: %v", err)
		}
		h.dials("ann")
		h.sw.Customers = func(call.CallOut) enginetest.Reaction { return enginetest.Ignores }
		id, err := h.e.DialOut(h.Context(), "ann", callsWhom, "")
		if err != nil || told() {
			t.Errorf("while the next call is placed it is still said: %v", err)
		}
		if err := h.e.Command(h.Context(), id, call.Hangup{Agent: "ann"}); err != nil {
			t.Fatal(err)
		}
		h.until(time.Minute, "the call is cancelled", func() bool { return h.agent("ann").Free() })
		if told() {
			t.Error("who cancelled a call is told why it came to nothing")
		}
		h.quiet(time.Minute)
	})
}
