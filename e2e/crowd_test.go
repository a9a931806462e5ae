package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/lab/phone"
)

// A crowd: more callers than agents, all at once.
const (
	crowdAgents  = 10
	crowdCallers = 30
)

func TestS11_ACrowdIsServedInOrderByWhoWasIdleLongestAndNoPhoneEverHasTwoCalls(t *testing.T) {
	t.Parallel()
	names := make([]string, crowdAgents)
	for i := range names {
		names[i] = fmt.Sprintf("agent%02d", i)
	}
	h := newHouse(t, options{detector: always, agents: names, sales: func(s *call.Scenario) { s.WrapUp = 300 * time.Millisecond }})
	for _, name := range names {
		h.desk(name).does(phone.AnswerAfterRinging(100 * time.Millisecond)).ready()
	}
	var talks sync.WaitGroup
	for i := range crowdCallers {
		c := h.customer(number(i)).dials("1000")
		talks.Go(func() { c.talksFor(time.Second) })
		// The order of arrival is what is tested, so it has to be certain.
		h.until(soon, "the call is in", func(ctx contextT) (bool, string) { return c.call.State() == phone.StateUp, c.call.State().String() })
	}
	talks.Wait()
	var served []invite
	for _, d := range h.desks {
		mine := d.history()
		for i, in := range mine {
			if i > 0 && in.at.Before(mine[i-1].gone) {
				t.Errorf("%s's phone was called for %s while it had the call of %s", d.name, in.caller, mine[i-1].caller)
			}
		}
		served = append(served, mine...)
	}
	slices.SortFunc(served, func(a, b invite) int { return a.at.Compare(b.at) })
	if len(served) != crowdCallers {
		t.Errorf("%d calls were placed to phones for %d callers", len(served), crowdCallers)
	}
	const together = 250 * time.Millisecond // decided in this order, but by different calls: their INVITEs may overtake each other
	for i, in := range served {
		for _, later := range served[i+1:] {
			if later.caller < in.caller && later.at.Sub(in.at) > together {
				t.Errorf("%s was served %v before %s, who came earlier", in.caller, later.at.Sub(in.at), later.caller)
			}
		}
	}
	for i, name := range names { // all were idle since they became Ready, one after the other
		if first := h.desks[i].history(); len(first) == 0 || first[0].caller != number(i) {
			t.Errorf("caller %d did not go to %s, who was idle longest", i, name)
		}
	}
	h.settled() // a call is kept until its ticket is there
	if n := h.tickets(); n != crowdCallers {
		t.Errorf("there are %d tickets for %d callers", n, crowdCallers)
	}
}

func number(i int) string { return fmt.Sprintf("03000000%02d", i) }

// talksFor waits for an agent (whichever), talks and hangs up. It runs beside the test's goroutine.
func (c *customer) talksFor(d time.Duration) {
	ctx, cancel := c.h.limit(time.Minute)
	defer cancel()
	heard := make(chan bool, len(agentTones))
	waiting, found := c.h.limit(time.Minute)
	defer found()
	for _, hz := range agentTones {
		go func() { heard <- c.call.WaitTone(waiting, hz) == nil }()
	}
	if !<-heard {
		c.h.Errorf("caller %s never heard an agent", c.phone.User())
		return
	}
	found()
	time.Sleep(d) // the conversation
	if err := c.call.Hangup(ctx); err != nil {
		c.h.Errorf("caller %s hangs up: %v", c.phone.User(), err)
	}
}

// invite is one call to a phone.
type invite struct {
	caller   string
	at, gone time.Time
}

func (d *desk) history() []invite {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []invite
	for _, c := range d.invites {
		out = append(out, invite{caller: c.FromUser(), at: c.Since(phone.StateIncoming), gone: c.Since(phone.StateEnded)})
	}
	return out
}

func TestS16_CallersAndAgentsWhoActAtTheSameMomentLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{detector: always, sales: func(s *call.Scenario) { s.Pickup, s.WrapUp, s.MissLimit = time.Second, 50*time.Millisecond, 0 }})
	carla, dora := h.desk("carla").ready(), h.desk("dora").ready()
	for _, d := range []*desk{carla, dora} {
		// Answers, declines, or lets it ring, at a time near to that at which the caller gives up.
		d.does(func(c *phone.Call) {
			_ = c.Ring()
			select {
			case <-time.After(time.Duration(rand.IntN(60)) * time.Millisecond):
			case <-c.Context().Done():
				return
			}
			switch rand.IntN(4) {
			case 0:
				_ = c.Reject(603, "Decline")
			case 1:
			default:
				_ = c.Answer(c.Context())
			}
		})
	}
	for i := range 25 {
		c := h.customer(number(i)).dials("1000")
		time.Sleep(time.Duration(20+rand.IntN(100)) * time.Millisecond) // the race that is tested
		c.hangsUp()
	}
	h.settled()
	for _, d := range []*desk{carla, dora} {
		d.sees("is Ready again", func(v view) bool { return v.Call == nil && v.Status.Code == "ready" })
	}
}
