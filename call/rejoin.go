package call

import (
	"time"

	"switchroom/agent"
)

// A leg that was lost, not hung up (no RTP, transport gone, page reloading): the customer hears music and stays, the agent's
// phone is called back for RejoinWithin, with auto-answer. Then the customer goes to the queue's front.

// lose begins that; redial says whether the phone can be called at once or has to come back first.
func (s *step) lose(redial bool) {
	s.dropLines(Normal)
	s.Agent.Leg = ""
	s.Back = s.State
	s.to(Rejoining)
	s.arrange()
	s.do(AgentPhase{Agent: s.Agent.Agent, Token: s.Agent.Token, Phase: agent.Rejoining})
	if redial {
		s.ring(s.Agent, s.Caller, true)
	}
	s.rejoinNext()
}

// rejoinNext sets the next deadline: the phone has to ring, or the next attempt is due, or it is time to give up.
func (s *step) rejoinNext() {
	giveUp := s.Since.Add(RejoinWithin)
	next := giveUp
	if leg := s.current(); leg == nil {
		next = s.now.Add(RejoinPause)
	} else if leg.State == Dialing {
		next = leg.At.Add(RingWithin)
	} else if leg.State == Rings {
		next = leg.At.Add(RejoinRing)
	}
	s.Deadline = earlier(next, giveUp)
	if s.Back == ConsultRings {
		s.Deadline = earlier(s.Deadline, s.Target.Until)
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (s *step) talkPhoneLost(in PhoneLost) {
	if s.Agent.on(in) {
		s.lose(false)
	}
}

// rejoin: the agent's page says that it has no audio of this call.
func (s *step) rejoin(Rejoin) {
	if s.State != Rejoining {
		s.lose(true)
		return
	}
	if leg := s.current(); leg == nil || leg.State == Dialing {
		s.redial()
	}
}

func (s *step) redial() {
	s.drop(s.Agent.Leg, Normal)
	s.ring(s.Agent, s.Caller, true)
	s.rejoinNext()
}

// rejoinPhoneBack: a contact came (back). An attempt that has not rung yet went to the old one.
func (s *step) rejoinPhoneBack(in PhoneBack) {
	if leg := s.current(); s.Agent.Agent == in.Agent && (leg == nil || leg.State == Dialing) {
		s.redial()
	}
}

// rejoinPhoneLost: the page went away again; whatever rings or is being joined there is heard by nobody.
func (s *step) rejoinPhoneLost(in PhoneLost) {
	switch {
	case s.Agent.Agent != in.Agent:
		s.consultPhoneLost(in)
	case s.Agent.on(in) && s.Agent.Leg != "":
		s.tryAgainLater()
	}
}

func (s *step) rejoinRings(in LegRinging) {
	leg := s.current()
	switch {
	case leg == nil || leg.ID != in.Leg:
		s.offerRings(in)
	case leg.State == Dialing:
		leg.State, leg.Rang = Rings, true
		s.rejoinNext()
	}
}

func (s *step) rejoinAnswered(in LegUp) {
	leg := s.current()
	if leg == nil || leg.ID != in.Leg {
		s.rungUp(in)
		return
	}
	leg.State = Up
	s.rejoinNext()
	s.arrange()
	if s.Agent.Muted {
		s.do(SetMute{Leg: leg.ID, On: true})
	}
}

func (s *step) rejoined(in Joined) {
	if s.Agent.Leg != in.Leg {
		return
	}
	if s.Back != Talking {
		s.into(s.Back)
		return
	}
	s.meet()
}

func (s *step) rejoinFailed(in JoinFailed) {
	if s.Agent.Leg == in.Leg {
		s.tryAgainLater()
	} else {
		s.consultJoinFailed(in)
	}
}

// rejoinLegGone: a phone that was rung and refused has an agent who does not want to go on.
func (s *step) rejoinLegGone(leg Leg, cause int) {
	if leg.State != Up && offerFailed(cause, leg.Rang) == whyDeclined {
		s.giveUp()
		return
	}
	s.tryAgainLater()
}

func (s *step) tryAgainLater() {
	s.drop(s.Agent.Leg, Normal)
	s.Agent.Leg = ""
	s.arrange()
	s.rejoinNext()
}

func (s *step) rejoinDeadline(Deadline) {
	switch {
	case !s.due():
	case !s.now.Before(s.Since.Add(RejoinWithin)):
		s.giveUp()
	case s.Back == ConsultRings && !s.now.Before(s.Target.Until):
		s.targetTimedOut()
	default:
		s.redial()
	}
}

// giveUp lets the agent go. A target takes the customer over; with nobody there the customer goes to the front of the queue.
func (s *step) giveUp() {
	if s.Target != nil {
		s.handOver(agent.Interrupted)
		return
	}
	s.dismiss(agent.Interrupted)
	s.Agent, s.Back = nil, ""
	s.toFront()
}

// toFront puts a customer whom somebody talked to at the front of the queue.
func (s *step) toFront() {
	s.Front, s.QueuedAt, s.WaitsFrom = true, s.now, s.now
	s.wait()
}
