package call

import (
	"slices"

	"switchroom/agent"
)

// recovered compares the call with what is at Asterisk after the controller was away: what is gone is gone, what was answered
// meanwhile is answered. Then everything that the state wants of the switch is said again; all of it is repeatable.
func (s *step) recovered(in Recovered) {
	if s.called() && in.older(s.Customer) {
		s.compareCustomer(in)
	}
	for _, leg := range slices.Clone(s.Legs) {
		if in.older(leg) {
			s.compare(in, leg)
		}
	}
	for _, ch := range in.Channels { // given up for gone too early
		switch {
		case ch.ID == s.Customer.ID && s.Customer.State == Gone && s.Outbound:
			s.do(Dismiss{Leg: ch.ID})
		case ch.ID != s.Customer.ID && s.leg(ch.ID) == nil:
			s.do(Drop{Leg: ch.ID, Reason: Normal})
		}
	}
	s.unring()
	// In Restate's order: an answer that was never carried out has to come before the music that a fact asks for. Whether there is music in the end, Restate
	// says: who is given back must not hear it on the way out.
	restated := s.Restate()
	music := Effect(PlayMusic{Leg: s.Customer.ID, Class: s.Scenario.Music})
	s.effects = slices.DeleteFunc(s.effects, func(e Effect) bool { return e == music || slices.Contains(restated, e) })
	s.effects = append(s.effects, restated...)
}

// unring: who is called and given up in one step, because the other of two agents is gone too, is not called at all.
func (s *step) unring() {
	if s.State != Ended {
		return
	}
	s.effects = slices.DeleteFunc(s.effects, func(e Effect) bool {
		dial, calls := e.(Dial)
		if calls {
			s.forget(dial.Leg)
		}
		return calls
	})
}

// older tells whether the list was asked for when the leg was there already.
func (r Recovered) older(leg Leg) bool { return r.At.IsZero() || leg.At.Before(r.At) }

// compareCustomer feeds the difference of the customer's leg.
func (s *step) compareCustomer(in Recovered) {
	i := slices.IndexFunc(in.Channels, func(c Seen) bool { return c.ID == s.Customer.ID })
	switch {
	case i < 0:
		if s.State == DialingOut || s.State == Ended && s.Outbound { // may have been called after the list was made: who is given up must not ring on
			s.do(Dismiss{Leg: s.Customer.ID})
		}
		s.absent = true
		s.legGone(LegGone{Leg: s.Customer.ID, Cause: CauseAbsent})
	case s.State != DialingOut:
	case in.Channels[i].State == Up:
		s.dialUp(LegUp{Leg: s.Customer.ID})
	case in.Channels[i].State == Rings:
		s.dialRings(LegRinging{Leg: s.Customer.ID})
	case !s.Customer.Rang && !in.Channels[i].Called:
		s.Deadline = earlier(s.Deadline, s.now.Add(GoesOnWithin))
	}
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
		if s.isRung(leg.ID) && !leg.Rang && !in.Channels[i].Called { // an agent's phone has less time anyway
			s.setRungDeadline(earlier(s.rungUntil(), s.now.Add(GoesOnWithin)))
		}
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
	if s.Answered && s.Customer.State != Gone {
		s.do(AnswerCustomer{Leg: s.Customer.ID})
	}
	s.restateOwn()
	s.restateOffer()
	s.restateCustomer()
	if s.unrescued() {
		s.do(StopRescue{Leg: s.Customer.ID})
	}
	s.restateLegs()
	return s.effects
}

// unrescued: the dialplan must not take a customer back whom somebody has, or has disconnected.
func (c *Call) unrescued() bool {
	switch c.standing() {
	case Talking, Held, ConsultRings, Consulting, Swapped, InConference, Forwarded:
		return true
	}
	return c.State == Farewell && c.Closing == nil
}

// restateOwn: the phones on which agents dialled were answered when the other was there.
func (s *step) restateOwn() {
	for _, leg := range s.Legs {
		calls := s.State == DialingOut || s.State == ConsultRings && s.Agent.Second == leg.ID
		if leg.Own && !leg.Dropped && !calls {
			s.do(AnswerOwn{Leg: leg.ID})
		}
	}
}

// restateOffer asks again what was asked of a page, or of the engine.
func (s *step) restateOffer() {
	if p := s.rung(); p != nil && p.Asked && p.Device == agent.WebRTC {
		s.do(AskAnswer{Agent: p.Agent, Leg: p.Leg})
	}
	if s.State == Recalling && s.Agent == nil {
		s.do(AskRecall{Agent: s.Recall})
	}
}

// restateCustomer: where the customer is, and what they hear.
func (s *step) restateCustomer() {
	leg := s.current()
	if leg != nil && leg.In {
		s.do(StopMusic{Leg: leg.ID}) // who was a target on hold heard it until they owned the call
	}
	if s.Hears == Person {
		s.do(StopMusic{Leg: s.Customer.ID})
		join := Join{Bridge: s.Bridge(), Customer: s.Customer.ID}
		if s.Target == nil {
			join.Leg = s.Agent.Leg
		}
		s.do(join)
		return
	}
	if s.Bridged && s.called() && s.Customer.State != Gone && s.State != DialingOut {
		s.do(Leave{Bridge: s.Bridge(), Leg: s.Customer.ID})
	}
	switch s.Hears {
	case Music:
		s.do(PlayMusic{Leg: s.Customer.ID, Class: s.Scenario.Music})
	case Tone:
		s.do(PlayRinging{Leg: s.Customer.ID})
	case Message:
		s.do(StopMusic{Leg: s.Customer.ID})
		if message, said := s.lastMessage(); said {
			s.do(HearMessage{Leg: s.Customer.ID})
		} else {
			s.do(SayMessage{Leg: s.Customer.ID, Message: message})
		}
	}
}

// restateLegs: where agent and target are, what they hear, and whether they are heard.
func (s *step) restateLegs() {
	if leg := s.current(); leg != nil && leg.In {
		if s.Hears != Person || s.Target != nil {
			s.do(Join{Bridge: s.Bridge(), Leg: leg.ID})
		}
		s.restateTone(leg)
		s.restateMute(s.Agent)
	} else if leg != nil && leg.Music {
		s.restateTone(leg)
		s.restateSoothed(leg)
		s.restateMute(s.Agent)
	}
	if other := s.otherLine(); other != nil {
		s.do(Leave{Bridge: s.Bridge(), Leg: other.ID})
	}
	leg := s.targetLeg()
	if leg == nil {
		return
	}
	if leg.State != Up {
		s.restateEarly(leg)
		return
	}
	if leg.In {
		s.do(StopMusic{Leg: leg.ID})
		s.do(Join{Bridge: s.Bridge(), Leg: leg.ID})
	} else {
		s.restateSoothed(leg)
	}
	s.restateMute(&s.Target.Participant)
}

func (s *step) restateSoothed(leg *Leg) {
	s.do(Leave{Bridge: s.Bridge(), Leg: leg.ID})
	s.do(PlayMusic{Leg: leg.ID, Class: s.Scenario.Music})
}

// restateEarly: a target outside that is being called is heard in the bridge, or rings on outside of it. One that does not ring yet may not have
// come into our app, and puts itself there when it has.
func (s *step) restateEarly(leg *Leg) {
	switch {
	case s.Target.Kind != ToNumber:
	case !leg.In:
		s.do(Leave{Bridge: s.Bridge(), Leg: leg.ID})
	case leg.State == Rings:
		s.do(Join{Bridge: s.Bridge(), Leg: leg.ID})
	}
}

// restateMute leaves alone who was never muted: mute is the one thing that Asterisk 22.10 was seen to crash of when it is said again and again.
func (s *step) restateMute(p *Participant) {
	if p.Mutes {
		s.do(SetMute{Leg: p.Leg, On: p.Muted})
	}
}

func (s *step) restateTone(leg *Leg) {
	if leg.Tone {
		s.do(PlayTone{Leg: leg.ID})
	} else {
		s.do(StopTone{Leg: leg.ID})
	}
}
