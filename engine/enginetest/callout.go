package enginetest

import (
	"time"

	"switchroom/call"
)

// callOut calls a customer, who reacts like a phone.
func (s *Switch) callOut(e call.CallOut) call.Input {
	if s.dialled[e.Leg] {
		s.broken("customer %s was called twice", e.Leg)
	}
	s.dialled[e.Leg] = true
	if !s.bridges[e.Bridge] {
		s.broken("customer %s is called into no bridge", e.Leg)
	}
	ch := &channel{id: e.Leg, out: true, state: call.Dialing, created: time.Now(), bridge: e.Bridge, answered: true}
	s.channels[e.Leg] = ch
	r := AnswersAfter(time.Second)
	if s.Customers != nil {
		r = s.Customers(e)
	}
	s.reacts(ch, r, e.Timeout)
	return nil
}

// CalledOut lists the customers whom agents called, and who are there.
func (s *Switch) CalledOut() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, ch := range s.channels {
		if ch.out {
			ids = append(ids, id)
		}
	}
	return ids
}
