package call

import "switchroom/agent"

// hold lets the customer hear music; the agent stays on the line (S35, S36).
func (s *step) hold(Hold) {
	s.Failure = nil
	s.into(Held)
}

// resume brings them together again (S37). A phone that holds by its own key has to release it itself.
func (s *step) resume(Resume) {
	if s.current().Held {
		s.refuse("phone_holds")
		return
	}
	s.Failure = nil
	s.into(Talking)
}

// phoneHold: the agent's hold key does what Hold and Resume do. In a consultation it is only known, but for a customer who would be left with
// nobody to hear: they get music until the key is released.
func (s *step) phoneHold(in PhoneHold) {
	leg, there := s.leg(in.Leg), s.Hears == Person
	if in.Leg == s.Customer.ID { // theirs to release
		leg = &s.Customer
	} else if leg != nil {
		there = leg.In
	}
	if leg == nil {
		return
	}
	leg.Held = in.On
	if !in.On || !there { // pressed, or released, a moment before they were taken out of the bridge, or put into it
		s.leftHolding(leg.ID, true)
	}
	switch {
	case leg == s.otherLine() || leg == s.current() && s.Agent.Second != "":
		s.lineHeld(in)
	case leg == s.current() && in.On && s.State == Talking:
		s.hold(Hold{})
	case leg == s.current() && !in.On && s.State == Held:
		s.resume(Resume{})
	default:
		s.arrange()
	}
}

// heldLong signals a hold that is too long; nobody is let go for it.
func (s *step) heldLong(Deadline) {
	if s.due() {
		s.HeldLong++
		s.Deadline = s.now.Add(s.Scenario.HoldWarn)
	}
}

// into goes on in a state in which the agent has the customer, or talks on without.
func (s *step) into(state State) {
	if state == Talking && s.current().Held {
		state = Held // their phone holds: together with it the customer would hear nothing
	}
	s.to(state)
	s.Back, s.HeldLong = "", 0
	switch {
	case state == Held && s.Scenario.HoldWarn > 0:
		s.Deadline = s.now.Add(s.Scenario.HoldWarn)
	case state == ConsultRings:
		s.Deadline = s.Target.Until
	}
	s.do(AgentPhase{Agent: s.Agent.Agent, Token: s.Agent.Token, Phase: phaseIn(state)})
	s.arrange()
	if state == Talking && s.Served != s.Agent.Agent {
		s.connected()
	}
}

// phaseIn is what the owning agent's leg does in a state.
func phaseIn(state State) agent.Phase {
	switch state {
	case Held:
		return agent.Holding
	case ConsultRings, Consulting, Swapped, InConference:
		return agent.Consulting
	}
	return agent.Talking
}

// standing is the state that the agents stand in: while one rejoins, the one that they come back to.
func (c *Call) standing() State {
	if c.State == Rejoining {
		return c.Back
	}
	return c.State
}

// mute is told to the switch when the leg is up, and again to each leg that the agent is called on anew.
func (s *step) mute(in Mute) {
	p := s.Part(in.Agent)
	p.Muted, p.Mutes = in.On, true
	if leg := s.leg(p.Leg); leg != nil && leg.State == Up {
		s.do(SetMute{Leg: p.Leg, On: in.On})
	}
}

// digits go to whom the agent talks to. A customer who is soothed because the agent's phone holds would lose their music by them: Asterisk 22.10
// was seen to end it with the tones.
func (s *step) digits(in Digits) {
	to := s.Customer.ID
	switch {
	case s.State == Consulting:
		to = s.Target.Leg
	case s.Hears != Person:
		s.refuse("phone_holds")
		return
	}
	s.do(SendDigits{Leg: to, Digits: in.Digits})
}
