package call

import (
	"time"

	"switchroom/agent"
)

// A transfer: the agent lets go. With the target not there yet the customer hears music, and who transferred is called back
// when it fails; failing that, the customer goes to the front of the queue. Nobody is dropped (S30).

// transfer is blind (S27, S28).
func (s *step) transfer(in Transfer) {
	if !s.aim(in.To, in.Agent) {
		return
	}
	s.letGoRinging(agent.Served)
	if s.State == Transferring && s.Target.Kind == ToNumber {
		s.callTarget("") // the customer hears music until somebody answers
	}
}

// complete is Connect to Customer (S30).
func (s *step) complete(in Complete) {
	if in.ByKey {
		s.leaveLines()
	}
	s.handOver(agent.Served)
}

// handOver lets the agent go and gives the customer to the target, who may still be ringing.
func (s *step) handOver(kind agent.OutcomeKind) {
	if s.standing() == ConsultRings {
		s.letGoRinging(kind)
		return
	}
	s.dismiss(kind)
	if s.Target.Kind == ToNumber {
		s.forward()
		return
	}
	s.handedOver()
	if s.current().Held {
		s.into(Held) // they meet when the phone's key is released
		return
	}
	s.meet()
}

// handedOver makes the target the customer's agent.
func (s *step) handedOver() {
	t, p := s.Target, s.Target.Participant
	if at := s.standing(); at == Consulting || at == Swapped { // in a conference they have met
		s.Handover = &Handover{By: s.Agent.Agent, Token: p.Token, Target: Failure{Kind: t.Kind, Agent: t.Agent, Queue: t.Queue, Party: t.To}, Until: s.now.Add(HandoverWithin)}
	}
	s.Agent, s.Target = &p, nil
}

// slipped tells whether who hangs up now was consulted until a moment ago, and ends that conversation: of the customer they cannot know yet.
func (c *Call) slipped(now time.Time) bool {
	h := c.Handover
	return h != nil && (c.State == Talking || c.State == Held) && h.Token == c.Agent.Token && now.Before(h.Until)
}

// slip calls back who handed the customer over, as after a blind transfer that failed.
func (s *step) slip() {
	p, failure := s.Agent, s.Handover.Target
	failure.Why, failure.At = whyHangup, s.now
	s.Failure, s.Recall, s.Handover = &failure, s.Handover.By, nil
	s.drop(p.Leg, Normal)
	s.do(ReleaseAgent{Agent: p.Agent, Token: p.Token, Outcome: agent.Outcome{Kind: agent.Returned}})
	s.recall()
}

// letGoRinging frees the agent while the target rings, or is looked for.
func (s *step) letGoRinging(kind agent.OutcomeKind) {
	by := s.Agent.Agent
	s.dismiss(kind)
	s.Agent, s.Back = nil, ""
	if s.Target.Kind == ToQueue {
		s.intoQueue()
		return
	}
	s.Recall, s.WaitsFrom = by, s.now
	s.to(Transferring)
	s.Deadline = s.Target.Until
	s.arrange()
}

// dismiss lets the owning agent go, who was with the customer.
func (s *step) dismiss(kind agent.OutcomeKind) {
	s.dropLines(Normal)
	s.served(kind)
}

// served releases the owning agent into ticket processing (S38). The ticket may not exist yet: they are told when it does.
func (s *step) served(kind agent.OutcomeKind) {
	p := s.Agent
	s.do(ReleaseAgent{Agent: p.Agent, Token: p.Token, Outcome: agent.Outcome{Kind: kind, WrapUp: s.Scenario.WrapUp, Ticket: s.Ticket}})
	if s.Ticket == "" {
		s.Untold = append(s.Untold, p.Agent)
	}
}

// intoQueue puts the customer into the target's queue, with the time waited so far; whom that queue is ringing is offered the call.
func (s *step) intoQueue() {
	t := s.Target
	s.Target = nil
	s.Queue = t.Queue
	s.follow(*t.Scenario)
	if t.Service != "" {
		s.Service = t.Service
	}
	s.QueuedAt, s.WaitsFrom, s.Front = s.now.Add(-s.Waited), s.now, false
	if t.Agent == "" {
		s.wait()
		return
	}
	s.Agent = &t.Participant
	s.to(Offering)
	s.arrange()
	s.rungDeadline()
}

// transferFailed calls back who transferred.
func (s *step) transferFailed(why string) {
	s.fail(why)
	s.letTargetGo(why)
	s.Target = nil
	s.recall()
}

// recall asks whether who transferred can be called. Until somebody answers the customer has a place at the queue's front.
func (s *step) recall() {
	s.Agent = nil
	s.Front, s.QueuedAt, s.WaitsFrom = true, s.now, s.now
	s.to(Recalling)
	s.Deadline = s.now.Add(RecallWithin)
	s.arrange()
	s.do(AskRecall{Agent: s.Recall})
}

// recalled rings who transferred; saved with the reservation or not at all.
func (s *step) recalled(in Recalled) {
	if s.Agent != nil || in.Agent != s.Recall {
		s.refuse("wrong_state")
		return
	}
	s.Agent = &Participant{Agent: in.Agent, Token: s.nextToken(), Device: in.Device, Endpoint: in.Endpoint, Since: s.now}
	s.do(ReserveAgent{Agent: in.Agent, Token: s.Agent.Token, By: agent.Recalled})
	s.ring(s.Agent, s.Caller, false)
	s.rungDeadline()
}

// noRecall: nobody to call back.
func (s *step) noRecall(NoRecall) {
	if s.Agent == nil {
		s.Recall = ""
		s.wait()
	}
}

// recallLost: who transferred does not take the customer back.
func (s *step) recallLost(why string) {
	p := s.Agent
	s.drop(p.Leg, Normal)
	s.do(ReleaseAgent{Agent: p.Agent, Token: p.Token, Outcome: unanswered(why)})
	s.Recall = ""
	s.wait()
}

// recallDeadline: no answer from the engine, or from the phone.
func (s *step) recallDeadline(in Deadline) {
	if s.Agent != nil {
		s.rungTimedOut(in)
	} else if s.due() {
		s.noRecall(NoRecall{Why: whyLost})
	}
}
