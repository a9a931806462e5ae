package call

import "time"

// enter takes a caller in: into the queue, or back to the dialplan at once.
func (s *step) enter(in Enter) {
	*s.Call = Call{
		ID: in.ID, Node: in.Node, Service: in.Service, Queue: in.Queue, Scenario: in.Scenario,
		Caller: in.Caller, Called: in.Called, EnteredAt: s.now, QueuedAt: s.now, Version: s.Version,
		Customer: Leg{ID: in.Channel, State: Up, At: s.now}, Answered: in.Answered,
		Hears: Tone, // the dialplan contract: Ringing() before Stasis()
	}
	if !in.Waiting.IsZero() && in.Waiting.Before(s.now) {
		s.QueuedAt = in.Waiting
	}
	if in.Refuse != "" {
		s.giveBack(Refused, in.Refuse)
		return
	}
	if in.Closing != nil {
		s.sayClosed(*in.Closing)
		return
	}
	s.answerNow()
	s.wait()
}

// answerNow answers the caller where the queue wants that at its entry.
func (s *step) answerNow() {
	if s.Scenario.AnswerNow && !s.Answered {
		s.do(AnswerCustomer{Leg: s.Customer.ID})
		s.Answered = true
	}
}

// wait puts the customer into the queue, at the place that QueuedAt and Front say, with something to hear.
func (s *step) wait() {
	s.Agent, s.Failure = nil, nil // whoever comes has nothing to do with what failed before
	if s.Queue == NoQueue && s.Outbound {
		s.end(Overflow, "no_fallback_queue")
		return
	}
	s.to(Queued)
	s.arrange()
	s.waitAtMost()
}

// waitAtMost sets the end of the queue's longest wait, or overflows where that has come.
func (s *step) waitAtMost() {
	s.Deadline = time.Time{}
	if s.Scenario.MaxWait > 0 {
		s.Deadline = s.waitsFrom().Add(s.Scenario.MaxWait)
		if !s.now.Before(s.Deadline) {
			s.giveBack(Overflow, "max_wait")
		}
	}
}

// changed: what the queue's settings say of the time after the conversation, and of hold.
func (s *step) changed(in QueueChanged) { s.Scenario = in.Scenario }

// follow has the call follow the scenario; a customer who hears music hears that scenario's from now on.
func (s *step) follow(scenario Scenario) {
	music := s.Scenario.Music
	s.Scenario = scenario
	if s.Hears == Music && scenario.Music != music {
		s.do(PlayMusic{Leg: s.Customer.ID, Class: scenario.Music})
	}
}

// changedWaiting: the caller waits by the queue's new settings from now on.
func (s *step) changedWaiting(in QueueChanged) {
	s.follow(in.Scenario)
	s.answerNow()
	s.arrange()
	s.waitAtMost()
}

// waitsFrom is where the longest wait counts from.
func (c *Call) waitsFrom() time.Time {
	if c.WaitsFrom.IsZero() {
		return c.QueuedAt
	}
	return c.WaitsFrom
}

// nobody: the caller waits all the same where the scenario says so, but not for what will never be.
func (s *step) nobody(in Nobody) {
	switch {
	case in.Deleted:
		s.giveBack(Overflow, "queue_deleted")
	case s.Scenario.OverflowEmpty:
		s.giveBack(Overflow, "nobody_there")
	}
}

func (s *step) waitedTooLong(Deadline) {
	if s.due() {
		s.giveBack(Overflow, "max_wait")
	}
}

// due tells whether the deadline has really come: a timer that was set for an earlier one may still fire.
func (s *step) due() bool { return !s.Deadline.IsZero() && !s.now.Before(s.Deadline) }

// giveBack ends the call by sending the customer back to the dialplan.
func (s *step) giveBack(class Class, slug string) { s.end(class, slug) }

// Place orders a queue: smaller is served first. Within one priority those who already talked to somebody come first, then
// whoever has waited longest. In milliseconds, so that a float64 holds it exactly.
func (c Call) Place() float64 {
	const front, priority = 1e12, 1e14 // a front is 31 years of waiting, a priority level beats any front
	p := float64(c.QueuedAt.UnixMilli()) - float64(c.Scenario.Priority)*priority
	if c.Front {
		p -= front
	}
	return p
}

// tried tells when this call was last missed or declined by the agent; zero: never.
func (c Call) tried(agent string) time.Time {
	for i := len(c.Tries) - 1; i >= 0; i-- {
		if c.Tries[i].Agent == agent {
			return c.Tries[i].At
		}
	}
	return time.Time{}
}

// Tried tells routing whether the agent missed or declined this call before, and whether it is too soon to offer it again.
func (c Call) Tried(agent string, now time.Time) (tried, tooSoon bool) {
	at := c.tried(agent)
	return !at.IsZero(), !at.IsZero() && now.Before(at.Add(ReofferPause))
}
