package call

import (
	"time"

	"switchroom/agent"
)

// A consultation: the target is called while the customer holds; then the agent talks to either, to both, or lets them have each other.

// consultQueueWithin is how long a consultation looks for somebody in a queue.
const consultQueueWithin = 5 * time.Minute

// consult calls the target (S26, S29).
func (s *step) consult(in Consult) {
	if !s.aim(in.To, in.Agent) {
		return
	}
	if in.Leg != "" {
		s.onSecondLine(in.Leg)
	}
	s.into(ConsultRings)
	if s.Target.Kind == ToNumber {
		s.callTarget(s.Bridge())
	}
}

// aim makes to the call's target and rings them. ok is false when it cannot be one.
func (s *step) aim(to Target, by string) (ok bool) {
	t := to.clone()
	if !t.sound(by) {
		s.refuse("bad_target")
		return false
	}
	t.Participant, t.Started = Participant{Agent: t.Agent, Device: t.Device, Endpoint: t.Endpoint, Since: s.now}, s.now
	s.Target, s.Failure = t, nil
	if t.Kind == ToQueue {
		t.Participant, t.Way = Participant{}, agent.Offered
		t.Until = s.now.Add(consultQueueWithin)
		return true
	}
	if t.Kind == ToNumber {
		t.Participant = Participant{Since: s.now}
		return true // called once it is known who waits for it
	}
	s.ringTarget()
	return true
}

// sound tells whether somebody can transfer to t at all.
func (t *Target) sound(by string) bool {
	switch t.Kind {
	case ToQueue:
		return t.Queue != "" && t.Scenario != nil
	case ToNumber:
		return t.Number != "" && len(t.Ways) > 0
	}
	return t.Agent != "" && t.Agent != by
}

// ringTarget takes the target's agent and rings their phone.
func (s *step) ringTarget() {
	t := s.Target
	t.Token = s.nextToken()
	s.do(ReserveAgent{Agent: t.Agent, Token: t.Token, By: t.Way})
	s.ring(&t.Participant, t.By, false)
	s.rungDeadline()
}

// claimedForConsult: the queue found somebody to consult.
func (s *step) claimedForConsult(in Claimed) {
	if _, waits := s.Waiting(); !waits {
		s.refuse("wrong_state")
		return
	}
	s.Target.Participant = Participant{Agent: in.Agent, Device: in.Device, Endpoint: in.Endpoint, Since: s.now}
	s.ringTarget()
}

// targetAnswered: agent and target talk.
func (s *step) targetAnswered() {
	t := s.Target
	if t.Agent != "" {
		s.do(AgentPhase{Agent: t.Agent, Token: t.Token, Phase: agent.Talking})
	}
	if s.Agent.Second != "" {
		s.do(AnswerOwn{Leg: s.Agent.Second})
	}
	s.stands(Consulting)
}

// targetLost: the target was busy, declined, did not answer or is gone: the customer stays on hold, or with the agent (S31).
func (s *step) targetLost(why string) {
	if s.Target.Kind == ToQueue && s.standing() == ConsultRings && s.Target.Agent != "" {
		s.letTargetGo(why)
		s.lookFurther()
		return
	}
	s.fail(why)
	s.letTargetGo(why)
	s.Target = nil
	s.withoutTarget(why)
}

// lookFurther: the queue's next agent is consulted; who missed is not asked again at once.
func (s *step) lookFurther() {
	s.Target.Participant = Participant{}
	s.setRungDeadline(s.Target.Started.Add(consultQueueWithin))
}

// targetDeadline: the target did not answer, or nobody was found.
func (s *step) targetDeadline(Deadline) {
	if s.due() {
		s.targetTimedOut()
	}
}

func (s *step) targetTimedOut() {
	if s.rung() == nil {
		s.targetLost(whyNobody)
		return
	}
	s.rungOut()
}

// withoutTarget is where the agent stands when the target is no more.
func (s *step) withoutTarget(why string) {
	s.backToFirst(why)
	next := Held
	switch s.standing() {
	case Swapped, InConference:
		next = Talking
	case AgentsOnly:
		s.parted("target_" + why)
		return
	}
	s.stands(next)
}

// stands goes on in a state, or lets an agent who is rejoining come back to it.
func (s *step) stands(state State) {
	if s.State != Rejoining {
		s.into(state)
		return
	}
	s.Back = state
	s.rejoinNext()
	s.arrange()
}

// letTargetGo hangs the target's phone up and frees the agent, who was consulted at most.
func (s *step) letTargetGo(why string) {
	t := s.Target
	s.drop(t.Leg, Normal)
	if t.Agent != "" {
		s.do(ReleaseAgent{Agent: t.Agent, Token: t.Token, Outcome: s.targetOutcome(why)})
	}
}

// targetOutcome: an offer of a queue can be missed; a colleague's call cannot.
func (s *step) targetOutcome(why string) agent.Outcome {
	t := s.Target
	if t.Kind == ToQueue && (why == whyRingOut || why == whyDeclined) {
		s.Tries = append(s.Tries, Try{Agent: t.Agent, Why: why, At: s.now})
		return agent.Outcome{Kind: agent.Missed, MissLimit: t.Scenario.MissLimit}
	}
	return unanswered(why)
}

// unanswered is the outcome for an agent who was called by name and did not answer: no miss, but a phone that is out of order counts.
func unanswered(why string) agent.Outcome {
	if why == whyBusy || why == whyUnreachable {
		return agent.Outcome{Kind: agent.PhoneFault, Fault: why}
	}
	return agent.Outcome{Kind: agent.Returned}
}

// fail keeps for the agent why it came to nothing.
func (s *step) fail(why string) {
	t := s.Target
	s.Failure = &Failure{Kind: t.Kind, Agent: t.Agent, Queue: t.Queue, Number: t.Number, Party: t.To, Why: why, At: s.now}
}

// cancel releases the target (S31); from a conversation with the customer it goes on.
func (s *step) cancel(Cancel) {
	s.letTargetGo(whyCancelled)
	s.Target = nil
	s.withoutTarget(whyCancelled)
}

// swap changes whom the agent talks to.
func (s *step) swap(Swap) {
	if s.State == Consulting {
		s.into(Swapped)
		return
	}
	s.into(Consulting)
}

// confer joins all three.
func (s *step) confer(Confer) { s.into(InConference) }

// consultJoinFailed: nobody hears the one whose leg could not be bridged.
func (s *step) consultJoinFailed(in JoinFailed) {
	switch {
	case s.Target != nil && s.Target.Leg == in.Leg && s.twoAgents():
		s.loseTarget(true)
	case s.Target != nil && s.Target.Leg == in.Leg:
		s.targetLost(whyUnreachable)
	case s.Agent.Leg == in.Leg:
		s.lose(true)
	}
}

// consultPhoneLost: a page went away, with its phone: the target's, which may be ringing, or the agent's.
func (s *step) consultPhoneLost(in PhoneLost) {
	t := s.Target
	switch {
	case t != nil && t.on(in) && s.rung() != nil:
		s.targetLost(whyUnreachable)
	case t != nil && t.on(in) && s.twoAgents():
		s.loseTarget(false)
	case t != nil && t.on(in):
		s.targetLost(whyLost)
	case s.Agent.on(in):
		s.lose(false)
	}
}

// on tells whether it is the participant's phone that was lost. A desk phone's calls outlive its registration.
func (p Participant) on(lost PhoneLost) bool {
	return p.Agent == lost.Agent && p.Device == agent.WebRTC
}
