package phone

import (
	"context"
	"fmt"
	"time"
)

const (
	// minTone is how many windows in a row (60 ms) make a tone heard: one alone may be a click or part of speech.
	minTone = 3
	// nowSpan is how far back "now" reaches, a little more than minTone windows for uneven arrival.
	nowSpan = 140 * time.Millisecond
	// pollEvery is how often a wait for something heard looks again.
	pollEvery = 10 * time.Millisecond
)

// Send changes what the phone says in this call, from the next packet on.
func (c *Call) Send(src Source) { c.media.say(src) }

// StopRTP sends no audio packets any more, without a word in SIP: a broken network
// path. The call stays up. ResumeRTP mends it.
func (c *Call) StopRTP() { c.media.setStopped(true) }

// ResumeRTP sends audio again after StopRTP.
func (c *Call) ResumeRTP() { c.media.setStopped(false) }

// Packets counts the call's audio packets so far.
func (c *Call) Packets() Packets { return c.media.received.packets() }

// SendDTMF presses keys (0-9 * # A-D) for 100 ms each and returns when the last one is sent.
func (c *Call) SendDTMF(ctx context.Context, digits string) error {
	if digits == "" {
		return nil
	}
	c.media.mu.Lock()
	idle, err := c.media.digits.push(digits)
	c.media.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%s: send DTMF %q: %w", c, digits, err)
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: send DTMF %q: %w", c, digits, ctx.Err())
	case <-c.ctx.Done():
		return fmt.Errorf("%s: send DTMF %q: %w", c, digits, ErrEnded)
	}
}

// Digits is all keys that the far end pressed so far (RFC 4733 events only).
func (c *Call) Digits() string {
	c.media.received.mu.Lock()
	defer c.media.received.mu.Unlock()
	return string(c.media.received.digits.digits)
}

// WaitDigits waits until the far end has pressed at least the keys of want, in this order, from the call's beginning.
func (c *Call) WaitDigits(ctx context.Context, want string) error {
	return c.listen(ctx, fmt.Sprintf("digits %q", want), func() bool {
		got := c.Digits()
		return len(got) >= len(want) && got[:len(want)] == want
	})
}

// Hears says whether the tone, one of [Tones] or of Config.Listen, is heard now.
// It panics at a frequency that the phone does not listen for, a mistake in the test.
func (c *Call) Hears(hz int) bool {
	now := time.Now()
	heard := false
	c.media.heard.runs(c.slot(hz), now.Add(-nowSpan), now.Add(time.Second), minTone, func(_, _ time.Time) bool {
		heard = true
		return false
	})
	return heard
}

// WaitTone waits until the tone is heard. It fails when ctx or the call ends first.
func (c *Call) WaitTone(ctx context.Context, hz int) error {
	c.slot(hz)
	return c.listen(ctx, fmt.Sprintf("tone of %d Hz", hz), func() bool { return c.Hears(hz) })
}

// WaitToneGone waits until the tone is not heard any more.
func (c *Call) WaitToneGone(ctx context.Context, hz int) error {
	c.slot(hz)
	return c.listen(ctx, fmt.Sprintf("end of the tone of %d Hz", hz), func() bool {
		now := time.Now()
		silent := true
		c.media.heard.runs(c.slot(hz), now.Add(-nowSpan), now.Add(time.Second), 1, func(_, _ time.Time) bool {
			silent = false
			return false
		})
		return silent
	})
}

// HeardBetween returns the tones, in Hz, that were heard for at least 60 ms
// without a break in [from, to). A zero from means the call's beginning, a zero to now.
func (c *Call) HeardBetween(from, to time.Time) []int {
	from, to = c.span(from, to)
	var tones []int
	for slot, d := range c.phone.bank.detectors {
		c.media.heard.runs(slot, from, to, minTone, func(_, _ time.Time) bool {
			tones = append(tones, d.hz)
			return false
		})
	}
	return tones
}

// FirstHeard is when the tone began to be heard for the first time at or after
// from; false if it was not. With the time of an answer it gives the delay of the speech path.
func (c *Call) FirstHeard(hz int, from time.Time) (time.Time, bool) {
	var at time.Time
	from, to := c.span(from, time.Time{})
	c.media.heard.runs(c.slot(hz), from, to, minTone, func(begin, _ time.Time) bool {
		at = begin
		return false
	})
	return at, !at.IsZero()
}

// ToneTime is for how long in all the tone was heard in [from, to), in stretches of 60 ms or more.
func (c *Call) ToneTime(hz int, from, to time.Time) time.Duration {
	from, to = c.span(from, to)
	total := time.Duration(0)
	c.media.heard.runs(c.slot(hz), from, to, minTone, func(begin, end time.Time) bool {
		total += end.Sub(begin)
		return true
	})
	return total
}

// FirstAndLast are when the first and the last packet with the tone came in [from, to), as the kernel received them, of its first stretch of 60 ms or
// more; false if there was none. A stretch that reaches to the end may not be over.
func (c *Call) FirstAndLast(hz int, from, to time.Time) (first, last time.Time, ok bool) {
	from, to = c.span(from, to)
	c.media.heard.runs(c.slot(hz), from, to, minTone, func(begin, end time.Time) bool {
		first, last, ok = begin.Add(packetTime), end, true
		return false
	})
	return first, last, ok
}

// LongestSilence is the longest time in [from, to) in which nothing louder than floor (dBFS; -45 suits)
// was heard. Silent packets and missing packets count alike: the user hears nothing in both cases.
func (c *Call) LongestSilence(from, to time.Time, floor float64) time.Duration {
	from, to = c.span(from, to)
	return c.media.heard.longestWithout(from, to, func(w *window) bool { return float64(w.rms) > floor })
}

// LongestGap is the longest time in [from, to) without any audio packet. An even stream has one every 20 ms, which counts as 0.
func (c *Call) LongestGap(from, to time.Time) time.Duration {
	from, to = c.span(from, to)
	return c.media.heard.longestWithout(from, to, func(*window) bool { return true })
}

// LongestWithout is the longest time in [from, to) in which the tone was not heard.
func (c *Call) LongestWithout(hz int, from, to time.Time) time.Duration {
	from, to = c.span(from, to)
	slot := c.slot(hz)
	return c.media.heard.longestWithout(from, to, func(w *window) bool { return w.has(slot) })
}

// RMS is the level, in dBFS, of what was heard in the last d; -127 for silence,
// and for nothing at all.
func (c *Call) RMS(d time.Duration) float64 {
	now := time.Now()
	return c.media.heard.level(now.Add(-d), now.Add(time.Second))
}

// Level is the tone's level, in dBFS, in the latest window; -127 if nothing was heard yet.
func (c *Call) Level(hz int) float64 { return c.media.heard.last(c.slot(hz)) }

// span replaces zero times by the call's beginning and now.
func (c *Call) span(from, to time.Time) (time.Time, time.Time) {
	if from.IsZero() {
		from = c.media.heard.base
	}
	if to.IsZero() {
		to = time.Now()
	}
	return from, to
}

// slot finds a frequency in the phone's set.
func (c *Call) slot(hz int) int {
	slot := c.phone.bank.slot(hz)
	if slot < 0 {
		panic(fmt.Sprintf("phone %s does not listen for %d Hz: use one of Tones %v, or Config.Listen", c.phone.cfg.User, hz, Tones))
	}
	return slot
}

// listen waits until cond is true, looking every 10 ms.
func (c *Call) listen(ctx context.Context, what string, cond func() bool) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		if cond() {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("%s: wait for %s: %w (heard so far: %v)", c, what, ctx.Err(), c.HeardBetween(time.Time{}, time.Time{}))
		case <-c.ctx.Done():
			return fmt.Errorf("%s: wait for %s: %w", c, what, ErrEnded)
		}
	}
}
