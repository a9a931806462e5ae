package browser

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"switchroom/lab"
	"switchroom/lab/phone"
)

// call is how a customer calls.
type customerCall struct {
	Number string `json:"number"` // the customer's
	Name   string `json:"name"`
	Tone   int    `json:"tone"`  // Hz, one of phone.Tones: what the customer says
	Dials  string `json:"dials"` // the number called
}

// customer is somebody who calls in over the trunk.
type customer struct {
	phone *phone.Phone
	call  *phone.Call

	mu      sync.Mutex
	arrived []arrival
	lost    time.Time // when Asterisk was killed, whose customers hear nothing any more; zero: it was not
}

// arrival is how many packets had come by then.
type arrival struct {
	at      time.Time
	packets uint64
}

// count notes ten times a second how many packets have come, until the call is over: it tells a silence that was sent from sound that did not
// arrive.
func (c *customer) count() {
	for tick := time.Tick(100 * time.Millisecond); ; <-tick {
		if _, over := c.call.Ended(); over {
			return
		}
		c.mu.Lock()
		c.arrived = append(c.arrived, arrival{time.Now(), c.call.Packets().Received})
		c.mu.Unlock()
	}
}

// packetsBetween is how many packets came in a time, to a tenth of a second.
func (c *customer) packetsBetween(from, to time.Time) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var first, last uint64
	for _, a := range c.arrived {
		if a.at.Before(from) {
			first = a.packets
		}
		if a.at.Before(to) {
			last = a.packets
		}
	}
	return last - first
}

// unusual are the tones that phones do not listen for by themselves: of the music, and of who has none of the usual ones.
func unusual() []int { return append(music(), chrisHz) }

func music() (hz []int) {
	for _, tone := range lab.MusicTones {
		hz = append(hz, int(tone))
	}
	return hz
}

const loudness = -15 // dBFS

func (h *house) customerCalls(ctx context.Context, in customerCall) (int, error) {
	p, err := phone.New(context.WithoutCancel(ctx), phone.Config{
		User: in.Number, Server: h.asterisk.SIPAddr, Sound: phone.Tone(in.Tone, loudness), Listen: unusual(),
	})
	if err != nil {
		return 0, err
	}
	c, err := p.Invite(ctx, in.Dials, phone.InviteOpts{FromName: in.Name})
	if err != nil {
		_ = p.Close() // nothing came of it
		return 0, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	guest := &customer{phone: p, call: c}
	go guest.count()
	h.customers = append(h.customers, guest)
	return len(h.customers) - 1, nil
}

// leave hangs up if there is still something to hang up.
func (c *customer) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_ = c.call.Hangup(ctx) // harmless when it is over
}

// silence is the longest time in which the customer, once answered, heard nothing.
func (c *customer) silence() time.Duration {
	up := c.call.Since(phone.StateUp)
	if up.IsZero() {
		return 0
	}
	end := c.call.Since(phone.StateEnded)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.lost.IsZero() {
		end = c.lost
	}
	return c.call.LongestSilence(up, end, -45)
}

// abandoned: Asterisk is gone.
func (c *customer) abandoned() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost = time.Now()
}

// complaints says where the customer was in silence for longer than that, and between what. lag is how late the test's own clock was at worst: what was
// not played or heard in that time is nobody else's doing.
func (c *customer) complaints(longest, lag time.Duration) []string {
	s := c.silence()
	if s <= longest {
		return nil
	}
	up := c.call.Since(phone.StateUp)
	total := time.Since(up)
	// The silence ends at the first moment by which it is as long as it gets.
	after := sort.Search(int(total/time.Millisecond), func(ms int) bool {
		return c.call.LongestSilence(up, up.Add(time.Duration(ms)*time.Millisecond), -45) >= s
	})
	end := up.Add(time.Duration(after) * time.Millisecond)
	begin := end.Add(-s)
	return []string{fmt.Sprintf("the customer was in silence for %v (the test's clock lagged by up to %v), from %v to %v after the answer; %d packets came meanwhile; before it %v Hz were heard, after it %v Hz",
		s, lag, begin.Sub(up).Round(time.Millisecond), end.Sub(up).Round(time.Millisecond), c.packetsBetween(begin, end),
		c.call.HeardBetween(begin.Add(-time.Second), begin), c.call.HeardBetween(end, end.Add(time.Second)))}
}
