package e2e

import (
	"sync"
	"time"

	"switchroom/lab/phone"
)

// clock watches for all tests whether the machine kept up with sending audio: silence that comes from its being busy is no fault of the system.
var clock watch

type watch struct {
	once sync.Once
	mu   sync.Mutex
	lags []lag
}

type lag struct {
	at time.Time
	by time.Duration
}

const noticeable = 50 * time.Millisecond

// start begins to watch; it goes on for as long as the process lives.
func (w *watch) start() {
	w.once.Do(func() {
		go func() {
			for range time.Tick(100 * time.Millisecond) {
				if by := phone.ReadClock().WorstLag; by > noticeable {
					w.mu.Lock()
					w.lags = append(w.lags, lag{time.Now(), by})
					w.mu.Unlock()
				}
			}
		}()
	})
}

// worst is the longest lag since then.
func (w *watch) worst(since time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out time.Duration
	for _, l := range w.lags {
		if l.at.After(since) {
			out = max(out, l.by)
		}
	}
	return out
}
