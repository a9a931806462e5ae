package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The node's lease is the right to save and to act. Asterisk fences nobody, so a controller that cannot be sure of its lease keeps its
// hands off Asterisk: not even the rest of a step's effects is carried out, and no watchdog bites. What was left out is said again
// (doubts) once the lease is sure, or by the controller that took over.

func (e *Engine) acquire(ctx context.Context) error {
	for said := false; ; said = true {
		asked := time.Now()
		epoch, err := e.opt.Store.Acquire(ctx, e.opt.Node, e.opt.Owner, e.opt.LeaseTTL)
		if err == nil {
			e.leasedUntil(asked)
			e.epoch.Store(epoch)
			e.log.Info("holding the node's lease", "epoch", epoch)
			return nil
		}
		if !said {
			e.log.Warn("waiting for the node's lease", "err", err)
		}
		if err := pause(ctx, 250*time.Millisecond); err != nil {
			return fmt.Errorf("take the lease of node %s: %w", e.opt.Node, err)
		}
	}
}

// keepLease renews the lease. While the store is away nothing can be saved, so nothing is sent either; only a fence ends the engine.
func (e *Engine) keepLease(ctx context.Context) {
	for pause(ctx, e.opt.LeaseTTL/3) == nil {
		if err := e.renew(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("renew the lease", "err", err)
		}
	}
}

func (e *Engine) renew(ctx context.Context) error {
	epoch, asked := e.epoch.Load(), time.Now()
	ctx, cancel := context.WithTimeout(ctx, e.opt.LeaseTTL/2)
	defer cancel()
	err := e.opt.Store.Renew(ctx, e.opt.Node, e.opt.Owner, epoch, e.opt.LeaseTTL)
	switch {
	case err == nil:
		e.leasedUntil(asked)
	case errors.Is(err, ErrFenced):
		e.fenced(epoch, err)
	}
	return err
}

// leasedUntil notes a lease that was asked for at that time: the store counts from a moment that is not earlier.
func (e *Engine) leasedUntil(asked time.Time) {
	until := asked.Add(e.opt.LeaseTTL)
	for {
		old := e.lease.Load()
		if old != nil && until.Before(*old) || e.lease.CompareAndSwap(old, &until) {
			return
		}
	}
}

// leased tells whether nobody else can have the node's lease now.
func (e *Engine) leased() bool {
	until := e.lease.Load()
	return until != nil && time.Now().Before(*until)
}

// sure is leased, after asking the store once if need be.
func (e *Engine) sure(ctx context.Context) bool {
	return ctx.Err() == nil && (e.leased() || e.renew(ctx) == nil)
}

// fenced stops the engine: another controller, or a younger self, has the lease that was ours under that epoch.
func (e *Engine) fenced(epoch uint64, err error) {
	if e.epoch.Load() == epoch {
		e.lease.Store(new(time.Time))
		e.fail(err)
	}
}
