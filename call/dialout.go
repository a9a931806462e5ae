package call

import (
	"slices"
	"time"

	"switchroom/agent"
)

// A call to a customer: the agent's own phone first, then the customer, who is bridged with the agent from the first moment, so that what the
// network says (ringing, announcements) is heard (S17–S21). From the answer on it is a call like any other.

const (
	// NoQueue stands where a call has no queue to fall back to.
	NoQueue = "-"
	// CustomerWithin: how long a customer is called.
	CustomerWithin = time.Minute
	// GoesOnWithin: after a restart of ours it may not be known whether a customer, or a target outside, who does not ring was called at all.
	GoesOnWithin = 10 * time.Second
)

// place calls the agent's own phone.
func (s *step) place(in Place) {
	*s.Call = Call{
		ID: in.ID, Node: in.Node, Service: in.Service, Queue: in.Queue, Scenario: in.Scenario, Outbound: true, CallerID: in.CallerID,
		Caller: in.To, Ways: slices.Clone(in.Ways), EnteredAt: s.now, QueuedAt: s.now, Version: s.Version, Customer: Leg{ID: in.ID + "-n1"},
	}
	s.Agent = &Participant{Agent: in.Agent, Token: s.nextToken(), Device: in.Device, Endpoint: in.Endpoint, Since: s.now}
	s.to(DialingOut)
	s.do(ReserveAgent{Agent: in.Agent, Token: s.Agent.Token, By: agent.Dialling})
	if in.Colleague != nil && !s.takeColleague(*in.Colleague) {
		return
	}
	s.do(AgentPhase{Agent: in.Agent, Token: s.Agent.Token, Phase: agent.Dialing})
	s.do(MakeBridge{Bridge: s.Bridge()})
	s.Bridged = true
	if in.Leg != "" {
		s.Agent.Leg = in.Leg
		s.Legs = []Leg{{ID: in.Leg, State: Up, At: s.now, Own: true}}
		s.ownPhoneUp()
		return
	}
	s.ring(s.Agent, s.Caller, true)
	s.rungDeadline()
}

// called tells whether the customer is being called already, or was.
func (c *Call) called() bool { return c.Customer.State != "" }

// ownPhoneIsUp: the agent is there, so that it is the other's turn to be called.
func (c *Call) ownPhoneIsUp() bool {
	leg := c.current()
	return leg != nil && leg.State == Up
}

// ownPhoneUp: the agent is there; now the customer, or the colleague.
func (s *step) ownPhoneUp() {
	s.arrange()
	if s.Internal {
		s.callColleague()
		return
	}
	s.callCustomer()
}

// callCustomer tries the next way out.
func (s *step) callCustomer() {
	way := s.Ways[0]
	s.Ways = s.Ways[1:]
	s.Outs++
	s.Customer = Leg{ID: s.ID + "-n" + itoa(s.Outs), State: Dialing, At: s.now, Way: way}
	s.do(CallOut{Leg: s.Customer.ID, Way: way, CallerID: s.CallerID, Bridge: s.Bridge(), Timeout: CustomerWithin})
	s.Deadline = s.now.Add(CustomerWithin + RingWithin)
}

func (s *step) dialRings(in LegRinging) {
	if in.Leg != s.Customer.ID {
		s.offerRings(in)
		return
	}
	s.Customer.State, s.Customer.Rang = Rings, true
	s.Deadline = s.Customer.At.Add(CustomerWithin + RingWithin)
}

func (s *step) dialUp(in LegUp) {
	if in.Leg == s.Customer.ID {
		s.Customer.State, s.Answered, s.Hears = Up, true, Person
		s.answerOwn()
		s.meet()
		return
	}
	if !s.isRung(in.Leg) {
		s.strayUp(in)
		return
	}
	colleagues := s.ringsColleague()
	s.leg(in.Leg).State = Up
	if colleagues {
		s.colleagueAnswered()
		return
	}
	s.ownPhoneUp()
}

// answerOwn answers the phone of an agent who dialled on it.
func (s *step) answerOwn() {
	if leg := s.current(); leg.Own {
		s.do(AnswerOwn{Leg: leg.ID})
	}
}

// dialHangup is the agent who thinks better of it.
func (s *step) dialHangup(Hangup) { s.end(Unanswered, whyCancelled) }

func (s *step) dialDeadline(Deadline) {
	switch {
	case !s.due():
	case s.called():
		s.end(Unanswered, s.unreached())
	default:
		s.rungOut()
	}
}

// unreached is why a customer who was called for long enough did not come.
func (s *step) unreached() string {
	if s.Customer.Rang {
		return whyRingOut
	}
	return whyUnreachable
}

// customerLost: the customer's leg ended before the answer. A way out that is out of order is no answer of theirs: the next one is tried.
func (s *step) customerLost(cause int) {
	why := notReached(cause, s.Customer.Rang)
	if ofTheWay(why) && len(s.Ways) > 0 {
		s.callCustomer()
		return
	}
	s.Customer.State = Gone
	s.drop(s.Agent.Leg, toldAs(why))
	s.end(Unanswered, why)
}

// toldAs is what the phone of an agent who dialled on it is told.
func toldAs(why string) Reason {
	switch why {
	case whyBusy:
		return Busy
	case whyDeclined:
		return Declined
	case whyBadNumber:
		return BadNumber
	case whyRingOut, whyUnreachable:
		return NoAnswer
	}
	return Congested
}

// ownPhoneGone: the agent hung up while the other was being called, or their leg was lost.
func (s *step) ownPhoneGone(cause int) {
	if lost(cause) {
		s.ownPhoneLost(whyLost)
		return
	}
	s.end(Unanswered, whyCancelled)
}

// ownPhoneLost: the agent's phone did not come, or vanished.
func (s *step) ownPhoneLost(why string) {
	p := s.Agent
	s.drop(p.Leg, Normal)
	s.do(ReleaseAgent{Agent: p.Agent, Token: p.Token, Outcome: unanswered(why)})
	s.Agent = nil
	s.end(Unanswered, "own_phone_"+why)
}

// dialJoinFailed: the agent would hear nothing of the customer.
func (s *step) dialJoinFailed(in JoinFailed) {
	if s.Agent.Leg == in.Leg {
		s.end(Unanswered, "own_phone_"+whyUnreachable)
	}
}

// dialPhoneLost: a page went away, with the phone that is being rung or with the agent's.
func (s *step) dialPhoneLost(in PhoneLost) {
	switch p := s.rung(); {
	case p != nil && p.on(in):
		s.rungLost(whyUnreachable)
	case s.Agent.on(in):
		s.ownPhoneLost(whyLost)
	}
}
