package enginetest

import (
	"fmt"
	"time"

	"switchroom/call"
	"switchroom/engine"
)

// caller is a customer with the dialplan around them: Stasis, and again after a rescue or while no controller listens.
type caller struct {
	arrival engine.Arrival
	result  string // SWITCHROOM_RESULT
	rescued int
	rescue  *time.Timer
}

// dialplanPause is how soon the dialplan tries Stasis again.
const dialplanPause = 500 * time.Millisecond

// CallIn makes a customer call the queue and returns their channel.
func (s *Switch) CallIn(queue string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callers++
	id := fmt.Sprintf("1790000000.%d", s.callers)
	ch := &channel{id: id, state: call.Up, created: time.Now(), ringing: true, caller: &caller{
		arrival: engine.Arrival{Node: "fake", Channel: id, Queue: queue, Caller: call.Party{Number: fmt.Sprintf("+49301%05d", s.callers)}},
	}}
	s.channels[id] = ch
	s.stasis(ch)
	return id
}

// Foreign makes a channel that has nothing to do with us, such as one between two desk phones.
func (s *Switch) Foreign(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &channel{id: id, state: call.Up, created: time.Now()}
}

// stasis brings the caller into the app, or tries again later: nobody may be there.
func (s *Switch) stasis(ch *channel) {
	if !s.there(ch) || ch.inApp {
		return
	}
	if s.listener == nil || s.cut {
		s.after(dialplanPause, func() { s.stasis(ch) })
		return
	}
	ch.inApp = true
	s.armRescue(ch, DialplanRescue)
	a := ch.caller.arrival
	a.Answered = ch.answered
	s.tell(func(f engine.Facts) { f.Arrived(a) })
}

// leave takes a caller out of the app. s.mu is held.
func (s *Switch) leave(ch *channel) {
	ch.inApp, ch.bridge, ch.music, ch.ringing = false, "", false, false
	s.armRescue(ch, 0)
	s.leg(ch.id, call.LegGone{Leg: ch.id, Cause: 16})
}

// armRescue sets the absolute timeout anew; zero: none.
func (s *Switch) armRescue(ch *channel, after time.Duration) {
	c := ch.caller
	if c.rescue != nil {
		c.rescue.Stop()
		c.rescue = nil
	}
	if after == 0 {
		return
	}
	var t *time.Timer
	t = time.AfterFunc(after, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if c.rescue != t || !s.there(ch) || !ch.inApp {
			return
		}
		if s.person(ch) {
			s.broken("the rescue took %s from a conversation", ch.id)
		}
		c.rescued++
		if c.arrival.Since.IsZero() {
			c.arrival.Since = ch.created.UTC().Truncate(time.Second)
		}
		s.leave(ch)
		ch.answered = true // the dialplan answers, plays music, and tries again
		s.stasis(ch)
	})
	c.rescue = t
}

// dialplanGoesOn: what the shipped dialplan does with the result: after a conversation or a refusal it hangs up, an overflow plays a message first.
func (s *Switch) dialplanGoesOn(ch *channel, e call.GiveBack) {
	wait := 100 * time.Millisecond
	if e.Result == "overflow" {
		wait = 3 * time.Second
	}
	s.after(wait, func() { s.end(ch, 16) })
}

// HangUp is a customer who hangs up. One who is gone already does not mind.
func (s *Switch) HangUp(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch := s.channels[id]; ch != nil {
		s.end(ch, 16)
	}
}

// Rescued counts how often the dialplan took the customer back.
func (s *Switch) Rescued(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch := s.channels[id]; ch != nil && ch.caller != nil {
		return ch.caller.rescued
	}
	return 0
}

// Hears is what the customer hears; ok is false when they are gone or in the dialplan.
func (s *Switch) Hears(id string) (what call.Sound, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[id]
	switch {
	case ch == nil || !ch.inApp:
		return call.Nothing, false
	case ch.music:
		return call.Music, true // also over a conversation, which is a fault
	case ch.message != nil && !ch.message.over:
		return call.Message, true
	case s.person(ch):
		return call.Person, true
	case ch.ringing && !ch.answered:
		return call.Tone, true
	}
	return call.Nothing, true
}

// person tells whether an agent's leg that is up is in the caller's bridge. s.mu is held.
func (s *Switch) person(ch *channel) bool {
	if ch.bridge == "" {
		return false
	}
	for _, other := range s.channels {
		if (other.phone != nil || other.out && other != ch) && other.bridge == ch.bridge && other.state == call.Up {
			return true
		}
	}
	return false
}

// Callers lists the customers' channels that exist.
func (s *Switch) Callers() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, ch := range s.channels {
		if ch.caller != nil {
			ids = append(ids, id)
		}
	}
	return ids
}
