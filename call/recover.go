package call

import (
	"slices"

	"switchroom/agent"
)

// recovered compares the call with what is at Asterisk after the controller was away: what is gone is gone, what was answered
// meanwhile is answered. Then everything that the state wants of the switch is said again; all of it is repeatable.
func (s *step) recovered(in Recovered) {
	if in.older(s.Customer) && !seen(in, s.Customer.ID) {
		s.legGone(LegGone{Leg: s.Customer.ID, Cause: CauseAbsent})
	}
	for _, leg := range slices.Clone(s.Legs) {
		if in.older(leg) {
			s.compare(in, leg)
		}
	}
	for _, ch := range in.Channels {
		if ch.ID != s.Customer.ID && s.leg(ch.ID) == nil {
			s.do(Drop{Leg: ch.ID, Reason: Normal}) // given up for gone too early
		}
	}
	// In Restate's order: an answer that was never carried out has to come before the music that a fact asks for.
	restated := s.Restate()
	s.effects = slices.DeleteFunc(s.effects, func(e Effect) bool { return slices.Contains(restated, e) })
	s.effects = append(s.effects, restated...)
}

// older tells whether the list was asked for when the leg was there already.
func (r Recovered) older(leg Leg) bool { return r.At.IsZero() || leg.At.Before(r.At) }

func seen(in Recovered, id string) bool {
	return slices.ContainsFunc(in.Channels, func(c Seen) bool { return c.ID == id })
}

// compare feeds the difference of one agent's leg as an ordinary fact.
func (s *step) compare(in Recovered, leg Leg) {
	i := slices.IndexFunc(in.Channels, func(c Seen) bool { return c.ID == leg.ID })
	var fact Input
	switch {
	case i < 0:
		// Its Dial may have been sent after the list was made: what we forget must not ring on.
		s.do(Drop{Leg: leg.ID, Reason: Normal})
		fact = LegGone{Leg: leg.ID, Cause: CauseAbsent}
	case in.Channels[i].State == Up:
		fact = LegUp{Leg: leg.ID}
	case in.Channels[i].State == Rings:
		fact = LegRinging{Leg: leg.ID}
	default:
		return
	}
	if handle := table[s.State][fact.Kind()]; handle != nil {
		handle(s, fact)
	}
}

// Restate lists the effects that bring the switch to what the call's state says, whatever was or was not carried out before. A Dial is
// never among them. So no list of pending effects needs to be kept: the state is the list.
func (c Call) Restate() []Effect {
	s := &step{Call: new(c.Clone())}
	for _, leg := range s.Legs {
		if leg.Dropped {
			s.do(Drop{Leg: leg.ID, Reason: Normal})
		}
	}
	if s.owesTicket() {
		s.do(OpenTicket{Agent: s.Served})
	}
	if s.State == Ended {
		s.letGo()
		return s.effects
	}
	if s.Answered {
		s.do(AnswerCustomer{Leg: s.Customer.ID})
	}
	if s.Hears == Person {
		s.do(StopMusic{Leg: s.Customer.ID})
		s.do(Join{Bridge: s.Bridge(), Customer: s.Customer.ID, Leg: s.Agent.Leg})
		if s.State == Talking {
			s.do(StopRescue{Leg: s.Customer.ID})
		}
		return s.effects
	}
	if s.State == Offering && s.Agent.Asked && s.Agent.Device == agent.WebRTC {
		s.do(AskAnswer{Agent: s.Agent.Agent, Leg: s.Agent.Leg})
	}
	if s.Bridged {
		s.do(Leave{Bridge: s.Bridge(), Leg: s.Customer.ID})
	}
	switch s.Hears {
	case Music:
		s.do(PlayMusic{Leg: s.Customer.ID, Class: s.Scenario.Music})
	case Tone:
		s.do(PlayRinging{Leg: s.Customer.ID})
	}
	return s.effects
}
