package enginetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/engine"
)

// Recorder is engine.Facts that notes what it is told.
type Recorder struct {
	mu    sync.Mutex
	facts []any // engine.Arrival, call.Input, PhoneFact, "connected", "disconnected"
}

// PhoneFact is a noted Facts.Phone.
type PhoneFact struct {
	Endpoint  string
	Reachable bool
}

var _ engine.Facts = (*Recorder)(nil)

func (r *Recorder) note(f any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.facts = append(r.facts, f)
}

// Connected implements engine.Facts.
func (r *Recorder) Connected(string, uint64) { r.note("connected") }

// Disconnected implements engine.Facts.
func (r *Recorder) Disconnected(string) { r.note("disconnected") }

// Arrived implements engine.Facts.
func (r *Recorder) Arrived(a engine.Arrival) { r.note(a) }

// Leg implements engine.Facts.
func (r *Recorder) Leg(_ string, fact call.Input) { r.note(fact) }

// Referral is a noted Facts.Referred.
type Referral struct{ Channel, To string }

// Referred implements engine.Facts.
func (r *Recorder) Referred(channel, to string) { r.note(Referral{channel, to}) }

// Phone implements engine.Facts.
func (r *Recorder) Phone(endpoint string, reachable bool) { r.note(PhoneFact{endpoint, reachable}) }

// All returns what was told so far.
func (r *Recorder) All() []any {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.facts)
}

// Wait returns the first fact from the from-th on that matches and the position after it, or ends the test.
func (r *Recorder) Wait(t testing.TB, from int, what string, match func(any) bool) (fact any, next int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		all := r.All()
		for i := from; i < len(all); i++ {
			if match(all[i]) {
				return all[i], i + 1
			}
		}
		if time.Now().After(end) {
			t.Fatalf("never told: %s; told since: %s", what, describe(all[min(from, len(all)):]))
		}
	}
}

func describe(facts []any) (out string) {
	for _, f := range facts {
		out += fmt.Sprintf("\n  %T%+v", f, f)
	}
	return out
}

// Follow starts the switch's facts and waits until it is connected. They end with the test.
func Follow(t testing.TB, run func(context.Context, engine.Facts) error) *Recorder {
	t.Helper()
	r := &Recorder{}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, r) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the switch's facts ended with %v", err)
		}
	})
	r.Wait(t, 0, "connected", func(f any) bool { return f == "connected" })
	return r
}
