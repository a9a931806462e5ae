package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"switchroom/call"
)

// How soon a call is compared with the switch after an effect failed, and after it failed again and again.
const (
	firstDoubt = 500 * time.Millisecond
	lastDoubt  = 30 * time.Second
)

// doubts are the calls of which it is not known whether the switch did what their state wants: a request's fate is unknown, was refused,
// or was never made. One goroutine lists the switch's channels, once for all that are due, and lets each call compare.
type doubts struct {
	e    *Engine
	wake chan struct{}

	mu  sync.Mutex
	due map[*owner]time.Time
}

func newDoubts(e *Engine) *doubts {
	return &doubts{e: e, wake: make(chan struct{}, 1), due: map[*owner]time.Time{}}
}

// add wants the call compared after that time, or sooner if that was asked for before.
func (d *doubts) add(o *owner, after time.Duration) {
	at := time.Now().Add(after)
	d.mu.Lock()
	if old, ok := d.due[o]; !ok || at.Before(old) {
		d.due[o] = at
	}
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *doubts) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(d.next())
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
			continue
		case <-timer.C:
		}
		if !d.e.working() { // the reconciliation to come does not cover what fails during it
			d.put(d.take(), firstDoubt)
			continue
		}
		d.compare(ctx)
	}
}

func (d *doubts) next() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	wait := time.Hour
	for _, at := range d.due {
		wait = min(wait, max(time.Until(at), time.Millisecond))
	}
	return wait
}

// take removes and returns what is due.
func (d *doubts) take() (out []*owner) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for o, at := range d.due {
		if !time.Now().Before(at) {
			out = append(out, o)
			delete(d.due, o)
		}
	}
	return out
}

func (d *doubts) put(owners []*owner, after time.Duration) {
	for _, o := range owners {
		d.add(o, after)
	}
}

func (d *doubts) compare(ctx context.Context) {
	owners := d.take()
	if len(owners) == 0 {
		return
	}
	at := now()
	inv, err := d.e.opt.Switch.Inventory(ctx)
	if err != nil {
		if ctx.Err() == nil {
			d.e.log.Warn("list the switch's channels; will try again", "err", err)
		}
		d.put(owners, 2*firstDoubt)
		return
	}
	for _, o := range owners {
		o.post(recoveredFrom(o.snapshot(), inv, at))
	}
}

// doubt wants the call compared with the switch, later each time in a row.
func (o *owner) doubt() {
	wait := min(firstDoubt<<min(o.troubles, 10), lastDoubt)
	o.troubles++
	o.e.doubts.add(o, wait)
}

// missing tells whether an inventory that was asked for at that time lacks a channel that the call counts on: its end was not told.
func missing(c call.Call, inv Inventory, at time.Time) bool {
	if c.State == call.New {
		return false
	}
	return slices.ContainsFunc(append(slices.Clone(c.Legs), c.Customer), func(l call.Leg) bool {
		there := slices.ContainsFunc(inv.Channels, func(ch Channel) bool { return ch.ID == l.ID && ch.Ours })
		return !there && l.State != call.Gone && l.At.Before(at)
	})
}
