package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/call"
)

// databaseWithin is how long one question to the database may take.
const databaseWithin = 5 * time.Second

// maxCommands bounds the commands that wait for one call; facts are not counted, they are never refused.
const maxCommands = 32

// item is one input in a call's mailbox, or work to be done between two inputs.
type item struct {
	in   call.Input
	work func(context.Context) // instead of in
	// done is told the result once the step is saved. Who set it wants an answer now: such an item is refused while the switch is away,
	// and not carried out after wanted says that nobody waits any more.
	done   func(error)
	wanted func() bool
}

// owner is the goroutine that owns one call. All fields below the line belong to that goroutine alone.
type owner struct {
	e        *Engine
	id       string
	customer string // the caller's channel
	log      *slog.Logger
	box      *queue[item]
	commands atomic.Int32
	claiming atomic.Bool // the dispatcher has a claim under way
	guarding atomic.Bool // a renewal of the caller's rescue waits in the mailbox
	// ticketing: somebody is opening the ticket.
	ticketing atomic.Bool
	last      atomic.Pointer[call.Call]
	over      chan struct{} // closed when the owner is done

	mu   sync.Mutex
	held bool // inputs wait until the switch is reconciled
	done bool // nothing is taken any more

	// ---
	call    call.Call
	arrival *Arrival // set for a new caller until the call is made
	place   *item    // set for a call that an agent places, until it is made
	// troubles counts the steps in a row with an effect that failed.
	troubles int
}

func newOwner(e *Engine, c call.Call) *owner {
	o := &owner{
		e: e, id: c.ID, customer: c.Customer.ID, log: e.logOf(c.ID), box: newQueue[item](),
		over: make(chan struct{}), call: c, held: true,
	}
	o.publish()
	return o
}

// logOf is the log of a call, which says where its trace is to be found.
func (e *Engine) logOf(id string) *slog.Logger {
	if t := e.opt.Trace.ID(id); t != "" {
		return e.log.With("call", id, "trace", t)
	}
	return e.log.With("call", id)
}

// snapshot is the call as last saved.
func (o *owner) snapshot() call.Call { return *o.last.Load() }

func (o *owner) publish() {
	c := o.call
	o.last.Store(&c)
}

// post puts a fact or result into the mailbox. It never waits; a call that is over does not care any more.
func (o *owner) post(in call.Input) { o.put(item{in: in}) }

func (o *owner) put(it item) {
	if err := o.admit(it); err != nil {
		it.finish(err)
	}
}

func (o *owner) admit(it item) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.done:
		return errUnknownCall(o.id)
	case o.held && it.done != nil:
		return errNotReady()
	}
	o.box.push(it)
	return nil
}

// close ends the mailbox: whoever waits is told.
func (o *owner) close() {
	o.mu.Lock()
	o.done = true
	o.mu.Unlock()
	close(o.over)
	for it, ok := o.box.pop(); ok; it, ok = o.box.pop() {
		it.finish(errUnknownCall(o.id))
	}
}

// command puts a command into the mailbox and waits until its step is saved, or refused, or ctx ends.
func (o *owner) command(ctx context.Context, in call.Input) error {
	return o.commandWhile(ctx, in, func() bool { return true })
}

// commandWhile is command of somebody who may have gone by the time when it is its turn: wanted tells.
func (o *owner) commandWhile(ctx context.Context, in call.Input, wanted func() bool) error {
	if o.commands.Add(1) > maxCommands {
		o.commands.Add(-1)
		return &Error{"overloaded", "too many commands wait for this call; try again in a moment"}
	}
	result := make(chan error, 1)
	o.put(item{in: in, wanted: func() bool { return ctx.Err() == nil && wanted() }, done: func(err error) { o.commands.Add(-1); result <- err }})
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return errStoreAway(fmt.Errorf("%s: %w", in.Kind(), ctx.Err()))
	}
}

// hold stops the owner from working until release: the switch is away, and what we know of it is stale. Claims and commands that wait are
// refused, since they were meant for the moment when they were given; facts stay.
func (o *owner) hold() {
	o.mu.Lock()
	o.held = true
	refused := o.box.remove(func(it item) bool { return it.done != nil })
	o.mu.Unlock()
	for _, it := range refused {
		it.finish(errNotReady())
	}
}

func (o *owner) release() {
	o.mu.Lock()
	o.held = false
	o.mu.Unlock()
	o.box.poke()
}

func (o *owner) isHeld() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.held
}

// run takes inputs in order until the call is closed or ctx ends.
func (o *owner) run(ctx context.Context) {
	defer o.close()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	switch {
	case o.arrival != nil:
		o.begin(ctx)
	case o.place != nil:
		o.take(ctx, *o.place)
		if o.call.State == call.New {
			return // refused: there is no call
		}
	}
	for !o.call.Closed() { // what is left in the mailbox then matters to nobody, and a closed record is not saved again
		if !o.isHeld() {
			if it, ok := o.box.pop(); ok {
				o.handle(ctx, it)
				if ctx.Err() != nil {
					return
				}
				continue
			}
		}
		o.arm(timer)
		select {
		case <-ctx.Done():
			return
		case <-o.box.wake:
		case <-timer.C:
			if !o.isHeld() && !o.call.Deadline.IsZero() && !now().Before(o.call.Deadline) {
				o.take(ctx, item{in: call.Deadline{}})
			}
		}
	}
}

func (o *owner) handle(ctx context.Context, it item) {
	switch {
	case it.work != nil:
		it.work(ctx)
	case it.wanted != nil && !it.wanted():
		it.finish(context.Canceled) // nobody reads it; what counts is kept
	default:
		o.take(ctx, it)
	}
}

// waitsForAPerson: in these states a controller that is gone must not keep the customer for ever. Who hears that the service is closed never had one.
// Whom an agent called has no dialplan that could take them back.
func waitsForAPerson(c call.Call) bool {
	s := c.State
	return !c.Outbound && (s == call.Queued || s == call.Offering || s == call.Transferring || s == call.Recalling || s == call.Farewell && c.Closing != nil)
}

// guard renews the rescue of a caller who waits for a person. It runs in the mailbox, so it cannot come after the StopRescue of a
// conversation that has begun meanwhile.
func (o *owner) guard(ctx context.Context) {
	o.guarding.Store(false)
	c := o.call
	if !waitsForAPerson(c) || !o.e.sure(ctx) {
		return
	}
	if err := o.e.opt.Switch.GuardRescue(ctx, c.Customer.ID, o.e.opt.Rescue); err != nil && ctx.Err() == nil {
		o.log.Warn("renew the caller's rescue; will try again", "err", err)
	}
}

// arm sets the timer to the call's deadline. While held a passed deadline must not spin, so it is looked at again on release.
func (o *owner) arm(timer *time.Timer) {
	wait := time.Hour
	if d := o.call.Deadline; !d.IsZero() && !o.isHeld() {
		wait = max(time.Until(d), time.Millisecond)
	}
	timer.Reset(wait)
}

// begin turns an arrival into a call. The settings are looked up here, in the call's own goroutine, not in the one that reads events.
func (o *owner) begin(ctx context.Context) {
	a := *o.arrival
	o.arrival = nil
	in := call.Enter{
		ID: o.id, Node: a.Node, Channel: a.Channel, Queue: a.Queue, Caller: a.Caller, Called: a.Called, Answered: a.Answered, Waiting: a.Since,
	}
	q, err := o.settings(ctx, a.Queue)
	switch {
	case a.Queue == "":
		in.Queue, in.Refuse = "-", "unknown_queue" // the store wants a name
	case errors.Is(err, ErrUnknown):
		in.Refuse = "unknown_queue"
	case err != nil:
		o.log.Error("read the queue's settings", "queue", a.Queue, "err", err)
		in.Refuse = "settings_unavailable"
	case !q.Inbound:
		in.Refuse = "inbound_off"
	default:
		q, in.Closing, in.Refuse = o.standIn(ctx, q, q.Hours.since(a))
		if q.Name != a.Queue {
			in.Queue, in.Instead = q.Name, a.Queue
		}
	}
	in.Service, in.Scenario = q.Service, q.Scenario
	o.take(ctx, item{in: in})
}

func (o *owner) settings(ctx context.Context, queue string) (Queue, error) {
	ctx, cancel := context.WithTimeout(ctx, databaseWithin)
	defer cancel()
	return o.e.opt.Settings.Queue(ctx, queue)
}
