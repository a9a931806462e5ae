package enginetest

import (
	"fmt"
	"time"

	"switchroom/call"
	"switchroom/engine"
)

// Reaction is what a phone does when it is called. A time that is negative means never.
type Reaction struct {
	Rings   time.Duration // says that it rings after this
	Answers time.Duration // is picked up after this
	Ends    time.Duration // ends its leg after this, before or after the answer, with Cause
	Cause   int           // Q.850
}

// Never is a Reaction's time for what does not happen.
const Never = time.Duration(-1)

// The usual reactions.
var (
	Ignores = Reaction{Rings: 50 * time.Millisecond, Answers: Never, Ends: Never}
	Busy    = Reaction{Rings: Never, Answers: Never, Ends: 50 * time.Millisecond, Cause: 17}
	Dead    = Reaction{Rings: Never, Answers: Never, Ends: Never}
)

// AnswersAfter rings and is picked up; nobody hangs up.
func AnswersAfter(d time.Duration) Reaction {
	return Reaction{Rings: min(d, 50*time.Millisecond), Answers: d, Ends: Never}
}

// DeclinesAfter rings and is declined.
func DeclinesAfter(d time.Duration) Reaction {
	return Reaction{Rings: min(d, 50*time.Millisecond), Answers: Never, Ends: d, Cause: 21}
}

// phone is one endpoint.
type phone struct {
	endpoint  string
	reachable bool
	react     func(call.Dial) Reaction
}

// phone returns the endpoint, made on first use. s.mu is held.
func (s *Switch) phone(endpoint string) *phone {
	p := s.phones[endpoint]
	if p == nil {
		p = &phone{endpoint: endpoint, react: func(call.Dial) Reaction { return Ignores }}
		s.phones[endpoint] = p
	}
	return p
}

// React says what the phone does when it is called from now on. f must not call back.
func (s *Switch) React(endpoint string, f func(call.Dial) Reaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.phone(endpoint).react = f
}

// Always is a React function for one and the same reaction.
func Always(r Reaction) func(call.Dial) Reaction { return func(call.Dial) Reaction { return r } }

// Register makes the phone's contact come (also: be replaced) or go. Its calls are not touched.
func (s *Switch) Register(endpoint string, reachable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.phone(endpoint).reachable = reachable
	s.tell(func(f engine.Facts) { f.Phone(endpoint, reachable) })
}

func (s *Switch) dial(e call.Dial) call.Input {
	if s.channels[e.Leg] != nil {
		return nil
	}
	if s.dialled[e.Leg] {
		s.broken("leg %s was dialled twice", e.Leg)
	}
	s.dialled[e.Leg] = true
	p := s.phone(e.Endpoint)
	if !p.reachable {
		return call.LegGone{Leg: e.Leg, Cause: 20}
	}
	ch := &channel{id: e.Leg, phone: p, state: call.Dialing, created: time.Now()}
	s.channels[e.Leg] = ch
	s.reacts(ch, p.react(e), e.Timeout)
	return nil
}

// reacts lets a phone that is called do what it does; the switch gives up after the timeout.
func (s *Switch) reacts(ch *channel, r Reaction, timeout time.Duration) {
	s.after(r.Rings, func() {
		if s.there(ch) && ch.state == call.Dialing {
			ch.state = call.Rings
			s.leg(ch.id, call.LegRinging{Leg: ch.id})
		}
	})
	s.after(r.Answers, func() { s.pickUp(ch) })
	s.after(r.Ends, func() { s.end(ch, r.Cause) })
	s.after(timeout, func() {
		if ch.state != call.Up {
			s.end(ch, 19)
		}
	})
}

// after runs f under the lock; never when d is negative.
func (s *Switch) after(d time.Duration, f func()) {
	if d < 0 {
		return
	}
	time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		f()
	})
}

func (s *Switch) there(ch *channel) bool { return s.channels[ch.id] == ch }

func (s *Switch) pickUp(ch *channel) {
	if s.there(ch) && ch.state != call.Up {
		ch.state, ch.inApp = call.Up, ch.phone != nil
		s.leg(ch.id, call.LegUp{Leg: ch.id})
	}
}

// Legs lists the phone's channels that exist.
func (s *Switch) Legs(endpoint string) (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, ch := range s.channels {
		if ch.phone != nil && ch.phone.endpoint == endpoint {
			ids = append(ids, id)
		}
	}
	return ids
}

// PickUp answers whatever rings at the phone.
func (s *Switch) PickUp(endpoint string) { s.all(endpoint, s.pickUp) }

// HangUpPhone ends the phone's legs with that Q.850 cause.
func (s *Switch) HangUpPhone(endpoint string, cause int) {
	s.all(endpoint, func(ch *channel) { s.end(ch, cause) })
}

// DialOn dials a number on the phone itself, and returns the channel.
func (s *Switch) DialOn(endpoint, number string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callers++
	id := fmt.Sprintf("1790000000.%d", s.callers)
	s.channels[id] = &channel{id: id, phone: s.phone(endpoint), dialled: number, state: call.Up, created: time.Now(), inApp: true}
	a := s.channels[id].dials()
	s.tell(func(f engine.Facts) { f.Arrived(a) })
	return id
}

// dials is the arrival of a phone on which somebody dialled.
func (ch *channel) dials() engine.Arrival {
	return engine.Arrival{Node: "fake", Channel: ch.id, Called: ch.dialled, Dialled: ch.phone.endpoint}
}

// Bridged tells whether the phone is in a bridge with anybody.
func (s *Switch) Bridged(endpoint string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ch := range s.channels {
		if ch.phone == nil || ch.phone.endpoint != endpoint || ch.bridge == "" {
			continue
		}
		for _, other := range s.channels {
			if other != ch && other.bridge == ch.bridge {
				return true
			}
		}
	}
	return false
}

// HoldKey presses the phone's own hold key in its conversations, or releases it.
func (s *Switch) HoldKey(endpoint string, on bool) {
	s.all(endpoint, func(ch *channel) {
		if ch.state == call.Up {
			ch.held = on
			s.leg(ch.id, call.PhoneHold{Leg: ch.id, On: on})
		}
	})
}

// HoldLine presses the hold key on one line, or releases it.
func (s *Switch) HoldLine(id string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch := s.channels[id]; ch != nil {
		ch.held = on
		s.leg(id, call.PhoneHold{Leg: id, On: on})
	}
}

// HangUpLine hangs one line up.
func (s *Switch) HangUpLine(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch := s.channels[id]; ch != nil {
		s.end(ch, 16)
	}
}

// Refer presses the transfer key on one line: to a number, or, empty, to the phone's other line.
func (s *Switch) Refer(id, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell(func(f engine.Facts) { f.Referred(id, to) })
}

// Answered tells whether the channel of somebody who came to us was answered.
func (s *Switch) Answered(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[id]
	return ch != nil && ch.answered
}

func (s *Switch) all(endpoint string, f func(*channel)) {
	for _, id := range s.Legs(endpoint) {
		s.mu.Lock()
		if ch := s.channels[id]; ch != nil {
			f(ch)
		}
		s.mu.Unlock()
	}
}

// Talks tells whether the phone is in a bridge with a caller.
func (s *Switch) Talks(endpoint string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ch := range s.channels {
		if ch.phone == nil || ch.phone.endpoint != endpoint || ch.bridge == "" {
			continue
		}
		for _, other := range s.channels {
			if other.caller != nil && other.bridge == ch.bridge {
				return true
			}
		}
	}
	return false
}
