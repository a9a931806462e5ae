package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// agentBook is the engine's memory of agents' records. It is a cache: the store is the truth, and a save with a stale version says so.
type agentBook struct {
	e    *Engine
	mu   sync.Mutex
	book map[string]agent.Agent
	ids  []string // of the book, sorted
	// doubted records were refused by the store or by the agent's state: the next load asks the store. They stay in the book meanwhile, since
	// who is not in it has no timers and is not seen by watchdogs and routing.
	doubted map[string]bool
	due     map[string]time.Time // deadlines, of those who have one
	wake    chan struct{}        // a deadline may have changed
}

func (b *agentBook) init(e *Engine) {
	b.e, b.book, b.doubted, b.due, b.wake = e, map[string]agent.Agent{}, map[string]bool{}, map[string]time.Time{}, make(chan struct{}, 1)
}

func (b *agentBook) get(id string) (agent.Agent, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.book[id]
	return a.Clone(), ok
}

func (b *agentBook) all() []agent.Agent {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]agent.Agent, 0, len(b.book))
	for _, a := range b.book {
		out = append(out, a.Clone())
	}
	return out
}

// put remembers a record, unless a newer one is known.
func (b *agentBook) put(a agent.Agent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old, ok := b.book[a.ID]; !ok || old.Version <= a.Version {
		b.set(a)
	}
}

// newest remembers a record and returns it, or the newer one that is known.
func (b *agentBook) newest(a agent.Agent) agent.Agent {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old, ok := b.book[a.ID]; ok && old.Version > a.Version {
		return old.Clone()
	}
	b.set(a)
	return a
}

// set remembers a record whatever was known. b.mu is held.
func (b *agentBook) set(a agent.Agent) {
	if i, ok := slices.BinarySearch(b.ids, a.ID); !ok {
		b.ids = slices.Insert(b.ids, i, a.ID)
	}
	b.book[a.ID] = a.Clone()
	if d := a.Deadline(); d.IsZero() {
		delete(b.due, a.ID)
	} else {
		b.due[a.ID] = d
	}
}

// doubt makes the next load ask the store.
func (b *agentBook) doubt(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doubted[id] = true
}

// load returns the record from memory, or else from the store; an agent who has none yet gets an empty one.
func (b *agentBook) load(ctx context.Context, id string) (agent.Agent, error) {
	b.mu.Lock()
	a, ok := b.book[id]
	if ok && !b.doubted[id] {
		defer b.mu.Unlock()
		return a.Clone(), nil
	}
	b.mu.Unlock()
	return b.reload(ctx, id)
}

// reload asks the store, which is believed whatever the book said when it was asked. A record that was saved since is newer than an answer that
// was on its way meanwhile: forgetting it would forget its deadline too, and nobody would ever think of the agent again.
func (b *agentBook) reload(ctx context.Context, id string) (agent.Agent, error) {
	asked, _ := b.get(id)
	a, ok, err := b.e.opt.Store.Agent(ctx, id)
	if err != nil {
		return a, fmt.Errorf("load agent %s: %w", id, err)
	}
	if !ok {
		a = agent.Agent{ID: id, Chosen: agent.LoggedOut}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.doubted, id)
	if saved := b.book[id]; saved.Version != asked.Version && saved.Version > a.Version {
		return saved.Clone(), nil
	}
	b.set(a)
	return a, nil
}

// saved takes note of records that were saved: who became available wants a caller, and deadlines may be nearer.
func (b *agentBook) saved(agents []agent.Agent) {
	at := now()
	for _, a := range agents {
		b.put(a)
		if ok, _ := a.Available(at); ok {
			b.e.routes.poke(a.Queues...)
		}
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// apply applies one input to an agent's record and saves it; see change.
func (b *agentBook) apply(ctx context.Context, id string, in agent.Input) (agent.Agent, error) {
	return b.change(ctx, id, func(agent.Agent) []agent.Input { return []agent.Input{in} })
}

// change applies to one agent's record, one after the other, the inputs that ins chooses by looking at it, and saves it. When somebody else
// was faster it begins again, with ins. A record that comes out as it was is not saved.
func (b *agentBook) change(ctx context.Context, id string, ins func(agent.Agent) []agent.Input) (agent.Agent, error) {
	for wait := time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		epoch := b.e.epoch.Load()
		if epoch == 0 {
			return agent.Agent{}, errNotReady() // a save without a lease would look like a lost one
		}
		old, err := b.load(ctx, id)
		if err != nil {
			return old, err
		}
		at := now()
		a := old
		for _, in := range ins(old) {
			if a, err = a.Apply(at, in); err != nil {
				return old, err
			}
		}
		if same(a, old) {
			return a, nil
		}
		a.Version = old.Version + 1
		c, ok := b.callOf(a)
		if !ok {
			if err := pause(ctx, wait); err != nil {
				return old, err
			}
			b.doubt(id)
			continue
		}
		batch := Batch{Node: b.e.opt.Node, Epoch: epoch, Agents: []agent.Agent{a}, Feed: []Message{viewMessage(at, a, c)}, Notes: wrapUpNotes(at, old, a)}
		err = b.e.opt.Store.Save(ctx, batch)
		var stale *StaleError
		switch {
		case err == nil:
			b.saved(batch.Agents)
			return a, nil
		case errors.Is(err, ErrFenced):
			b.e.fenced(epoch, err)
			return old, err
		case errors.As(err, &stale):
			b.doubt(id)
			continue
		}
		b.doubt(id) // it may have been saved
		return old, fmt.Errorf("save agent %s: %w", id, err)
	}
}

// insist is apply for a fact, which must not be lost: a store that is away is waited for. It fails only when the input is refused or ctx ends.
func (b *agentBook) insist(ctx context.Context, id string, ins func(agent.Agent) []agent.Input) (agent.Agent, error) {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		a, err := b.change(ctx, id, ins)
		var refused *agent.Error
		if err == nil || errors.As(err, &refused) {
			return a, err
		}
		b.e.log.Warn("save an agent's record; will try again", "agent", id, "err", err)
		if err := pause(ctx, wait); err != nil {
			return a, err
		}
	}
}

// wrapUpNotes tells that ticket processing is over: by another status, or because the agent is taken for a call.
func wrapUpNotes(at time.Time, was, is agent.Agent) []Entry {
	if was.WrapUpCall == "" || was.Held != nil || is.Held == nil && is.WrapUpCall == was.WrapUpCall {
		return nil
	}
	return []Entry{{Call: was.WrapUpCall, At: at, WrapUp: &WrapUp{Agent: was.ID, Since: was.IdleSince, Until: at}}}
}

func same(a, b agent.Agent) bool {
	x, y := message(a.ID, "", a), message(b.ID, "", b)
	return string(x.Data) == string(y.Data)
}

// callOf returns the call that holds the agent, as last saved; nil: none is live. ok is false while its owner has saved a newer state
// that it has not shown yet: what clients are told of agent and call must belong together.
func (b *agentBook) callOf(a agent.Agent) (c *call.Call, ok bool) {
	if a.Held == nil {
		return nil, true
	}
	o := b.e.owner(a.Held.Call)
	if o == nil {
		return nil, true
	}
	last := o.snapshot()
	return &last, last.Version >= a.Held.CallVersion
}

// timers feeds Tick to agents whose deadline has come.
func (b *agentBook) timers(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		due, wait := b.expired(now())
		for _, id := range due {
			if _, err := b.apply(ctx, id, agent.Tick{}); err != nil && ctx.Err() == nil {
				b.e.log.Warn("agent's timer; will try again", "agent", id, "err", err)
			}
			wait = min(wait, time.Second)
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-b.wake:
		}
	}
}

// expired lists whose deadline has come, and how long it is until the next one comes.
func (b *agentBook) expired(at time.Time) (ids []string, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait = time.Hour
	for id, d := range b.due {
		if at.Before(d) {
			wait = min(wait, d.Sub(at))
		} else {
			ids = append(ids, id)
		}
	}
	return ids, wait
}

// visit shows the agents of a queue, in a fixed order, until f returns false. f must neither change nor keep the record, nor use the book.
func (b *agentBook) visit(queue string, f func(*agent.Agent) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range b.ids {
		a := b.book[id]
		if slices.Contains(a.Queues, queue) && !f(&a) {
			return
		}
	}
}
