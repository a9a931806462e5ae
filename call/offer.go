package call

import (
	"time"

	"switchroom/agent"
)

// claimed rings the phone of the agent whom routing chose; the engine saves it with the agent's reservation or not at all.
func (s *step) claimed(in Claimed) {
	s.to(Offering)
	s.Agent = &Participant{Agent: in.Agent, Token: s.nextToken(), Device: in.Device, Endpoint: in.Endpoint, Since: s.now}
	s.do(ReserveAgent{Agent: in.Agent, Token: s.Agent.Token})
	s.ring(s.Agent, s.Caller, false)
	if !s.Bridged {
		s.do(MakeBridge{Bridge: s.Bridge()})
		s.Bridged = true
	}
	s.rungDeadline()
}

// ring calls a participant's phone on a new leg; as is who is seen to call.
func (s *step) ring(p *Participant, as Party, auto bool) {
	id := s.nextLeg()
	p.Leg = id
	s.Legs = append(s.Legs, Leg{ID: id, State: Dialing, At: s.now})
	s.do(Dial{
		Leg: id, Agent: p.Agent, Device: p.Device, Endpoint: p.Endpoint,
		Caller: as, Auto: auto, Timeout: s.ringTime() + RejoinWithin, For: s.forWhom(),
	})
}

// forWhom is the channel that a phone is rung for, where there is one.
func (c *Call) forWhom() string {
	if !c.called() || c.Customer.State == Gone {
		return ""
	}
	return c.Customer.ID
}

// rung is who is being called in this state, or nil: an agent who is offered the call, or a target.
func (c *Call) rung() *Participant {
	switch c.standing() {
	case Offering:
		return c.Agent
	case DialingOut:
		switch {
		case c.ringsColleague():
			return &c.Target.Participant
		case !c.called():
			return c.Agent
		}
	case Recalling:
		return c.Agent
	case ConsultRings, Transferring:
		if c.Target.Leg != "" {
			return &c.Target.Participant
		}
	}
	return nil
}

// ringsTarget tells whether that is the target, or whoever its queue finds: not so while a colleague waits for the caller's own phone.
func (c *Call) ringsTarget() bool {
	return c.Target != nil && (c.State != DialingOut || c.ringsColleague())
}

// ringTime is how long that phone rings.
func (c *Call) ringTime() time.Duration {
	switch {
	case !c.ringsTarget():
		return c.Scenario.Pickup
	case c.Target.Kind == ToQueue:
		return c.Target.Scenario.Pickup
	case c.Scenario.TargetRing > 0:
		return c.Scenario.TargetRing
	}
	return TargetRing
}

// seenCalling is who is seen to call at that phone.
func (c *Call) seenCalling() Party {
	if c.ringsTarget() {
		return c.Target.By
	}
	return c.Caller
}

// rungDeadline: the ring time counts from the claim, and a phone has to say "ringing" within RingWithin. A phone that was called
// again to answer by itself gets that much in any case.
func (s *step) rungDeadline() {
	p := s.Agent
	if s.ringsTarget() {
		p = &s.Target.Participant
	}
	leg := s.leg(p.Leg)
	if s.ringsTarget() && s.Target.Kind == ToNumber { // the network takes its time
		s.setRungDeadline(leg.At.Add(CustomerWithin + RingWithin))
		return
	}
	pickup := p.Since.Add(s.ringTime())
	ring := leg.At.Add(RingWithin)
	until := ring
	if leg.Rang || pickup.Before(ring) {
		until = pickup
	}
	if p.Asked && until.Before(ring) {
		until = ring
	}
	s.setRungDeadline(until)
}

// setRungDeadline: while the agent rejoins, the call's deadline is about their phone too.
func (s *step) setRungDeadline(until time.Time) {
	if s.ringsTarget() {
		s.Target.Until = until
	}
	if s.State == Rejoining {
		s.rejoinNext()
		return
	}
	s.Deadline = until
}

func (s *step) rungUntil() time.Time {
	if s.ringsTarget() {
		return s.Target.Until
	}
	return s.Deadline
}

// isRung tells whether the leg is that of who is being called.
func (s *step) isRung(leg string) bool {
	p := s.rung()
	return p != nil && p.Leg == leg
}

func (s *step) offerRings(in LegRinging) {
	if !s.isRung(in.Leg) {
		return
	}
	leg := s.leg(in.Leg)
	if leg.Rang {
		return
	}
	leg.State, leg.Rang = Rings, true
	if !s.Answered && s.called() {
		s.do(PlayRinging{Leg: s.Customer.ID})
	}
	s.rungDeadline()
}

// answer is the widget's Answer. A browser phone is told to answer, in whichever tab it lives. A desk phone cannot be
// answered from outside by SIP alone, so it is called again with auto-answer.
func (s *step) answer(in Answer) {
	p := s.rung()
	if p == nil {
		return // a second click: answered already
	}
	if p.Device == agent.WebRTC {
		if until := s.now.Add(AnswerWithin); !p.Asked && until.After(s.rungUntil()) {
			s.setRungDeadline(until) // who answers in time has not missed the call
		}
		p.Asked = true
		s.do(AskAnswer{Agent: in.Agent, Leg: p.Leg})
		return
	}
	if p.Asked {
		return
	}
	p.Asked = true
	s.drop(p.Leg, ElsewhereDone)
	s.ring(p, s.seenCalling(), true)
	s.rungDeadline()
}

func (s *step) decline(Decline) { s.rungLost(whyDeclined) }

func (s *step) rungPhoneLost(in PhoneLost) {
	if p := s.rung(); p != nil && p.on(in) {
		s.rungLost(whyUnreachable)
	}
}

func (s *step) rungTimedOut(Deadline) {
	if s.due() {
		s.rungOut()
	}
}

// rungOut: the phone has rung for long enough, or never said that it rings.
func (s *step) rungOut() {
	if s.leg(s.rung().Leg).Rang {
		s.rungLost(whyRingOut)
	} else {
		s.rungLost(whyUnreachable)
	}
}

// rungLost: who was being called will not come.
func (s *step) rungLost(why string) {
	switch s.State {
	case DialingOut:
		if s.ringsColleague() {
			s.colleagueLost(why)
			return
		}
		s.ownPhoneLost(why)
	case Recalling:
		s.recallLost(why)
	case Transferring:
		s.transferFailed(why)
	case Offering, Connecting:
		s.offerLost(why)
	default:
		s.targetLost(why)
	}
}

// offerLost takes the call back from the agent; the caller keeps the place in the queue (S16). A transfer's target who is lost in the moment of
// being connected leaves the customer to who transferred.
func (s *step) offerLost(why string) {
	p := s.Agent
	if s.Recall == p.Agent {
		s.recallLost(why)
		return
	}
	reason := Normal
	if why == whyRingOut {
		reason = NoAnswer
	}
	s.drop(p.Leg, reason)
	if s.Recall != "" {
		s.do(ReleaseAgent{Agent: p.Agent, Token: p.Token, Outcome: unanswered(why)})
		s.Failure = &Failure{Kind: ToAgent, Agent: p.Agent, Why: why, At: s.now}
		s.recall()
		return
	}
	o := agent.Outcome{Kind: agent.Returned}
	switch why {
	case whyRingOut, whyDeclined:
		o = agent.Outcome{Kind: agent.Missed, MissLimit: s.Scenario.MissLimit}
		s.Tries = append(s.Tries, Try{Agent: p.Agent, Why: why, At: s.now})
	case whyBusy, whyUnreachable:
		o = agent.Outcome{Kind: agent.PhoneFault, Fault: why}
	}
	s.do(ReleaseAgent{Agent: p.Agent, Token: p.Token, Outcome: o})
	s.Agent = nil
	s.wait()
}

// drop hangs up an agent's leg, which is no part of the call from then on.
func (s *step) drop(id string, why Reason) {
	if leg := s.leg(id); leg != nil && !leg.Dropped {
		held := leg.Held && leg.In
		leg.Dropped, leg.In = true, false
		s.do(Drop{Leg: id, Reason: why})
		s.leftHolding(id, held)
	}
}

// rungUp: the phone was answered.
func (s *step) rungUp(in LegUp) {
	if !s.isRung(in.Leg) {
		s.strayUp(in)
		return
	}
	s.leg(in.Leg).State = Up
	switch s.State {
	case ConsultRings, Rejoining:
		s.targetAnswered()
		return
	case Transferring:
		if s.Target.Kind == ToNumber {
			s.forward()
			return
		}
		s.Agent, s.Target = &s.Target.Participant, nil
	}
	s.to(Connecting)
	s.Deadline = s.now.Add(ConnectWithin)
	s.do(AgentPhase{Agent: s.Agent.Agent, Token: s.Agent.Token, Phase: agent.Connecting})
	s.arrange()
}

// strayUp: a leg that is no part of the call any more was answered all the same. Its hangup is on the way, or was forgotten with the
// leg; say it again.
func (s *step) strayUp(in LegUp) {
	leg := s.leg(in.Leg)
	if in.Leg == s.Customer.ID && s.State == Ended && s.Outbound {
		s.do(Dismiss{Leg: s.Customer.ID}) // a customer who was given up answers all the same
	}
	if in.Leg == s.Customer.ID || leg != nil && !leg.Dropped {
		return
	}
	if leg != nil {
		leg.State = Up
	}
	s.do(Drop{Leg: in.Leg, Reason: Normal})
}
