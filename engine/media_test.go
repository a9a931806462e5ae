package engine_test

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine/enginetest"
)

func TestAPageThatIsReloadedAndBackBeforeItsSilenceIsNoticedIsCalledAtOnce(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.home.Hire("ann", agent.WebRTC, "sales")
		h.sw.Register("p-ann", true)
		h.ready("ann")
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(0)))
		h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		old := h.only().Agent.Leg
		h.sw.Register("p-ann", false)
		time.Sleep(100 * time.Millisecond) // the page loads
		h.sw.Register("p-ann", true)
		h.until(time.Second, "the new page has the call", func() bool {
			c := h.only()
			return c.State == call.Talking && c.Agent.Leg != old
		})
	})
}
