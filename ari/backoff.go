package ari

import (
	"math/rand/v2"
	"time"
)

// backoff spaces attempts to connect: doubling, with jitter so that many controllers do not knock at the same moment.
type backoff struct {
	min, max time.Duration
	attempt  int
}

// next returns the wait before the next attempt: between half of the current step and all of it. A fault that an
// operator has to mend is tried at the slowest pace from the start.
func (b *backoff) next(slow bool) time.Duration {
	step := b.max
	if !slow && b.attempt < 30 {
		step = min(b.max, b.min<<b.attempt)
	}
	b.attempt++
	return step/2 + rand.N(step/2+1)
}

// worked says that a connection was up for so long: whatever breaks it then is a new fault, and is met with a short wait. One that broke at once
// may do so again, and is waited for up to half a second or so, so that a fault that comes and goes does not keep callers waiting either.
func (b *backoff) worked(d time.Duration) {
	const proven, hurried = time.Second, 3
	if d >= proven {
		b.attempt = 0
	}
	b.attempt = min(b.attempt, hurried)
}
