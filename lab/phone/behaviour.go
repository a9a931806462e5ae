package phone

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// A Behaviour is what a phone does with a call that comes in. It runs in a
// goroutine of its own, which must end when [Call.Context] does, and uses the call's methods:
// Ring, Answer, Reject, Hangup, Send and so on. It starts at once when the INVITE
// comes; after 200 ms without any answer the phone sends "100 Trying" by itself.
type Behaviour func(*Call)

// RingForever rings until the caller gives up. It is what a phone does unless told otherwise.
func RingForever() Behaviour {
	return func(c *Call) { c.act(c.Ring()) }
}

// AutoAnswer answers after the delay without ringing, as a headset in
// auto-answer mode does; a delay of 0 answers at once.
func AutoAnswer(delay time.Duration) Behaviour {
	return func(c *Call) {
		if c.pause(delay) {
			c.act(c.Answer(c.ctx))
		}
	}
}

// AnswerAfterRinging rings for d and answers.
func AnswerAfterRinging(d time.Duration) Behaviour {
	return func(c *Call) {
		c.act(c.Ring())
		if c.pause(d) {
			c.act(c.Answer(c.ctx))
		}
	}
}

// DeclineAfterRinging rings for d and declines (603).
func DeclineAfterRinging(d time.Duration) Behaviour {
	return func(c *Call) {
		c.act(c.Ring())
		if c.pause(d) {
			c.act(c.Reject(sip.StatusGlobalDecline, "Decline"))
		}
	}
}

// Busy refuses with 486, a phone whose user is in another call.
func Busy() Behaviour { return Refuse(sip.StatusBusyHere, "Busy Here") }

// Decline refuses with 603, a user who presses the red key.
func Decline() Behaviour { return Refuse(sip.StatusGlobalDecline, "Decline") }

// DoNotDisturb refuses with 480.
func DoNotDisturb() Behaviour {
	return Refuse(sip.StatusTemporarilyUnavailable, "Temporarily Unavailable")
}

// Refuse refuses at once with any final code from 300 up.
func Refuse(code int, phrase string) Behaviour {
	return func(c *Call) { c.act(c.Reject(code, phrase)) }
}

// NoReplyAtAll gives no answer to the INVITE, not even 100, while the phone goes on
// answering everything else; see also [Phone.Vanish].
func NoReplyAtAll() Behaviour {
	return func(c *Call) { c.act(c.Ignore()) }
}

// act notes an error of a behaviour: it mostly means that the caller was faster.
func (c *Call) act(err error) {
	if err != nil {
		c.phone.cfg.Logger.Info("phone: behaviour", "error", err)
	}
}

// pause waits; false if the call ended meanwhile.
func (c *Call) pause(d time.Duration) bool {
	if d <= 0 {
		return c.ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.ctx.Done():
		return false
	}
}
