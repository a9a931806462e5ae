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

func (b *backoff) reset() { b.attempt = 0 }
