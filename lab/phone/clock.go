package phone

import (
	"sync"
	"time"
)

const (
	packetTime = 20 * time.Millisecond
	// maxCatchUp is how far behind the clock may run and still send what it owes.
	// Further behind, it skips: a burst of a quarter of a second would only overflow jitter buffers.
	maxCatchUp = 200 * time.Millisecond
)

// mediaClock sends the packets of every call in the process from one goroutine:
// one timer for hundreds of calls, where a ticker each would wake the process fifty times a second per call.
// The goroutine runs only while there are calls.
type mediaClock struct {
	mu      sync.Mutex
	members []*stream
	running bool
	stats   ClockStats
}

// ClockStats says whether the machine kept up with sending: if it did not, gaps
// measured in that time are the test's own doing and not Asterisk's.
type ClockStats struct {
	WorstLag time.Duration // the latest that a packet was sent after its time
	Skipped  int           // how many 20 ms periods were not sent at all
}

// theClock is shared by all phones of the process, on purpose: see mediaClock.
var theClock mediaClock

// ReadClock returns the media clock's figures since the last call and starts them anew.
func ReadClock() ClockStats {
	theClock.mu.Lock()
	defer theClock.mu.Unlock()
	s := theClock.stats
	theClock.stats = ClockStats{}
	return s
}

func (c *mediaClock) add(s *stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members = append(c.members, s)
	if !c.running {
		c.running = true
		go c.run()
	}
}

// remove takes a stream off. One tick may still reach it afterwards.
func (c *mediaClock) remove(s *stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, m := range c.members {
		if m == s {
			// A new slice: run may be walking the old one.
			rest := make([]*stream, 0, len(c.members)-1)
			c.members = append(append(rest, c.members[:i]...), c.members[i+1:]...)
			return
		}
	}
}

func (c *mediaClock) run() {
	next := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for range timer.C {
		for lag := time.Since(next); lag >= 0; lag = time.Since(next) {
			members, ok := c.begin(lag)
			if !ok {
				return
			}
			if lag > maxCatchUp {
				next = time.Now()
			}
			for _, s := range members {
				s.tick()
			}
			next = next.Add(packetTime)
		}
		timer.Reset(time.Until(next))
	}
}

// begin notes how late a tick is and returns who is to send; false ends the clock.
func (c *mediaClock) begin(lag time.Duration) ([]*stream, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.members) == 0 {
		c.running = false
		return nil, false
	}
	c.stats.WorstLag = max(c.stats.WorstLag, lag)
	if lag > maxCatchUp {
		c.stats.Skipped += int(lag / packetTime)
	}
	return c.members, true
}
