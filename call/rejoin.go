package call

import (
	"time"

	"switchroom/agent"
)

// A leg that was lost, not hung up (no RTP, transport gone, page reloading): the customer hears music and stays, the agent's
// phone is called back for RejoinWithin, with auto-answer. Then the customer goes to the queue's front. Of two agents who talk without a customer
// either one's phone is called back; who is left by both, or in vain, has nobody to talk to.

// Missing is the agent whose phone was lost and is being called back, or "".
func (c Call) Missing() string {
	if c.State != Rejoining {
		return ""
	}
	return c.missing().Agent
}

func (c *Call) missing() *Participant {
	if c.TargetLost {
		return &c.Target.Participant
	}
	return c.Agent
}

// missed is the missing agent's leg, or nil while it is waited for.
func (c *Call) missed() *Leg { return c.leg(c.missing().Leg) }

// lose begins that; redial says whether the phone can be called at once or has to come back first.
func (s *step) lose(redial bool) {
	s.dropLines(Normal)
	s.waitFor(redial)
}

// twoAgents tells whether two agents talk without a customer. A number outside is nobody's to call back.
func (c *Call) twoAgents() bool { return c.State == AgentsOnly && c.Target.Agent != "" }

// loseTarget is lose of the second of two agents.
func (s *step) loseTarget(redial bool) {
	s.drop(s.Target.Leg, Normal)
	s.TargetLost = true
	s.waitFor(redial)
}

func (s *step) waitFor(redial bool) {
	p := s.missing()
	p.Leg = ""
	s.Back = s.State
	s.to(Rejoining)
	s.arrange()
	s.do(AgentPhase{Agent: p.Agent, Token: p.Token, Phase: agent.Rejoining})
	if redial {
		s.callBack()
	}
	s.rejoinNext()
}

func (s *step) callBack() {
	as := s.Caller
	if s.TargetLost {
		as = s.Target.By
	}
	s.ring(s.missing(), as, true)
}

// rejoinNext sets the next deadline: the phone has to ring, or the next attempt is due, or it is time to give up.
func (s *step) rejoinNext() {
	giveUp := s.Since.Add(RejoinWithin)
	next := giveUp
	if leg := s.missed(); leg == nil {
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
func (s *step) rejoin(in Rejoin) {
	switch {
	case s.State == Rejoining:
		if leg := s.missed(); leg == nil || leg.State == Dialing {
			s.redial()
		}
	case in.Agent == s.Agent.Agent:
		s.lose(true)
	default:
		s.loseTarget(true)
	}
}

func (s *step) redial() {
	s.drop(s.missing().Leg, Normal)
	s.callBack()
	s.rejoinNext()
}

// rejoinPhoneBack: a contact came (back). An attempt that has not rung yet went to the old one.
func (s *step) rejoinPhoneBack(in PhoneBack) {
	if leg := s.missed(); s.missing().Agent == in.Agent && (leg == nil || leg.State == Dialing) {
		s.redial()
	}
}

// rejoinPhoneLost: the page went away again; whatever rings or is being joined there is heard by nobody.
func (s *step) rejoinPhoneLost(in PhoneLost) {
	switch p := s.missing(); {
	case p.Agent != in.Agent && !s.TargetLost:
		s.consultPhoneLost(in)
	case p.Agent != in.Agent && s.Agent.on(in):
		s.parted("agent_" + whyLost)
	case p.on(in) && p.Leg != "":
		s.tryAgainLater()
	}
}

func (s *step) rejoinRings(in LegRinging) {
	leg := s.missed()
	switch {
	case leg == nil || leg.ID != in.Leg:
		s.offerRings(in)
	case leg.State == Dialing:
		leg.State, leg.Rang = Rings, true
		s.rejoinNext()
	}
}

func (s *step) rejoinAnswered(in LegUp) {
	leg := s.missed()
	if leg == nil || leg.ID != in.Leg {
		s.rungUp(in)
		return
	}
	leg.State = Up
	s.rejoinNext()
	s.arrange()
	if s.missing().Muted {
		s.do(SetMute{Leg: leg.ID, On: true})
	}
}

func (s *step) rejoined(in Joined) {
	switch {
	case s.missing().Leg != in.Leg:
	case s.TargetLost:
		s.targetRejoined()
	case s.Back == Talking:
		s.meet()
	default:
		s.into(s.Back)
	}
}

func (s *step) targetRejoined() {
	t := s.Target
	s.Back, s.TargetLost = "", false
	s.to(AgentsOnly)
	s.arrange()
	s.do(AgentPhase{Agent: t.Agent, Token: t.Token, Phase: agent.Talking})
}

func (s *step) rejoinFailed(in JoinFailed) {
	switch {
	case s.missing().Leg == in.Leg:
		s.tryAgainLater()
	case s.Agent.Leg == in.Leg: // who waits for the target
		s.parted("agent_" + whyUnreachable)
	default:
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
	p := s.missing()
	s.drop(p.Leg, Normal)
	p.Leg = ""
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
	switch {
	case s.TargetLost:
		s.parted("target_" + whyLost)
		return
	case s.Back == AgentsOnly:
		s.parted("agent_" + whyLost)
		return
	}
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
