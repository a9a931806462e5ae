package event

import "time"

// State is where a message to one receiver stands.
type State string

// The states.
const (
	Waiting   State = "waiting"   // will be sent, or sent again
	Delivered State = "delivered" // the receiver answered 2xx
	Dead      State = "dead"      // given up; an administrator sends it again or drops it
)

// Target is a receiver that messages are sent to.
type Target struct {
	ID      string
	URL     string
	Secrets []Secret // each signs
	Trouble error    // why there are no secrets; nothing can be sent then
}

// Delivery is one message on its way to one receiver.
type Delivery struct {
	Target   string
	Position int64 // those of one call are sent in this order
	Event    string
	Type     Type
	Call     string
	Body     string
	Attempts int       // made so far
	First    time.Time // the first attempt; zero: none yet
}

// Outcome is what came of an attempt, and what follows.
type Outcome struct {
	Target   string
	Position int64
	Attempts int // before this one: an outcome counts once
	At       time.Time
	State    State
	Next     time.Time // the next attempt of what waits
	Status   int       // HTTP; 0: no answer
	Problem  string    // a code; empty: none
}

// Backlog is how much is on its way.
type Backlog struct {
	Waiting, Dead int64
	Oldest        time.Time // when the oldest of those that wait happened; zero: none
}

// GiveUp: what was not delivered this long after its first attempt is given up with the attempt that fails next.
const GiveUp = 24 * time.Hour

// delays between attempts; the last one repeats.
var delays = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
}

// After says when a message is tried again whose attempt number attempts, counted from 1, failed; ok is false where it is given up. Chance is in [0, 1) and makes the delay up
// to a quarter shorter or longer, so that not all come back at once.
func After(attempts int, first, now time.Time, chance float64) (next time.Time, ok bool) {
	if now.Sub(first) >= GiveUp {
		return time.Time{}, false
	}
	d := delays[min(max(attempts, 1), len(delays))-1]
	return now.Add(time.Duration(float64(d) * (0.75 + chance/2))), true
}
