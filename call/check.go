package call

import (
	"errors"
	"fmt"
	"slices"
)

// Check asserts the invariants that one call can show. A broken one is a bug: tests panic, production counts, logs
// the call's history and resyncs.
func (c Call) Check() error {
	k := &checker{Call: c}
	k.parties()
	k.customer()
	k.deadline()
	k.legs()
	return errors.Join(k.errs...)
}

type checker struct {
	Call
	errs []error
}

func (k *checker) must(ok bool, format string, args ...any) {
	if !ok {
		k.errs = append(k.errs, fmt.Errorf("call %s (%s): "+format, append([]any{k.ID, k.State}, args...)...))
	}
}

// in tells whether the call is in one of these states, or comes back to one.
func (k *checker) in(states ...State) bool { return slices.Contains(states, k.standing()) }

// parties: who has the call, and who is the second party, follow from the state.
func (k *checker) parties() {
	over := k.State == Ended
	k.must(over == (k.End != nil), "has an ending: %t", k.End != nil)
	k.must((k.State == Rejoining) == (k.Back != ""), "comes back to %q", k.Back)
	k.must(k.State != Rejoining || k.in(Talking, Held, ConsultRings, Consulting, Swapped, InConference, AgentsOnly), "comes back to %q", k.Back)
	k.must(!k.TargetLost || k.Back == AgentsOnly, "waits for the target, to come back to %q", k.Back)
	holds := k.in(DialingOut, Offering, Connecting, Talking, Held, ConsultRings, Consulting, Swapped, InConference, AgentsOnly)
	k.must(holds == (k.Agent != nil) || k.State == Recalling, "holds an agent: %t (invariant 1)", k.Agent != nil)
	two := k.in(ConsultRings, Consulting, Swapped, InConference, Transferring, AgentsOnly, Forwarded) || k.Internal && k.in(DialingOut)
	k.must(two == (k.Target != nil), "has a target: %t", k.Target != nil)
	k.must(!k.Internal || k.in(DialingOut, AgentsOnly, Ended) && !k.called() && k.Served == "", "a call of two agents has a customer")
	if t := k.Target; t != nil {
		k.must(t.Agent != "" || t.Kind == ToNumber || k.in(ConsultRings) && t.Kind == ToQueue, "nobody is the target")
		k.must(k.Agent == nil || k.Agent.Agent != t.Agent, "consults themselves (invariant 1)")
	}
	k.must(k.State != Transferring && k.State != Recalling || k.Recall != "", "a transfer without anybody to call back")
	k.must(k.State == Transferring || k.State == Recalling || k.State == Connecting || k.Recall == "", "would call back %s", k.Recall)
	k.must((k.State == Farewell) == ((k.Disconnect != nil || k.Closing != nil) && !over), "was forced out: %t, called a closed service: %t", k.Disconnect != nil, k.Closing != nil)
}

// customer: who is there hears something, and what the state says (invariant 2).
func (k *checker) customer() {
	if k.State == Ended || k.in(AgentsOnly) || k.State == DialingOut {
		return
	}
	k.must(k.Customer.State != Gone, "goes on without its customer")
	k.must(k.Hears != Nothing, "the customer hears nothing (invariant 2)")
	k.must(k.Hears != Music || k.Answered, "music to a caller who was not answered")
	k.must((k.Hears == Message) == (k.State == Farewell), "hears %s", k.Hears)
	k.must((k.Hears == Person) == (k.seating().customer == bridged), "hears %s", k.Hears)
	with := k.current()
	if k.State == Forwarded {
		with = k.targetLeg()
	}
	k.must(k.Hears != Person || k.Answered && k.Bridged && with != nil && with.In, "hears a person who is not there (invariant 2)")
	heard := func(l *Leg) bool { return l != nil && l.In && !l.Held }
	k.must(k.Hears != Person || k.State == Connecting || k.State == Rejoining || heard(k.current()) || heard(k.targetLeg()), "hears nobody but phones that hold (invariant 2)")
	connected := k.in(Talking, Held, ConsultRings, Consulting, Swapped, InConference, Transferring, Recalling, Forwarded) || k.Disconnect != nil
	k.must(k.Closing == nil || k.ConnectedAt.IsZero(), "a customer who talked to somebody hears that the service is closed")
	k.must(!connected || !k.ConnectedAt.IsZero(), "was never connected")
}

func (k *checker) deadline() {
	over := k.State == Ended
	timeless := slices.Contains([]State{Talking, Consulting, Swapped, InConference, AgentsOnly}, k.State)
	optional := k.State == Queued && k.Scenario.MaxWait == 0 || k.State == Held && k.Scenario.HoldWarn == 0 || over && k.allGone()
	k.must(timeless || optional || !k.Deadline.IsZero(), "has no deadline")
	k.must(!timeless || k.Deadline.IsZero(), "a conversation has a deadline (invariant 3)")
}

// legs: each live leg is somebody's (invariant 4), and where it belongs.
func (k *checker) legs() {
	agent, target := k.current(), k.targetLeg()
	for i := range k.Legs {
		l := &k.Legs[i]
		k.must(l.Dropped || l == agent || l == target || l == k.otherLine(), "leg %s belongs to nobody (invariant 4)", l.ID)
		early := l == target && k.Target.Kind == ToNumber
		k.must(!l.In || (l.State == Up || early) && !l.Dropped, "leg %s is in the bridge and %s", l.ID, l.State)
	}
	if p := k.Agent; p != nil && (p.First != "" || p.Second != "") {
		other := k.otherLine()
		k.must(slices.Contains([]State{ConsultRings, Consulting, Swapped, InConference}, k.State), "the agent's phone has two lines")
		k.must(other != nil && agent != nil && other != agent && !other.Dropped && !other.In && !other.Tone, "the line put aside is %+v", other)
	}
	switch {
	case k.in(Offering) || k.State == Recalling && k.Agent != nil || k.State == DialingOut && !k.called() && !k.ringsColleague():
		k.must(agent != nil && !agent.Dropped && agent.State != Up, "is offered on no ringing leg")
	case k.in(ConsultRings) && k.Target.Leg != "" || k.in(Transferring) || k.ringsColleague():
		k.must(target != nil && !target.Dropped && target.State != Up, "the target is called on no ringing leg")
	case k.TargetLost:
		there := target != nil && !target.Dropped && target.State == Up
		k.must(agent != nil && !agent.Dropped && agent.State == Up, "waits for the target without an agent")
		k.must(agent == nil || agent.In == there, "the agent is in the bridge: %t", agent != nil && agent.In)
	case k.in(Consulting, Swapped, InConference, AgentsOnly, Forwarded):
		k.must(target != nil && !target.Dropped && target.State == Up, "the target's leg is not up")
		k.must(target == nil || target.In == (k.seating().target == bridged), "the target is in the bridge: %t", target != nil && target.In)
	}
	dials := k.State == DialingOut && (k.called() || k.ringsColleague())
	if dials || k.State != Rejoining && k.in(Connecting, Talking, Held, ConsultRings, Consulting, Swapped, InConference, AgentsOnly) {
		k.must(agent != nil && !agent.Dropped && agent.State == Up && agent.In, "is with an agent whose leg is not there")
	}
}
