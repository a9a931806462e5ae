package phone

import (
	"context"
	"sync"
	"time"
)

// TB is the part of testing.TB that the helpers need, so that programs which use
// phones outside of tests do not carry the testing package.
type TB interface {
	Helper()
	Context() context.Context
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

const (
	registerWithin   = 10 * time.Second
	unregisterWithin = 500 * time.Millisecond // the server may be dead by then, on purpose
)

// Ephemeral makes a phone for a test: registered, and unregistered and closed when the test ends.
func Ephemeral(t TB, cfg Config) *Phone {
	t.Helper()
	return EphemeralMany(t, 1, func(int) Config { return cfg })[0]
}

// EphemeralMany makes n phones as Ephemeral does, side by side; configure gives the configuration of each.
func EphemeralMany(t TB, n int, configure func(i int) Config) []*Phone {
	t.Helper()
	phones := make([]*Phone, n)
	t.Cleanup(func() { closeAll(t, phones) })
	for i := range phones {
		// The test's own context ends before its cleanups run: the phones must outlive it.
		p, err := New(context.WithoutCancel(t.Context()), configure(i))
		if err != nil {
			t.Fatalf("phone %d: %v", i, err)
		}
		phones[i] = p
	}
	ctx, cancel := context.WithTimeout(t.Context(), registerWithin)
	defer cancel()
	failures := make([]error, n)
	var wg sync.WaitGroup
	for i, p := range phones {
		wg.Go(func() { failures[i] = p.Register(ctx) })
	}
	wg.Wait()
	for _, err := range failures {
		if err != nil {
			t.Fatalf("register: %v", err)
		}
	}
	return phones
}

func closeAll(t TB, phones []*Phone) {
	ctx, cancel := context.WithTimeout(context.Background(), unregisterWithin)
	defer cancel()
	var wg sync.WaitGroup
	for _, p := range phones {
		if p == nil {
			continue
		}
		wg.Go(func() {
			if p.Registered() {
				_ = p.Unregister(ctx) // courtesy: the account is not used again
			}
			if err := p.Close(); err != nil {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
}
