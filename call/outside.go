package call

import "time"

// A target outside: a number over a trunk. Nobody is reserved for it; where it takes the customer over no agent owns the call, and a longest time ends it.

// ForwardWithin is that time where the scenario does not say.
const ForwardWithin = 4 * time.Hour

// callTarget calls the number by the next way out. While the agent waits for it, it is put into the bridge before it is rung, so that they hear what the
// network says.
func (s *step) callTarget(bridge string) {
	t := s.Target
	way := t.Ways[0]
	t.Ways = t.Ways[1:]
	s.Outs++
	t.Leg = s.ID + "-n" + itoa(s.Outs)
	s.Legs = append(s.Legs, Leg{ID: t.Leg, State: Dialing, At: s.now, In: bridge != "", Way: way})
	s.do(CallOut{Leg: t.Leg, Way: way, CallerID: t.CallerID, Bridge: bridge, Timeout: CustomerWithin})
	s.setRungDeadline(s.now.Add(CustomerWithin + RingWithin))
}

// outsideLost: the number was not reached. A way out that is out of order says nothing about it: the next one is tried.
func (s *step) outsideLost(leg Leg, cause int) {
	why := notReached(cause, leg.Rang)
	switch {
	case !ofTheWay(why) || len(s.Target.Ways) == 0:
		s.rungLost(why)
	case s.State == ConsultRings:
		s.callTarget(s.Bridge())
	default:
		s.callTarget("")
	}
}

// forward gives the customer to a target outside: no agent owns the call from now on.
func (s *step) forward() {
	s.Agent, s.Back, s.Recall = nil, "", ""
	s.to(Forwarded)
	s.Deadline = s.now.Add(ForwardWithin)
	if limit := s.Scenario.ForwardTime; limit > 0 {
		s.Deadline = s.now.Add(limit)
	}
	s.arrange()
	s.do(StopRescue{Leg: s.Customer.ID})
}

// forwardLost: the target outside is gone. Who hung up ended the conversation; one that was lost leaves the customer to the queue.
func (s *step) forwardLost(hungUp bool) {
	if hungUp {
		s.end(Completed, "target_hangup")
		return
	}
	s.letTargetGo(whyLost)
	s.Target = nil
	s.toFront()
}

func (s *step) forwardJoinFailed(in JoinFailed) {
	if s.Target.Leg == in.Leg {
		s.forwardLost(false)
	}
}

func (s *step) forwardTooLong(Deadline) {
	if s.due() {
		s.end(Completed, "forward_time")
	}
}
