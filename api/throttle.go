package api

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Attempts to log in: each user at each address has a few, which come back slowly; an address as a whole has more, so that nobody tries one password on
// every user. A success gives the user's attempts back.
const (
	attemptsOfUser    = 8
	attemptsOfAddress = 60
	attemptEvery      = 15 * time.Second // one more for a user
	addressEvery      = 2 * time.Second  // one more for an address
	signInsOfAddress  = 200              // steps of logins at a provider: each writes, and nothing can be guessed by them
	signInEvery       = time.Second / 4  // one more
	resetsOfAddress   = 10               // passwords set by a link
	resetEvery        = 10 * time.Second // one more
	limitersKept      = 50_000
)

// throttle counts by key. Safe for concurrent use.
type throttle struct {
	mu    sync.Mutex
	now   func() time.Time
	every time.Duration
	burst int
	byKey map[string]*rate.Limiter
}

func newThrottle(now func() time.Time, every time.Duration, burst int) *throttle {
	return &throttle{now: now, every: every, burst: burst, byKey: map[string]*rate.Limiter{}}
}

// take uses up one and returns zero, or how long to wait until there is one.
func (t *throttle) take(key string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	l := t.byKey[key]
	if l == nil {
		if len(t.byKey) >= limitersKept {
			t.tidy(now)
		}
		l = rate.NewLimiter(rate.Every(t.every), t.burst)
		t.byKey[key] = l
	}
	r := l.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait
	}
	return 0
}

// tidy forgets who has all attempts again; if that is nobody, everybody: memory is bounded.
func (t *throttle) tidy(now time.Time) {
	for key, l := range t.byKey {
		if l.TokensAt(now) >= float64(t.burst) {
			delete(t.byKey, key)
		}
	}
	if len(t.byKey) >= limitersKept {
		t.byKey = map[string]*rate.Limiter{}
	}
}

func (t *throttle) forgive(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.byKey, key)
}

// attempts throttles logging in.
type attempts struct{ users, addresses *throttle }

func newAttempts(now func() time.Time) *attempts {
	return &attempts{users: newThrottle(now, attemptEvery, attemptsOfUser), addresses: newThrottle(now, addressEvery, attemptsOfAddress)}
}

func (a *attempts) take(address, login string) time.Duration {
	if wait := a.addresses.take(address); wait > 0 {
		return wait
	}
	return a.users.take(address + " " + login)
}

func (a *attempts) forgive(address, login string) { a.users.forgive(address + " " + login) }

// seconds rounds up.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
