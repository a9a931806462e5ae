package call

import "switchroom/agent"

// A call between two agents: the caller's own phone first, then the colleague's, both reserved from the start, so that neither can be offered a
// customer meanwhile. They talk as two agents do whose customer is gone, and as there either one's lost phone is called back (rejoin.go); there is no ticket, and afterwards both are what they were.

// takeColleague reserves who is called. ok is false when it cannot be anybody.
func (s *step) takeColleague(to Target) (ok bool) {
	t := to.clone()
	if t.Kind != ToAgent || !t.sound(s.Agent.Agent) {
		s.refuse("bad_target")
		return false
	}
	t.Participant, t.Started = Participant{Agent: t.Agent, Token: s.nextToken(), Device: t.Device, Endpoint: t.Endpoint, Since: s.now}, s.now
	s.Internal, s.Target = true, t
	s.do(ReserveAgent{Agent: t.Agent, Token: t.Token, By: t.Way})
	return true
}

// ringsColleague tells whether it is the colleague's phone that is being rung.
func (c *Call) ringsColleague() bool {
	return c.Internal && c.State == DialingOut && c.ownPhoneIsUp()
}

func (s *step) callColleague() {
	t := s.Target
	t.Since = s.now // their ring time counts from here
	s.ring(&t.Participant, t.By, false)
	s.rungDeadline()
}

func (s *step) colleagueAnswered() {
	t := s.Target
	t.Started = s.now
	s.answerOwn()
	s.do(AgentPhase{Agent: t.Agent, Token: t.Token, Phase: agent.Talking})
	s.into(AgentsOnly)
}

// colleagueLost: they do not come. A phone on which the agent dialled is told why.
func (s *step) colleagueLost(why string) {
	s.letTargetGo(why)
	s.Target = nil
	s.drop(s.Agent.Leg, toldAs(why))
	s.end(Unanswered, why)
}

// parted ends the conversation of two agents: by the one's leaving, or long before, by the customer's.
func (s *step) parted(slug string) {
	if !s.Internal {
		slug = "caller_hangup"
	}
	s.end(Completed, slug)
}
