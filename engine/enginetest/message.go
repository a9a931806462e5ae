package enginetest

import (
	"time"

	"switchroom/call"
)

// MissingMessage is a message that no node has.
const MissingMessage = "missing"

// messageTime is how long every message is.
const messageTime = 2 * time.Second

// message is one that a customer hears, or has heard.
type message struct{ over bool }

// say plays the message, unless it is being played.
func (s *Switch) say(e call.SayMessage) call.Input {
	ch := s.ours(e.Leg)
	switch {
	case ch.caller == nil:
		return nil // their end is under way
	case e.Message == MissingMessage:
		return call.MessageOver{Failed: true}
	case ch.message != nil && !ch.message.over:
		return nil
	}
	m := &message{}
	ch.message = m
	s.leg(ch.id, call.MessageBegan{})
	s.after(messageTime, func() {
		m.over = true
		if s.there(ch) && ch.inApp {
			s.leg(ch.id, call.MessageOver{})
		}
	})
	return nil
}

// hear tells whether the message is over.
func (s *Switch) hear(e call.HearMessage) call.Input {
	if ch := s.ours(e.Leg); ch.message == nil || ch.message.over {
		return call.MessageOver{}
	}
	return nil
}

// Told is what a channel was told: its music, ringing tone, whether it is muted, and the digits sent to it.
type Told struct {
	Music, Tone, Muted, Bridged bool
	Digits                      string
}

// Told looks at a channel; the zero value where there is none.
func (s *Switch) Told(id string) Told {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[id]
	if ch == nil {
		return Told{}
	}
	return Told{ch.music, ch.tone, ch.muted, ch.bridge != "", ch.digits}
}
