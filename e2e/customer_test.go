package e2e

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"switchroom/lab"
	"switchroom/lab/phone"
)

// customer calls in over the trunk.
type customer struct {
	h     *house
	tone  int
	phone *phone.Phone
	call  *phone.Call
	// mayHearNothing switches the check off that the customer is never in silence; a story that breaks the media has to.
	mayHearNothing bool

	mu      sync.Mutex
	invites []*phone.Call // of who is called
}

// does says what the phone of a customer does whom an agent calls.
func (c *customer) does(b phone.Behaviour) {
	c.phone.OnInvite(func(in *phone.Call) {
		c.mu.Lock()
		c.invites = append(c.invites, in)
		c.mu.Unlock()
		b(in)
	})
}

// calls is how often the phone was called so far.
func (c *customer) calls() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.invites)
}

// latest is the latest of these calls.
func (c *customer) latest() *phone.Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.invites[len(c.invites)-1]
}

// customer is somebody with that number, who has not called yet.
func (h *house) customer(number string) *customer {
	h.Helper()
	h.mu.Lock()
	tone := customerTones[len(h.customers)%len(customerTones)]
	h.mu.Unlock()
	p, err := phone.New(context.WithoutCancel(h.Context()), phone.Config{
		User: number, Server: h.asterisk.SIPAddr, Sound: phone.Tone(tone, loudness), Listen: musicTones(),
	})
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = p.Close() })
	c := &customer{h: h, tone: tone, phone: p}
	h.mu.Lock()
	h.customers = append(h.customers, c)
	h.mu.Unlock()
	return c
}

func musicTones() []int {
	var out []int
	for _, hz := range lab.MusicTones {
		out = append(out, int(hz))
	}
	return out
}

// dials calls a number; it returns once the INVITE is sent.
func (c *customer) dials(number string, opts ...phone.InviteOpts) *customer {
	c.h.Helper()
	var o phone.InviteOpts
	if len(opts) > 0 {
		o = opts[0]
	}
	ctx, cancel := c.h.limit(soon)
	defer cancel()
	var err error
	if c.call, err = c.phone.Invite(ctx, number, o); err != nil {
		c.h.Fatal(err)
	}
	return c
}

// isCalled waits until the customer's phone is called by an agent, through the carrier's trunk.
func (c *customer) isCalled() *customer {
	c.h.Helper()
	ctx, cancel := c.h.limit(soon)
	defer cancel()
	var err error
	if c.call, err = c.phone.WaitIncoming(ctx); err != nil {
		c.h.Fatalf("the customer's phone does not ring: %v", err)
	}
	return c
}

// isAnswered waits until the call is answered (and charged).
func (c *customer) isAnswered() *customer {
	c.h.Helper()
	c.waits("is answered", func(ctx context.Context) error { return c.call.WaitState(ctx, phone.StateUp) })
	return c
}

// hearsRinging waits until the call rings, unanswered.
func (c *customer) hearsRinging() *customer {
	c.h.Helper()
	c.waits("hears ringing", func(ctx context.Context) error { return c.call.WaitState(ctx, phone.StateRinging) })
	if c.call.State() != phone.StateRinging {
		c.h.Fatalf("the customer's call is %s, not ringing", c.call.State())
	}
	return c
}

// hearsMusic waits until the music on hold is heard.
func (c *customer) hearsMusic() *customer {
	c.h.Helper()
	for _, hz := range musicTones() {
		c.waits("hears music", func(ctx context.Context) error { return c.call.WaitTone(ctx, hz) })
	}
	return c
}

func (c *customer) hangsUp() {
	c.h.Helper()
	c.waits("hangs up", c.call.Hangup)
}

// isHungUp waits until the other side ends the call.
func (c *customer) isHungUp() phone.End {
	c.h.Helper()
	var end phone.End
	c.waits("is hung up", func(ctx context.Context) (err error) { end, err = c.call.WaitEnded(ctx); return err })
	if end.By != phone.Remote {
		c.h.Fatalf("the customer's call was ended by %s", end.By)
	}
	return end
}

func (c *customer) waits(what string, f func(context.Context) error) {
	c.h.Helper()
	c.waitsFor(soon, what, f)
}

func (c *customer) waitsFor(within time.Duration, what string, f func(context.Context) error) {
	c.h.Helper()
	ctx, cancel := c.h.limit(within)
	defer cancel()
	if err := f(ctx); err != nil {
		end, ended := c.call.Ended()
		c.h.Fatalf("the customer %s: %v (the call is %s, ended %t %+v)", what, err, c.call.State(), ended, end)
	}
}

// talk checks that customer and agent hear each other, and nobody else.
func (h *house) talk(c *customer, d *desk, leg *phone.Call) {
	h.Helper()
	from := time.Now()
	c.waits(fmt.Sprintf("hears %s (%d Hz)", d.name, d.tone), func(ctx context.Context) error { return c.call.WaitTone(ctx, d.tone) })
	ctx, cancel := h.limit(soon)
	defer cancel()
	if err := leg.WaitTone(ctx, c.tone); err != nil {
		h.Fatalf("%s does not hear the customer (%d Hz): %v", d.name, c.tone, err)
	}
	for _, hz := range leg.HeardBetween(from, time.Time{}) {
		if hz != c.tone {
			h.Fatalf("%s hears %d Hz as well as the customer", d.name, hz)
		}
	}
	for _, hz := range musicTones() {
		if err := c.call.WaitToneGone(ctx, hz); err != nil {
			h.Fatalf("the customer hears music while %s talks: %v", d.name, err)
		}
	}
	for _, hz := range c.call.HeardBetween(time.Now().Add(-60*time.Millisecond), time.Time{}) {
		if hz != d.tone {
			h.Fatalf("the customer hears %d Hz as well as %s", hz, d.name)
		}
	}
}

// silence is the longest time in which the customer, once answered, heard nothing.
func (c *customer) silence() time.Duration {
	if c.call == nil || c.call.Since(phone.StateUp).IsZero() {
		return 0
	}
	return c.call.LongestSilence(c.call.Since(phone.StateUp), c.call.Since(phone.StateEnded), -45)
}

// quiet lists when a customer heard nothing for longer than a moment, counted from the answer.
func (c *customer) quiet() string {
	const moment = 250 * time.Millisecond
	var out strings.Builder
	up, end := c.call.Since(phone.StateUp), c.call.Since(phone.StateEnded)
	if end.IsZero() {
		end = time.Now()
	}
	for at := up; at.Before(end); at = at.Add(moment) {
		if c.call.LongestSilence(at, at.Add(moment), -45) >= moment-40*time.Millisecond {
			fmt.Fprintf(&out, " %v", at.Sub(up).Round(10*time.Millisecond))
		}
	}
	return fmt.Sprintf("at%s of %v (answered %s)", out.String(), end.Sub(up).Round(time.Millisecond), up.Format(time.TimeOnly+".000"))
}

// customersNow tells how the customers' calls stand, for messages.
func (h *house) customersNow() string {
	var out strings.Builder
	for _, c := range h.customers {
		if c.call == nil {
			continue
		}
		end, ended := c.call.Ended()
		fmt.Fprintf(&out, "\n  the call of %s is %s", c.phone.User(), c.call.State())
		if ended {
			fmt.Fprintf(&out, " %+v", end)
		}
	}
	return out.String()
}
