package call

// place says where a leg belongs.
type place int

const (
	apart   place = iota // outside of the bridge, with nothing from us
	bridged              // with the others
	soothed              // outside, with music; a customer who was not answered hears ringing
)

// seats says where everybody belongs; a customer who is gone is apart. Tone: the agent, alone in the bridge, hears ringing.
type seats struct {
	customer, agent, target place
	tone                    bool
}

// seating is who talks with whom. Together with nobody but phones that hold by their own key the customer would hear nothing.
func (c *Call) seating() seats {
	want := c.seatingByState()
	if (c.State == Swapped || c.State == InConference) && c.current().Held && (want.target != bridged || c.targetLeg().Held) {
		want.customer = soothed
	}
	return want
}

// seatingByState is who talks with whom by the state alone. A rejoining agent who is there again sits where they shall come back to.
func (c *Call) seatingByState() seats {
	state := c.State
	if state == Rejoining {
		switch leg := c.missed(); {
		case leg != nil && leg.State == Up:
			state = c.Back
		case c.TargetLost:
			return seats{agent: soothed}
		case c.Back == AgentsOnly:
			return seats{target: soothed}
		}
	}
	switch state {
	case Connecting, Talking:
		return seats{customer: bridged, agent: bridged}
	case DialingOut: // the customer is put into the bridge by the call itself; a colleague when they answer
		return seats{agent: bridged, tone: c.Internal}
	case Held:
		return seats{customer: soothed, agent: bridged}
	case ConsultRings:
		if c.Target.Kind == ToNumber { // its network is heard itself
			return seats{customer: soothed, agent: bridged, target: bridged}
		}
		return seats{customer: soothed, agent: bridged, tone: true}
	case Consulting:
		return seats{customer: soothed, agent: bridged, target: bridged}
	case Swapped:
		return seats{customer: bridged, agent: bridged, target: soothed}
	case InConference:
		return seats{customer: bridged, agent: bridged, target: bridged}
	case Forwarded:
		return seats{customer: bridged, target: bridged}
	case AgentsOnly:
		return seats{agent: bridged, target: bridged}
	case Farewell:
		return seats{}
	}
	return seats{customer: soothed, target: soothed} // nobody is there, or not yet
}

// arrange brings everybody to their seats: first who has to leave, then who comes, then what those outside hear.
func (s *step) arrange() {
	want := s.seating()
	agent, target := s.current(), s.targetLeg()
	s.clear(want, agent, target)
	joinsAgent := agent != nil && agent.State == Up && !agent.In && want.agent == bridged
	together := false
	if want.customer == bridged && s.Hears != Person {
		together = joinsAgent && s.Target == nil
		s.joinCustomer(together)
	}
	if joinsAgent {
		agent.In = true
		if !together {
			s.do(Join{Bridge: s.Bridge(), Leg: agent.ID})
		}
	}
	if target != nil && !target.In && want.target == bridged {
		target.In = true
		s.do(Join{Bridge: s.Bridge(), Leg: target.ID})
	}
	s.sound(want, agent, target)
}

// clear takes out of the bridge who does not belong there, and stops what shall not be heard.
func (s *step) clear(want seats, agent, target *Leg) {
	if s.Hears == Person && want.customer != bridged {
		s.do(Leave{Bridge: s.Bridge(), Leg: s.Customer.ID})
		s.Hears = Nothing
		s.leftHolding(s.Customer.ID, s.Customer.Held)
	}
	s.clearLeg(target, want.target)
	s.clearLeg(agent, want.agent) // who may have been a target on hold until now
	if agent != nil && agent.Tone && !want.tone {
		s.do(StopTone{Leg: agent.ID})
		agent.Tone = false
	}
}

func (s *step) clearLeg(leg *Leg, want place) {
	if leg == nil {
		return
	}
	if leg.In && want != bridged {
		s.do(Leave{Bridge: s.Bridge(), Leg: leg.ID})
		leg.In = false
		s.leftHolding(leg.ID, leg.Held)
	}
	if leg.Music && want != soothed {
		s.do(StopMusic{Leg: leg.ID})
		leg.Music = false
	}
}

// leftHolding: a leg, which the phone's own key holds or does not, left the bridge. Whoever is alone in the bridge with a phone that holds hears music by
// Asterisk itself, and went on hearing it, over the next voice, when that phone had gone (22.10).
func (s *step) leftHolding(id string, held bool) {
	if !held {
		return
	}
	for _, leg := range []*Leg{s.current(), s.targetLeg()} {
		if leg != nil && leg.In && leg.ID != id {
			s.do(StopMusic{Leg: leg.ID})
		}
	}
	if s.Hears == Person && s.Customer.ID != id {
		s.do(StopMusic{Leg: s.Customer.ID})
	}
}

// joinCustomer answers the customer, where that is still to be done, and bridges them, together with the agent who comes too: one request. With a
// target they come one by one: should the agent's leg be gone, the customer still has the target.
func (s *step) joinCustomer(withAgent bool) {
	if !s.Answered {
		s.do(AnswerCustomer{Leg: s.Customer.ID})
		s.Answered = true
	}
	if s.Hears == Music {
		s.do(StopMusic{Leg: s.Customer.ID})
	}
	s.Hears = Person
	join := Join{Bridge: s.Bridge(), Customer: s.Customer.ID}
	if withAgent {
		join.Leg = s.Agent.Leg
	}
	s.do(join)
}

// sound lets those outside hear music, and an agent who waits for the target ringing.
func (s *step) sound(want seats, agent, target *Leg) {
	if want.customer == soothed && s.Answered && s.Hears != Music {
		s.do(PlayMusic{Leg: s.Customer.ID, Class: s.Scenario.Music})
		s.Hears = Music
	}
	s.soothe(target, want.target)
	s.soothe(agent, want.agent)
	if want.tone && agent.In && !agent.Tone {
		s.do(PlayTone{Leg: agent.ID})
		agent.Tone = true
	}
}

func (s *step) soothe(leg *Leg, want place) {
	if leg != nil && leg.State == Up && want == soothed && !leg.Music {
		s.do(PlayMusic{Leg: leg.ID, Class: s.Scenario.Music})
		leg.Music = true
	}
}
