package call

import "switchroom/agent"

// joined: customer and agent are bridged. From here the call counts as connected (S15).
func (s *step) joined(in Joined) {
	if s.Agent.Leg != in.Leg {
		return
	}
	s.Recall = ""
	s.Waited += s.now.Sub(s.waitsFrom())
	s.meet()
}

// meet: the agent was bridged with the customer, who holds where the agent's phone does.
func (s *step) meet() {
	s.Back = ""
	if s.current().Held {
		s.into(Held)
	} else {
		s.to(Talking)
		s.arrange()
		s.do(AgentPhase{Agent: s.Agent.Agent, Token: s.Agent.Token, Phase: agent.Talking})
	}
	s.connected()
}

// connected: customer and agent are, or were, together.
func (s *step) connected() {
	if s.ConnectedAt.IsZero() {
		s.ConnectedAt = s.now
	}
	s.Served = s.Agent.Agent
	s.do(StopRescue{Leg: s.Customer.ID}) // each time: a requeued caller was guarded again
	if s.owesTicket() {
		s.do(OpenTicket{Agent: s.Agent.Agent})
	}
}

func (s *step) joinFailed(in JoinFailed) {
	if s.Agent.Leg == in.Leg {
		s.offerLost(whyUnreachable)
	}
}

// talkJoinFailed: a join that was said again after a doubt did not come about; nobody hears anybody.
func (s *step) talkJoinFailed(in JoinFailed) {
	if s.Agent.Leg == in.Leg {
		s.lose(true)
	}
}

func (s *step) connectTimedOut(Deadline) {
	if s.due() {
		s.offerLost(whyUnreachable)
	}
}

func (s *step) connectPhoneLost(in PhoneLost) {
	if s.Agent.on(in) {
		s.offerLost(whyUnreachable)
	}
}

// answeredAlready: a second click on Answer is no error.
func (s *step) answeredAlready(Answer) {}

func (s *step) ticketOpened(in TicketOpened) {
	if s.Ticket != "" {
		return
	}
	s.Ticket = in.Ticket
	for _, id := range s.Untold {
		s.do(TellTicket{Agent: id, Ticket: in.Ticket})
	}
	s.Untold = nil
}

// hangup: the agent leaves the conversation, or the target does.
func (s *step) hangup(in Hangup) {
	switch {
	case s.Target != nil && s.Target.Agent == in.Agent:
		s.targetLost(whyHangup)
	case s.State == Connecting:
		s.offerLost(whyDeclined) // answered, and thought better of it before anybody could hear them
	default:
		s.agentLeaves(agent.Served)
	}
}

// agentLeaves: the customer goes back to the dialplan, which says goodbye or hangs up, unless somebody else is there, or on the way.
func (s *step) agentLeaves(kind agent.OutcomeKind) {
	if s.slipped(s.now) {
		s.slip()
		return
	}
	switch s.standing() {
	case Talking, Held:
		s.end(Completed, "agent_hangup")
	case AgentsOnly:
		s.parted("agent_hangup")
	default:
		s.handOver(kind)
	}
}

// legGone: a channel is gone. Whose it was decides.
func (s *step) legGone(in LegGone) {
	if in.Leg == s.Customer.ID {
		if s.State == DialingOut {
			s.customerLost(in.Cause)
		} else {
			s.customerGone()
		}
		return
	}
	leg := s.leg(in.Leg)
	if leg == nil {
		return
	}
	mine, targets := leg == s.current(), leg == s.targetLeg()
	lines := leg == s.otherLine() || mine && s.Agent.Second != ""
	was := *leg
	s.forget(in.Leg)
	s.leftHolding(was.ID, was.Held && was.In)
	switch {
	case lines:
		s.lineGone(was, in.Cause)
	case mine:
		s.agentGone(was, in.Cause)
	case targets:
		s.targetGone(was, in.Cause)
	}
}

func (s *step) forget(id string) {
	for i := range s.Legs {
		if s.Legs[i].ID == id {
			s.Legs = append(s.Legs[:i], s.Legs[i+1:]...)
			return
		}
	}
}

// customerGone: they hung up, or are said to be gone a second time, which ends nothing.
func (s *step) customerGone() {
	if s.Customer.State == Gone {
		return
	}
	s.Customer.State, s.Hears = Gone, Nothing
	s.leftHolding(s.Customer.ID, s.Customer.Held)
	switch {
	case s.State == Ended:
	case s.Closing != nil:
		s.endFarewell()
	case s.ConnectedAt.IsZero():
		s.end(Abandoned, "caller_hangup_"+string(s.State))
	case s.State == Queued || s.State == Offering || s.State == Connecting || s.State == Transferring || s.State == Recalling:
		s.end(Completed, "caller_hangup_requeued")
	case s.State == Consulting || s.State == Swapped || s.State == InConference:
		s.withoutFirst()
		s.into(AgentsOnly)
	case s.State == Farewell:
		s.end(Completed, slugForced)
	default:
		s.end(Completed, "caller_hangup")
	}
}

// agentGone: the leg of the call's agent is gone by itself.
func (s *step) agentGone(leg Leg, cause int) {
	switch {
	case s.State == DialingOut && leg.State == Up:
		s.ownPhoneGone(cause)
	case s.State == Offering || s.State == Recalling || s.State == DialingOut:
		s.rungLost(offerFailed(cause, leg.Rang))
	case s.State == Connecting && lost(cause):
		s.offerLost(whyUnreachable)
	case s.State == Connecting:
		s.offerLost(whyDeclined)
	case s.State == Rejoining && !s.TargetLost:
		s.rejoinLegGone(leg, cause)
	case s.State == Rejoining && lost(cause):
		s.parted("agent_" + whyLost)
	case lost(cause):
		s.lose(true)
	default:
		s.agentLeaves(agent.Served)
	}
}

// targetGone: the target's leg is gone by itself.
func (s *step) targetGone(leg Leg, cause int) {
	switch {
	case s.TargetLost:
		s.rejoinLegGone(leg, cause)
	case leg.State != Up && s.Target.Kind == ToNumber:
		s.outsideLost(leg, cause)
	case leg.State != Up:
		s.rungLost(offerFailed(cause, leg.Rang))
	case s.State == Forwarded:
		s.forwardLost(!lost(cause))
	case lost(cause) && s.twoAgents():
		s.loseTarget(true)
	case lost(cause):
		s.targetLost(whyLost)
	default:
		s.targetLost(whyHangup)
	}
}
