package call

import "switchroom/agent"

// The second line of a desk phone: what an agent in a call dials there is a consultation (S20), and the phone's own keys steer it. Holding the one
// line and speaking on the other is the swap, hanging up the second is Cancel, its transfer key is Connect to Customer, speaking on both is the conference.
// Only one line is ever in the bridge: the one that is spoken on.

// onSecondLine puts the first line aside: the target is called for the second.
func (s *step) onSecondLine(leg string) {
	p := s.Agent
	p.First, p.Second = p.Leg, leg
	s.Legs = append(s.Legs, Leg{ID: leg, State: Up, At: s.now, Own: true})
	s.speakOn(leg)
}

// otherLine is the line of the agent's phone that is not spoken on, or nil.
func (c *Call) otherLine() *Leg {
	p := c.Agent
	switch {
	case p == nil:
		return nil
	case p.Leg == p.Second:
		return c.leg(p.First)
	}
	return c.leg(p.Second)
}

// aside takes a line out of the bridge.
func (s *step) aside(leg *Leg) {
	s.do(Leave{Bridge: s.Bridge(), Leg: leg.ID})
	leg.In = false
	s.leftHolding(leg.ID, leg.Held)
}

// speakOn makes it the line that is spoken on. Whoever arranges afterwards puts it into the bridge.
func (s *step) speakOn(id string) {
	p := s.Agent
	if p.Leg == id {
		return
	}
	if was := s.current(); was != nil && !was.Dropped {
		s.aside(was)
	}
	p.Leg = id
	s.do(StopMusic{Leg: id}) // Asterisk's own, of before it was put aside
	if p.Mutes {
		s.do(SetMute{Leg: id, On: p.Muted})
	}
}

// lineHeld: the hold keys of a phone with two lines say whom its agent speaks to.
func (s *step) lineHeld(in PhoneHold) {
	first, second, other := s.leg(s.Agent.First), s.leg(s.Agent.Second), s.otherLine()
	switch {
	case s.State == ConsultRings || first.Held && second.Held:
		s.arrange()
	case !first.Held && !second.Held: // the phone mixes them: one of them in the bridge is enough
		s.become(InConference)
	case !other.Held || s.State == InConference && in.On:
		s.speakOnUnheld(first, second)
	default:
		s.arrange()
	}
}

func (s *step) speakOnUnheld(first, second *Leg) {
	line, next := first, Swapped
	if first.Held {
		line, next = second, Consulting
	}
	s.speakOn(line.ID)
	s.become(next)
}

// become is into, unless the state is that already: it was said on the page before.
func (s *step) become(state State) {
	if s.State == state {
		s.arrange()
		return
	}
	s.into(state)
}

// lineGone: one of two lines is gone by itself. The target's takes the target with it; without the customer's the agent has let go of the customer.
// A line that is put aside and lost, not hung up, is no loss.
func (s *step) lineGone(was Leg, cause int) {
	p := s.Agent
	spoken := was.ID == p.Leg
	switch {
	case !spoken && (lost(cause) || s.State == InConference):
		if s.State == ConsultRings { // the only line now: it is not the target's to answer any more
			s.do(AnswerOwn{Leg: p.Leg})
		}
		s.oneLine(p.Leg)
	case was.ID == p.Second && s.State != InConference:
		s.letTargetGo(whyCancelled)
		s.Target = nil
		s.oneLine(p.First)
		s.into(Talking) // or on hold, if the phone holds the first line still
	case lost(cause):
		s.lose(true)
	default:
		s.agentLeaves(agent.Served)
	}
}

// oneLine goes on with that line alone.
func (s *step) oneLine(id string) {
	s.speakOn(id)
	s.Agent.First, s.Agent.Second = "", ""
}

// backToFirst hangs the second line up, where there is one: the target is no more. A phone that hears its own ringing still is told why.
func (s *step) backToFirst(why string) {
	p := s.Agent
	if p.Second == "" {
		return
	}
	reason := Normal
	if s.State == ConsultRings && why != whyCancelled {
		reason = toldAs(why)
	}
	s.drop(p.Second, reason)
	s.oneLine(p.First)
}

// withoutFirst hangs the customer's line up: the customer is no more, and the agents talk on.
func (s *step) withoutFirst() {
	p := s.Agent
	if p.Second == "" {
		return
	}
	s.drop(p.First, Normal)
	s.oneLine(p.Second)
}

// leaveLines is done with the phone's lines, which the phone hangs up. Asterisk 22.10 was seen to touch a channel that was gone when we hung up the one
// while it was being told what became of the other's transfer.
func (s *step) leaveLines() {
	other := s.otherLine()
	s.aside(s.current())
	s.current().Dropped = true
	if other != nil { // the phone may have hung it up just now
		other.Dropped = true
	}
}

// dropLines hangs the agent's phone up, whichever line they speak on.
func (s *step) dropLines(why Reason) {
	p := s.Agent
	if other := s.otherLine(); other != nil {
		s.drop(other.ID, Normal)
	}
	s.drop(p.Leg, why)
	p.First, p.Second = "", ""
}
