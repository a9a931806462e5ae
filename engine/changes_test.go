package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

func TestChangedQueuesCountAtOnceForWhoIsLoggedIn(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.home.Hire("ann", agent.Desk)
		h.e.SettingsChanged()
		h.until(time.Second, "ann is in no queue", func() bool { return len(h.agent("ann").Queues) == 0 })
		h.sw.CallIn("sales")
		h.in(5*time.Second, call.Queued)
		h.home.Hire("ann", agent.Desk, "sales")
		h.home.Away(errors.New("away for a moment"))
		h.e.SettingsChanged()
		time.Sleep(time.Second)
		h.home.Away(nil)
		h.until(10*time.Second, "ann is in the queue", func() bool { return slices.Equal(h.agent("ann").Queues, []string{"sales"}) })
		h.in(5*time.Second, call.Offering)
		if a := h.agent("ann"); a.Chosen != agent.Ready || !a.Phone.Reachable {
			t.Errorf("ann is %+v", a)
		}
		h.everybodyHangsUp([]string{"ann"})
	})
}

func TestS4_WhoLosesThePhonePermissionIsLoggedOutAfterTheCallAndWhoHasNoneAtOnce(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		for _, id := range []string{"ann", "bob"} {
			p, err := k.home.Person(k.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			p.Permitted = false
			k.home.SetPerson(p)
		}
		k.e.SettingsChanged()
		k.until(time.Second, "bob is logged out", func() bool { return k.agent("bob").Chosen == agent.LoggedOut })
		k.until(time.Second, "ann will be", func() bool { return k.agent("ann").Next == agent.LoggedOut })
		k.in(time.Second, call.Talking) // nobody's call is ended by it
		if err := k.e.Choose(k.Context(), "ann", agent.Ready, ""); slug(err) != "no_permission" {
			t.Errorf("ann chooses Ready for after the call: %v", err)
		}
		k.sw.HangUp(k.customer)
		k.until(5*time.Second, "ann is logged out", func() bool { return k.agent("ann").Chosen == agent.LoggedOut })
	})
}

func TestWhoWaitsInAQueueThatIsDeletedGoesBackToTheDialplan(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.sw.CallIn("sales")
		h.in(time.Second, call.Queued)
		h.home.Away(errors.New("away for a moment")) // says nothing about the queue
		time.Sleep(5 * time.Second)
		h.in(0, call.Queued)
		h.home.Away(nil)
		h.home.DeleteQueue("sales")
		h.quiet(10 * time.Second)
		if back := h.sw.GivenBack(); len(back) != 1 || back[0].Result != "overflow" || back[0].Slug != "queue_deleted" {
			t.Errorf("given back with %+v", back)
		}
	})
}
