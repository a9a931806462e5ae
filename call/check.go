package call

import (
	"errors"
	"fmt"
)

// Check asserts the invariants that one call can show. A broken one is a bug: tests panic, production counts, logs
// the call's history and resyncs.
func (c Call) Check() error {
	var errs []error
	must := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("call %s (%s): "+format, append([]any{c.ID, c.State}, args...)...))
		}
	}
	live := 0
	for _, l := range c.Legs {
		if !l.Dropped {
			live++
		}
	}
	over := c.State == Ended
	must(live <= 1, "%d agents' legs are live (invariant 1)", live)
	must(over == (c.End != nil), "has an ending: %t", c.End != nil)
	must(over || c.Customer.State != Gone, "goes on without its customer")
	must(over || c.Hears != Nothing, "the customer hears nothing (invariant 2)")
	must(over || c.Hears != Music || c.Answered, "music to a caller who was not answered")
	must(!over || c.Agent == nil, "still holds agent %v", c.Agent)
	must(!over || live == 0, "%d legs were not dropped", live)

	holds := c.State == Offering || c.State == Connecting || c.State == Talking || c.State == Rejoining
	must(holds == (c.Agent != nil), "holds an agent: %t", c.Agent != nil)
	timeless := c.State == Talking || c.State == Queued && c.Scenario.MaxWait == 0 || over && c.allGone()
	must(timeless || !c.Deadline.IsZero(), "has no deadline")
	must(c.State != Talking || c.Deadline.IsZero(), "a conversation has a deadline (invariant 3)")
	leg := c.current()
	switch c.State {
	case Queued:
		must(live == 0, "a leg is live while nobody is offered the call")
		must(c.Hears != Person, "hears a person who is not there (invariant 2)")
	case Offering:
		must(leg != nil && !leg.Dropped && leg.State != Up, "is offered on no ringing leg")
		must(c.Hears != Person, "hears a person who is not there (invariant 2)")
	case Connecting, Talking:
		must(leg != nil && !leg.Dropped && leg.State == Up, "is with an agent whose leg is not up")
		must(c.Hears == Person && c.Answered && c.Bridged, "is with an agent but not bridged")
	case Rejoining:
		must(!c.ConnectedAt.IsZero(), "rejoins what was never connected")
		must(c.Hears == Music || leg != nil && leg.State == Up, "hears neither music nor the agent (invariant 2)")
	}
	must(c.State != Talking || !c.ConnectedAt.IsZero(), "talks but was never connected")
	return errors.Join(errs...)
}
