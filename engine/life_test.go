package engine_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

// life is one process of a controller: everything that it asks of store, switch and ledger goes through it, and once it was killed nothing
// does any more, neither what it would have sent nor what it would have heard.
type life struct {
	store *enginetest.Store
	sw    *enginetest.Switch
	home  *enginetest.House
	e     *engine.Engine
	end   context.CancelFunc
	ended chan error // gets what Run returns
	dead  atomic.Bool
	left  atomic.Int64 // boundaries until it is killed; zero: it lives
}

var errKilled = errors.New("killed")

// killIn kills the controller at the n-th boundary from now: before or after something that it asks for. Zero: it is left alone.
func (l *life) killIn(n int) { l.left.Store(int64(n)) }

func (l *life) boundary() error {
	if l.left.Load() > 0 && l.left.Add(-1) == 0 {
		l.dead.Store(true)
		l.end()
	}
	if l.dead.Load() {
		return errKilled
	}
	return nil
}

// through does f between two boundaries.
func (l *life) through(f func() error) error {
	if err := l.boundary(); err != nil {
		return err
	}
	err := f()
	if dead := l.boundary(); dead != nil {
		return dead
	}
	return err
}

func (l *life) Acquire(ctx context.Context, node, owner string, ttl time.Duration) (epoch uint64, err error) {
	err = l.through(func() (err error) { epoch, err = l.store.Acquire(ctx, node, owner, ttl); return })
	return
}

func (l *life) Renew(ctx context.Context, node, owner string, epoch uint64, ttl time.Duration) error {
	return l.through(func() error { return l.store.Renew(ctx, node, owner, epoch, ttl) })
}

func (l *life) Save(ctx context.Context, b engine.Batch) error {
	return l.through(func() error { return l.store.Save(ctx, b) })
}

func (l *life) Calls(ctx context.Context, node string) (out []call.Call, err error) {
	err = l.through(func() (err error) { out, err = l.store.Calls(ctx, node); return })
	return
}

func (l *life) Agent(ctx context.Context, id string) (a agent.Agent, ok bool, err error) {
	err = l.through(func() (err error) { a, ok, err = l.store.Agent(ctx, id); return })
	return
}

func (l *life) Agents(ctx context.Context) (out []agent.Agent, err error) {
	err = l.through(func() (err error) { out, err = l.store.Agents(ctx); return })
	return
}

func (l *life) Ready(ctx context.Context, queue string, limit int) (out []agent.Agent, err error) {
	err = l.through(func() (err error) { out, err = l.store.Ready(ctx, queue, limit); return })
	return
}

func (l *life) Do(ctx context.Context, e call.Effect) (in call.Input, err error) {
	err = l.through(func() (err error) { in, err = l.sw.Do(ctx, e); return })
	return
}

func (l *life) Inventory(ctx context.Context) (inv engine.Inventory, err error) {
	err = l.through(func() (err error) { inv, err = l.sw.Inventory(ctx); return })
	return
}

func (l *life) Heard(ctx context.Context, channel string) (packets int, err error) {
	err = l.through(func() error { packets, err = l.sw.Heard(ctx, channel); return err })
	return packets, err
}

func (l *life) Holding(ctx context.Context, channel string) (held bool, err error) {
	err = l.through(func() error { held, err = l.sw.Holding(ctx, channel); return err })
	return held, err
}

func (l *life) GuardRescue(ctx context.Context, channel string, after time.Duration) error {
	return l.through(func() error { return l.sw.GuardRescue(ctx, channel, after) })
}

func (l *life) Drop(ctx context.Context, channel string) error {
	return l.through(func() error { return l.sw.Drop(ctx, channel) })
}

func (l *life) AnswerReferral(ctx context.Context, channel string, accepted bool) error {
	return l.through(func() error { return l.sw.AnswerReferral(ctx, channel, accepted) })
}

func (l *life) DropBridge(ctx context.Context, bridge string) error {
	return l.through(func() error { return l.sw.DropBridge(ctx, bridge) })
}

func (l *life) Provision(ctx context.Context, a engine.Account) error {
	return l.through(func() error { return l.sw.Provision(ctx, a) })
}

func (l *life) Refused(ctx context.Context, r engine.Refusal) error {
	return l.through(func() error { return l.home.Refused(ctx, r) })
}

func (l *life) OpenTicket(ctx context.Context, c call.Call, agentID string) (number string, err error) {
	err = l.through(func() (err error) { number, err = l.home.OpenTicket(ctx, c, agentID); return })
	return
}
