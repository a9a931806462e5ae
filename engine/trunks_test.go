package engine_test

import (
	"strings"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

// withTrunks runs f in a house with a trunk that takes one call at a time, and others behind it.
func withTrunks(t *testing.T, others []dialing.Trunk, f func(*house)) {
	t.Helper()
	withColleagues(t, func(s *engine.Service) {
		s.Outbound, s.CallerIDs = true, []engine.CallerID{{Number: "+8221234567"}}
		s.Policy = dialing.Policy{Country: "KR", Rules: []dialing.Rule{{Prefix: "+82", Action: dialing.Allow}}}
		s.Trunks = append([]dialing.Trunk{{Name: "one", Endpoint: "one", Format: dialing.E164, Enabled: true, MaxChannels: 1}}, others...)
		r := dialing.Route{Name: "all", Prefixes: []string{"+"}}
		for _, trunk := range s.Trunks {
			r.Trunks = append(r.Trunks, trunk.Name)
		}
		s.Routes = []dialing.Route{r}
	}, func(h *house) {
		for _, who := range []string{"ann", "bob"} {
			h.sw.React("p-"+who, enginetest.Always(enginetest.AnswersAfter(500*time.Millisecond)))
		}
		f(h)
		h.everybodyHangsUp([]string{"ann", "bob"})
	})
}

func (h *house) dialsOut(who, number string) (callID string) {
	h.Helper()
	id, err := h.e.DialOut(h.Context(), who, number, "")
	if err != nil {
		h.Fatal(err)
	}
	return id
}

func (h *house) talksTo(id, way string) {
	h.Helper()
	h.until(10*time.Second, "talks over "+way, func() bool {
		c, ok := h.e.Call(id)
		return ok && c.State == call.Talking && strings.HasSuffix(c.Customer.Way, "@"+way)
	})
}

func TestATrunkIsSentNoMoreCallsThanItTakes(t *testing.T) {
	withTrunks(t, nil, func(h *house) {
		h.talksTo(h.dialsOut("ann", "+821012345678"), "one")
		second := h.dialsOut("bob", "+821012345679")
		h.until(10*time.Second, "bob's call comes to nothing", func() bool { return strings.Contains(h.log.String(), "slug=trunk_full") })
		if n := h.sw.Done("call_out"); n != 1 {
			t.Errorf("%d calls were sent to the trunk", n)
		}
		h.until(10*time.Second, "bob is free", func() bool { _, live := h.e.Call(second); return !live && h.agent("bob").Held == nil })
		h.restart(func() {}) // it is counted still
		third := h.dialsOut("bob", "+821012345679")
		h.until(10*time.Second, "bob's call comes to nothing", func() bool { _, live := h.e.Call(third); return !live })
		h.sw.HangUpPhone("p-ann", 16)
		h.until(10*time.Second, "the trunk is free", func() bool { return len(h.sw.CalledOut()) == 0 })
		h.talksTo(h.dialsOut("bob", "+821012345679"), "one")
	})
}

func TestWhatOneTrunkDoesNotTakeGoesOverTheNext_AndAShortCodeOverAny(t *testing.T) {
	withTrunks(t, []dialing.Trunk{{Name: "two", Endpoint: "two", Format: dialing.E164, Enabled: true}}, func(h *house) {
		h.home.Hire("carol", agent.Desk)
		h.sw.Register("p-carol", true)
		h.ready("carol")
		h.sw.React("p-carol", enginetest.Always(enginetest.AnswersAfter(500*time.Millisecond)))
		h.talksTo(h.dialsOut("ann", "+821012345678"), "one")
		h.talksTo(h.dialsOut("bob", "+821012345679"), "two")
		h.talksTo(h.dialsOut("carol", "119"), "one")
		if ids := h.sw.CalledOut(); len(ids) != 3 {
			t.Errorf("called out: %v", ids)
		}
		h.sw.HangUpPhone("p-carol", 16)
	})
}
