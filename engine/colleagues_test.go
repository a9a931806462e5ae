package engine_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"switchroom/agent"
	"switchroom/engine"
)

func TestS28_AColleagueWhoIsInNoQueueIsListedWithAnEmptyListOfThem(t *testing.T) {
	inHouse(t, []string{"ann", "bob"}, func(h *house) {
		h.home.Hire("carol", agent.Desk)
		h.sw.Register("p-carol", true)
		h.ready("carol")
		synctest.Wait()
		got := h.e.Colleagues("ann", func(engine.Colleague) bool { return true }, 50)
		var ids []string
		for _, c := range got {
			ids = append(ids, c.Agent)
			if c.Queues == nil {
				t.Errorf("%s: the queues would be null on the wire", c.Agent)
			}
		}
		if !slices.Equal(ids, []string{"bob", "carol"}) {
			t.Errorf("%v", ids)
		}
	})
}
