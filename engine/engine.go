package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/trace"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/client_golang/prometheus"
)

// Options configures an engine. Every duration of zero means the default that its comment gives.
type Options struct {
	Node     string        // the Asterisk node that this engine owns
	Owner    string        // this controller's name; the same over its restarts, different from every other controller's
	LeaseTTL time.Duration // 3 s: how soon another controller can take over from a dead one
	// Rescue is how long a waiting caller stays with a dead controller before the dialplan takes them back: 60 s. It is renewed at a third of that.
	Rescue time.Duration
	// Watch is how often ownerless channels and reservations are looked for: 15 s.
	Watch time.Duration

	Switch   Switch
	Store    Store
	Settings Settings
	Outbound Outbound // nil: nobody can dial out
	Ledger   Ledger
	Log      *slog.Logger
	Metrics  prometheus.Registerer // nil: nobody counts
	Trace    *trace.Tracer         // nil: off
}

func (o *Options) defaults() {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&o.LeaseTTL, 3*time.Second)
	set(&o.Rescue, time.Minute)
	set(&o.Watch, 15*time.Second)
	if o.Log == nil {
		o.Log = slog.Default()
	}
}

// Engine runs the calls of one Asterisk node.
type Engine struct {
	opt   Options
	log   *slog.Logger
	epoch atomic.Uint64             // of the lease; 0: not held yet
	lease atomic.Pointer[time.Time] // until when nobody else can have it
	ready atomic.Bool               // connected and reconciled; written under mu
	fatal chan error                // the reason to stop: a lost lease

	mu        sync.Mutex // guards the maps below; never held across I/O
	owners    map[string]*owner
	byChannel map[string]*owner     // channels that we did not name: callers', and of agents who dialled on their phones
	dialling  map[string]bool       // channels of agents who dialled on their phones, until that has become a call, or a part of one, or they hung up
	endpoints map[string]string     // endpoint → agent
	phones    map[string]phoneState // endpoint → as last heard
	connects  uint64                // counts connects and disconnects of the switch
	linkSince time.Time             // when ready changed last

	count   *metrics
	agents  agentBook
	routes  *dispatcher
	doubts  *doubts
	trunks  *trunks
	facts   *queue[func(context.Context)] // facts about phones, in order, worked off by one goroutine
	connect chan uint64                   // connects of the switch to reconcile
	running sync.WaitGroup
	over    bool // nothing more may be begun; under mu
	// Settings were changed: for agents who are logged in, and for phone accounts.
	changed, accountsChanged chan struct{}
	life                     context.Context // Run's: owners that facts create live as long
}

// New makes an engine; nothing happens before Run.
func New(opt Options) *Engine {
	opt.defaults()
	e := &Engine{
		opt: opt, log: opt.Log.With("node", opt.Node), fatal: make(chan error, 1),
		owners: map[string]*owner{}, byChannel: map[string]*owner{}, dialling: map[string]bool{}, endpoints: map[string]string{}, phones: map[string]phoneState{},
		trunks: newTrunks(), facts: newQueue[func(context.Context)](), connect: make(chan uint64, 1),
		changed: make(chan struct{}, 1), accountsChanged: make(chan struct{}, 1), linkSince: now(),
	}
	e.count = newMetrics(e, opt.Metrics)
	e.agents.init(e)
	e.routes = newDispatcher(e)
	e.doubts = newDoubts(e)
	return e
}

// Run takes the node's lease, loads its calls and then works until ctx ends or the lease is lost (ErrFenced). attach starts the
// switch's events; it is called once the saved calls are loaded, so that no fact about them is lost, and has to end with its context.
// Once Run returns nothing of the engine runs any more. It can be called once.
func (e *Engine) Run(ctx context.Context, attach func(context.Context) error) error {
	if err := e.acquire(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer e.shut(cancel)
	e.life = ctx
	e.spawn(func() { e.keepLease(ctx) })
	if err := e.load(ctx); err != nil {
		return err
	}
	e.spawn(func() { e.routes.run(ctx) })
	e.spawn(func() { e.workFacts(ctx) })
	e.spawn(func() { e.reconciler(ctx) })
	e.spawn(func() { e.doubts.run(ctx) })
	e.spawn(func() { e.guards(ctx) })
	e.spawn(func() { e.agents.timers(ctx) })
	e.spawn(func() { e.followSettings(ctx) })
	e.spawn(func() { e.followQueues(ctx) })
	attached := make(chan error, 1)
	e.spawn(func() { attached <- attach(ctx) })
	select {
	case <-ctx.Done():
		return nil
	case err := <-e.fatal:
		return err
	case err := <-attached:
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("the connection to Asterisk ended: %w", err)
	}
}

// shut ends everything and waits for it. From then on commands are refused, not lost.
func (e *Engine) shut(cancel func()) {
	e.mu.Lock()
	e.connects++
	e.ready.Store(false)
	e.over = true
	e.mu.Unlock()
	cancel()
	e.running.Wait()
	e.epoch.Store(0)
}

// beside runs f for somebody who may call when the engine is over; then it does nothing.
func (e *Engine) beside(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.over {
		e.spawn(f)
	}
}

func (e *Engine) spawn(f func()) {
	e.running.Add(1)
	go func() { defer e.running.Done(); f() }()
}

// Ready says why the engine cannot take calls now, or nil: not_ready, or store_away.
func (e *Engine) Ready() error {
	switch {
	case !e.ready.Load():
		return errNotReady()
	case !e.leased():
		return errStoreAway(errors.New("the node's lease could not be renewed"))
	}
	return nil
}

// working tells whether the engine may look after what it knows: connected, reconciled, and sure of its lease.
func (e *Engine) working() bool { return e.ready.Load() && e.leased() }

func (e *Engine) fail(err error) {
	select {
	case e.fatal <- err:
	default:
	}
}

// load starts an owner for each saved call. They hold their inputs until the switch is reconciled.
func (e *Engine) load(ctx context.Context) error {
	agents, err := e.opt.Store.Agents(ctx)
	if err != nil {
		return fmt.Errorf("load the agents: %w", err)
	}
	for _, a := range agents {
		e.agents.put(a)
	}
	if _, err := e.accounts(ctx); err != nil {
		return err
	}
	calls, err := e.opt.Store.Calls(ctx, e.opt.Node)
	if err != nil {
		return fmt.Errorf("load the live calls: %w", err)
	}
	for _, c := range calls {
		e.mu.Lock()
		e.adopt(newOwner(e, c))
		e.mu.Unlock()
		e.trunks.resume(c)
	}
	if len(calls) > 0 {
		e.log.Info("resuming live calls", "calls", len(calls))
	}
	return nil
}

// adopt makes o the owner of its call and starts it. The caller holds e.mu.
func (e *Engine) adopt(o *owner) {
	e.owners[o.id] = o
	e.byChannel[o.customer] = o
	for _, l := range o.snapshot().Legs {
		if l.Own {
			e.byChannel[l.ID] = o
		}
	}
	e.spawn(func() {
		o.run(e.life)
		if e.life.Err() != nil {
			return // the engine ends, not the call: no watchdog may think it forgotten
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.owners, o.id)
		maps.DeleteFunc(e.byChannel, func(_ string, of *owner) bool { return of == o })
	})
}

func (e *Engine) owner(id string) *owner {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.owners[id]
}

// live returns the owners of all live calls.
func (e *Engine) live() []*owner {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]*owner, 0, len(e.owners))
	for _, o := range e.owners {
		out = append(out, o)
	}
	return out
}

// now is the time as it is stored: UTC, microseconds, no monotonic part, so that a loaded record equals the saved one.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// newCallID makes an id that sorts by time.
func newCallID() string { return ulid.Make().String() }

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Call returns the live call, or ok false. For views and tests; it is a copy.
func (e *Engine) Call(id string) (c call.Call, ok bool) {
	o := e.owner(id)
	if o == nil {
		return c, false
	}
	return o.snapshot().Clone(), true
}

// Agent returns the agent's record as this engine last saw it. For views and tests.
func (e *Engine) Agent(id string) (agent.Agent, bool) { return e.agents.get(id) }
