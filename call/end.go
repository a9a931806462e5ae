package call

import (
	"slices"
	"time"

	"switchroom/agent"
)

// end ends the call: everybody who is still there is let go.
func (s *step) end(class Class, slug string) {
	if s.Target != nil {
		s.letTargetGo(whyCancelled)
		s.Target = nil
	}
	if s.Agent != nil {
		s.endAgent(class)
	}
	s.Back, s.TargetLost, s.Recall = "", false, ""
	s.to(Ended)
	s.End = &End{Class: class, Slug: slug, At: s.now}
	s.Deadline = s.now.Add(SweepEvery)
	s.letGo()
}

// endAgent lets the call's agent go: into ticket processing if they were with the customer.
func (s *step) endAgent(class Class) {
	p := s.Agent
	switch {
	case s.Internal || slices.Contains([]State{Offering, Connecting, Recalling, DialingOut}, s.State):
		reason := Normal
		if s.State == Offering && class == Abandoned {
			reason = NoAnswer
		}
		s.dropLines(reason)
		s.do(ReleaseAgent{Agent: p.Agent, Token: p.Token, Outcome: agent.Outcome{Kind: agent.Returned}})
	case s.absent:
		s.dismiss(agent.Vanished)
	default:
		s.dismiss(agent.Served)
	}
	s.Agent = nil
}

// letGo gives the customer back to the dialplan, or hangs up on who heard the last message, and removes the bridge. Repeatable.
func (s *step) letGo() {
	if s.Customer.State != Gone && s.called() {
		if s.Answered { // whatever they hear by our books: music of ours must not follow them into the dialplan
			s.do(StopMusic{Leg: s.Customer.ID})
		}
		if s.End.Slug == slugForced || s.Closing != nil || s.Outbound {
			s.do(Dismiss{Leg: s.Customer.ID})
		} else {
			s.do(GiveBack{Leg: s.Customer.ID, Call: s.ID, Result: s.result(), Slug: s.End.Slug})
		}
	}
	if s.Bridged {
		s.do(DestroyBridge{Bridge: s.Bridge()})
	}
}

// result is SWITCHROOM_RESULT of the dialplan contract.
func (s *step) result() string {
	switch s.End.Class {
	case Completed:
		return "answered"
	case Overflow:
		return "overflow"
	case Refused:
		return "refused"
	}
	return "abandoned"
}

// sweep says the ends again while legs of an ended call are still there. A call that only waits for its ticket needs none.
func (s *step) sweep(Deadline) {
	if !s.due() {
		return
	}
	s.Sweeps++
	for i := range s.Legs {
		s.do(Drop{Leg: s.Legs[i].ID, Reason: Normal})
	}
	s.letGo()
	s.Deadline = s.now.Add(SweepEvery)
	if s.allGone() {
		s.Deadline = time.Time{}
	}
}
