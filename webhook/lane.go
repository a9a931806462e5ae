package webhook

import (
	"time"

	"switchroom/event"
)

const (
	// widest is how many calls' events one receiver is sent at a time.
	widest = 8
	// failuresToPause: a receiver that failed so often in a row is taken to be down, not to dislike an event.
	failuresToPause = 3
	// A receiver that is down is tried again with one event after pauses between these.
	pauseLeast = 5 * time.Second
	pauseMost  = time.Minute
	// retryAfterMost bounds what a receiver may ask for.
	retryAfterMost = time.Hour
)

// lane is the way to one receiver. Receivers have nothing to do with each other.
type lane struct {
	target     event.Target
	gone       bool            // switched off or deleted
	leaseUntil time.Time       // ours until then
	busy       map[string]bool // calls of which something is under way
	failures   int             // in a row
	pause      time.Time       // nothing is sent before
}

func newLane() *lane { return &lane{busy: map[string]bool{}} }

// room is how many more may be sent now.
func (l *lane) room(now time.Time) int {
	width := widest
	if l.failures >= failuresToPause {
		width = 1
	}
	if now.Before(l.pause) {
		return 0
	}
	return max(width-len(l.busy), 0)
}

// settled learns from an answer. True: a receiver that was down answers again.
func (l *lane) settled(now time.Time, a answer, chance float64) (back bool) {
	if a.problem == "" {
		back = l.failures >= failuresToPause
		l.failures, l.pause = 0, time.Time{}
		return back
	}
	l.failures++
	var pause time.Duration
	if l.failures >= failuresToPause {
		pause = min(pauseLeast<<min(l.failures-failuresToPause, 10), pauseMost)
		pause = time.Duration(float64(pause) * (0.75 + chance/4))
	}
	pause = max(pause, min(a.retryAfter, retryAfterMost))
	if until := now.Add(pause); until.After(l.pause) {
		l.pause = until
	}
	return false
}
