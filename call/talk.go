package call

import "switchroom/agent"

// joined: customer and agent are bridged. From here the call counts as connected (S15).
func (s *step) joined(in Joined) {
	if s.Agent.Leg != in.Leg {
		return
	}
	s.to(Talking)
	s.talk()
}

func (s *step) talk() {
	s.do(AgentPhase{Agent: s.Agent.Agent, Token: s.Agent.Token, Phase: agent.Talking})
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

// answeredAlready: a second click on Answer is no error.
func (s *step) answeredAlready(Answer) {}

func (s *step) ticketOpened(in TicketOpened) {
	if s.Ticket != "" {
		return
	}
	s.Ticket = in.Ticket
	if s.Served != "" && (s.Agent == nil || s.Agent.Agent != s.Served) {
		s.do(TellTicket{Agent: s.Served, Ticket: in.Ticket})
	}
}

// hangup: the agent ends the conversation; the customer goes back to the dialplan, which says goodbye or hangs up.
func (s *step) hangup(Hangup) {
	if s.State == Connecting {
		s.offerLost(whyDeclined) // answered, and thought better of it before anybody could hear them
		return
	}
	s.endTalk("agent_hangup")
}

// endTalk ends a call whose customer is still there, by the agent's doing.
func (s *step) endTalk(slug string) { s.end(Completed, slug) }

// legGone: a channel is gone. Whose it was decides.
func (s *step) legGone(in LegGone) {
	if in.Leg == s.Customer.ID {
		s.customerGone()
		return
	}
	leg := s.leg(in.Leg)
	if leg == nil {
		return
	}
	mine := leg == s.current()
	was := *leg
	s.forget(in.Leg)
	if mine {
		s.agentGone(was, in.Cause)
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

func (s *step) customerGone() {
	s.Customer.State, s.Hears = Gone, Nothing
	switch {
	case s.State == Ended:
	case s.ConnectedAt.IsZero():
		s.end(Abandoned, "caller_hangup_"+string(s.State))
	case s.State == Queued || s.State == Offering || s.State == Connecting:
		s.end(Completed, "caller_hangup_requeued")
	default:
		s.end(Completed, "caller_hangup")
	}
}

// agentGone: the leg of the call's agent is gone by itself.
func (s *step) agentGone(leg Leg, cause int) {
	switch s.State {
	case Offering:
		s.offerLost(offerFailed(cause, leg.Rang))
	case Connecting:
		if lost(cause) {
			s.offerLost(whyUnreachable)
		} else {
			s.offerLost(whyDeclined)
		}
	case Talking:
		if lost(cause) {
			s.lose(true)
		} else {
			s.endTalk("agent_hangup")
		}
	case Rejoining:
		s.rejoinLegGone(leg, cause)
	}
}
