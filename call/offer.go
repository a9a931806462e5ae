package call

import "switchroom/agent"

// claimed rings the phone of the agent whom routing chose; the engine saves it with the agent's reservation or not at all.
func (s *step) claimed(in Claimed) {
	s.to(Offering)
	s.Agent = &Participant{Agent: in.Agent, Token: s.nextToken(), Device: in.Device, Endpoint: in.Endpoint, Since: s.now}
	s.do(ReserveAgent{Agent: in.Agent, Token: s.Agent.Token})
	s.dial(false)
	if !s.Bridged {
		s.do(MakeBridge{Bridge: s.Bridge()})
		s.Bridged = true
	}
	s.offerDeadline()
}

// dial rings the phone of the call's agent on a new leg.
func (s *step) dial(auto bool) {
	id := s.nextLeg()
	s.Agent.Leg = id
	s.Legs = append(s.Legs, Leg{ID: id, State: Dialing, At: s.now})
	s.do(Dial{
		Leg: id, Agent: s.Agent.Agent, Device: s.Agent.Device, Endpoint: s.Agent.Endpoint,
		Caller: s.Caller, Auto: auto, Timeout: s.Scenario.Pickup + RejoinWithin, For: s.Customer.ID,
	})
}

// offerDeadline: the pickup time counts from the claim, and a phone has to say "ringing" within RingWithin. A phone that was called
// again to answer by itself gets that much in any case.
func (s *step) offerDeadline() {
	leg := s.current()
	pickup := s.Agent.Since.Add(s.Scenario.Pickup)
	ring := leg.At.Add(RingWithin)
	switch {
	case s.Agent.Asked && pickup.Before(ring):
		s.Deadline = ring
	case leg.Rang || pickup.Before(ring):
		s.Deadline = pickup
	default:
		s.Deadline = ring
	}
}

func (s *step) offerRings(in LegRinging) {
	leg := s.current()
	if leg.ID != in.Leg || leg.Rang {
		return
	}
	leg.State, leg.Rang = Rings, true
	if !s.Answered {
		s.do(PlayRinging{Leg: s.Customer.ID})
	}
	s.offerDeadline()
}

// answer is the widget's Answer. A browser phone is told to answer, in whichever tab it lives. A desk phone cannot be
// answered from outside by SIP alone, so it is called again with auto-answer.
func (s *step) answer(in Answer) {
	if s.Agent.Device == agent.WebRTC {
		if until := s.now.Add(AnswerWithin); !s.Agent.Asked && until.After(s.Deadline) {
			s.Deadline = until // who answers in time has not missed the call
		}
		s.Agent.Asked = true
		s.do(AskAnswer{Agent: in.Agent, Leg: s.Agent.Leg})
		return
	}
	if s.Agent.Asked {
		return
	}
	s.Agent.Asked = true
	s.drop(s.Agent.Leg, ElsewhereDone)
	s.dial(true)
	s.offerDeadline()
}

func (s *step) decline(Decline) { s.offerLost(whyDeclined) }

func (s *step) offerPhoneLost(in PhoneLost) {
	if s.Agent.Agent == in.Agent && s.Agent.Device == agent.WebRTC {
		s.offerLost(whyUnreachable)
	}
}

func (s *step) offerTimedOut(Deadline) {
	if !s.due() {
		return
	}
	if s.current().Rang {
		s.offerLost(whyRingOut)
	} else {
		s.offerLost(whyUnreachable)
	}
}

// offerLost takes the call back from the agent; the caller keeps the place in the queue (S16).
func (s *step) offerLost(why string) {
	p := s.Agent
	reason := Normal
	if why == whyRingOut {
		reason = NoAnswer
	}
	s.drop(p.Leg, reason)
	o := agent.Outcome{Kind: agent.Returned}
	switch why {
	case whyRingOut, whyDeclined:
		o = agent.Outcome{Kind: agent.Missed, MissLimit: s.Scenario.MissLimit}
		s.Tries = append(s.Tries, Try{Agent: p.Agent, Why: why, At: s.now})
	case whyBusy, whyUnreachable:
		o = agent.Outcome{Kind: agent.PhoneFault, Fault: why}
	}
	s.do(ReleaseAgent{Agent: p.Agent, Token: p.Token, Outcome: o})
	s.wait()
}

// drop hangs up an agent's leg, which is no part of the call from then on.
func (s *step) drop(id string, why Reason) {
	if leg := s.leg(id); leg != nil {
		leg.Dropped = true
		s.do(Drop{Leg: id, Reason: why})
	}
}

func (s *step) offerAnswered(in LegUp) {
	leg := s.current()
	if leg.ID != in.Leg {
		s.strayUp(in)
		return
	}
	leg.State = Up
	s.to(Connecting)
	s.Deadline = s.now.Add(ConnectWithin)
	s.do(AgentPhase{Agent: s.Agent.Agent, Token: s.Agent.Token, Phase: agent.Connecting})
	s.connect()
}

// connect answers the customer, where that is still to be done, and bridges both.
func (s *step) connect() {
	if !s.Answered {
		s.do(AnswerCustomer{Leg: s.Customer.ID})
		s.Answered = true
	}
	if s.Hears == Music {
		s.do(StopMusic{Leg: s.Customer.ID})
	}
	s.Hears = Person
	s.do(Join{Bridge: s.Bridge(), Customer: s.Customer.ID, Leg: s.Agent.Leg})
}

// strayUp: a leg that is no part of the call any more was answered all the same. Its hangup is on the way, or was forgotten with the
// leg; say it again.
func (s *step) strayUp(in LegUp) {
	leg := s.leg(in.Leg)
	if in.Leg == s.Customer.ID || leg != nil && leg == s.current() {
		return
	}
	if leg != nil {
		leg.State, leg.Dropped = Up, true
	}
	s.do(Drop{Leg: in.Leg, Reason: Normal})
}
