package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/routing"
)

// sweepQueues is how often every queue with waiting callers is looked at, whatever was or was not noticed.
const sweepQueues = 2 * time.Second

// maxCandidates bounds how many ready agents are looked at for one decision, so that its cost does not grow with the house.
const maxCandidates = 64

// maxConsidered bounds how many rejections are kept with a claim for the call's timeline.
const maxConsidered = 20

// dispatcher matches waiting callers and ready agents: one goroutine decides, the claims are saved by the calls' owners.
type dispatcher struct {
	e    *Engine
	wake chan struct{}

	mu       sync.Mutex
	dirty    map[string]bool      // queues to look at
	later    map[string]time.Time // queues to look at again at a time
	claiming map[string]bool      // agents with a claim under way
}

func newDispatcher(e *Engine) *dispatcher {
	return &dispatcher{e: e, wake: make(chan struct{}, 1), dirty: map[string]bool{}, later: map[string]time.Time{}, claiming: map[string]bool{}}
}

// poke says that a queue has a new caller or a free agent. It never waits.
func (d *dispatcher) poke(queues ...string) {
	d.mu.Lock()
	for _, q := range queues {
		d.dirty[q] = true
	}
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *dispatcher) run(ctx context.Context) {
	sweep := time.NewTicker(sweepQueues)
	defer sweep.Stop()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(d.nextLater())
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-timer.C:
		case <-sweep.C:
			d.pokeWaiting()
		}
		if !d.e.ready.Load() {
			continue // the reconciler pokes every queue when it is done
		}
		for _, q := range d.takeDirty() {
			d.decide(ctx, q)
		}
	}
}

func (d *dispatcher) pokeWaiting() {
	for _, o := range d.e.live() {
		c := o.snapshot()
		if q, waits := c.Waiting(); waits {
			d.poke(q)
		}
	}
}

func (d *dispatcher) nextLater() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	wait := time.Hour
	for _, at := range d.later {
		wait = min(wait, max(time.Until(at), time.Millisecond))
	}
	return wait
}

func (d *dispatcher) takeDirty() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := now()
	for q, t := range d.later {
		if !at.Before(t) {
			d.dirty[q] = true
			delete(d.later, q)
		}
	}
	out := make([]string, 0, len(d.dirty))
	for q := range d.dirty {
		out = append(out, q)
	}
	clear(d.dirty)
	return out
}

// decide looks at one queue: who waits, who is ready, who gets whom.
func (d *dispatcher) decide(ctx context.Context, q string) {
	waiting, owners := d.waiting(q)
	if len(waiting) == 0 || d.recalling(q) {
		return
	}
	r, nobody, err := d.match(ctx, q, waiting)
	if err != nil {
		if ctx.Err() == nil {
			d.e.log.Warn("list the ready agents; will try again", "queue", q, "err", err)
		}
		return // the sweep comes back to it
	}
	if !r.Again.IsZero() {
		d.mu.Lock()
		d.later[q] = r.Again
		d.mu.Unlock()
	}
	for _, m := range r.Matches {
		d.claim(q, owners[m.Call], m)
	}
	if nobody {
		d.tellNobody(q, waiting, owners)
	}
}

// match asks the store for about as many ready agents as there are callers, which is nearly always enough, and else for more. nobody
// tells that there is no ready agent at all.
func (d *dispatcher) match(ctx context.Context, q string, waiting []call.Call) (r routing.Result, nobody bool, err error) {
	for limit := d.firstLook(waiting); ; limit = maxCandidates {
		ready, err := d.e.opt.Store.Ready(ctx, q, limit)
		if err != nil {
			return r, false, err
		}
		candidates := ready[:0:0]
		for _, a := range ready {
			// What was saved while the store answered is newer: the agent may be claimed already.
			if a = d.e.agents.newest(a); !d.isClaiming(a.ID) {
				candidates = append(candidates, a)
			}
		}
		r = routing.Decide(now(), waiting, candidates)
		if len(r.Matches) == len(waiting) || len(ready) < limit || limit == maxCandidates {
			return r, len(ready) == 0, nil
		}
	}
}

// firstLook is how many agents to look at first: one for each caller, and some who may be passed over.
func (d *dispatcher) firstLook(waiting []call.Call) int {
	tries := 0
	for _, c := range waiting {
		tries = max(tries, len(c.Tries))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return min(maxCandidates, len(waiting)+len(d.claiming)+tries+2)
}

// waiting lists the callers of a queue who have no claim under way.
func (d *dispatcher) waiting(q string) ([]call.Call, map[string]*owner) {
	var calls []call.Call
	owners := map[string]*owner{}
	for _, o := range d.e.live() {
		c := o.snapshot()
		if of, waits := c.Waiting(); waits && of == q && !o.claiming.Load() {
			calls = append(calls, c)
			owners[c.ID] = o
		}
	}
	return calls, owners
}

// recalling tells whether a customer of the queue is about to be its first, or to be called for: that is known in a moment, and nobody is
// served before them meanwhile.
func (d *dispatcher) recalling(q string) bool {
	return slices.ContainsFunc(d.e.live(), func(o *owner) bool {
		c := o.snapshot()
		return undecided(c) && c.Queue == q
	})
}

// undecided: a transfer failed, and it is not known yet whether who transferred can be called back.
func undecided(c call.Call) bool { return c.State == call.Recalling && c.Agent == nil }

func (d *dispatcher) isClaiming(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.claiming[id]
}

// claim asks the call's owner to save the match. A claim that fails (the caller hung up, the agent went) is decided again.
func (d *dispatcher) claim(q string, o *owner, m routing.Match) {
	a := m.Agent
	d.mu.Lock()
	d.claiming[a.ID] = true
	d.mu.Unlock()
	o.claiming.Store(true)
	in := call.Claimed{Agent: a.ID, Device: a.Phone.Device, Endpoint: a.Phone.Endpoint, Considered: d.considered(q, m)}
	o.put(item{in: in, done: func(err error) {
		d.mu.Lock()
		delete(d.claiming, a.ID)
		d.mu.Unlock()
		o.claiming.Store(false)
		if err != nil {
			d.e.log.Info("claim failed; deciding again", "call", o.id, "agent", a.ID, "err", err)
			d.poke(q)
		}
	}})
}

// considered adds to routing's rejections the agents of the queue who were not available, for the call's timeline.
func (d *dispatcher) considered(q string, m routing.Match) []call.Considered {
	out := m.Considered
	at := now()
	d.e.agents.visit(q, func(a *agent.Agent) bool {
		if len(out) >= maxConsidered {
			return false
		}
		if ok, why := a.Available(at); !ok {
			out = append(out, call.Considered{Agent: a.ID, Why: why})
		}
		return true
	})
	return out
}

// tellNobody lets calls overflow that shall not wait while nobody is logged in.
func (d *dispatcher) tellNobody(q string, waiting []call.Call, owners map[string]*owner) {
	var considered []call.Considered
	somebody := false // is there, and may become Ready
	d.e.agents.visit(q, func(a *agent.Agent) bool {
		somebody = a.Chosen != agent.LoggedOut
		if len(considered) < maxConsidered {
			considered = append(considered, call.Considered{Agent: a.ID, Why: string(a.Chosen)})
		}
		return !somebody
	})
	if somebody {
		return
	}
	for _, c := range waiting {
		if c.State == call.Queued && c.Scenario.OverflowEmpty {
			owners[c.ID].post(call.Nobody{Considered: considered})
		}
	}
}
