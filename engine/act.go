package engine

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// actAll carries out a step's effects, in order, after it was saved. An agent's phone is dialled beside the effects that follow, which do not
// need it: it may answer at once. What the switch could not be asked about is looked up later, never guessed.
func (o *owner) actAll(ctx context.Context, point string, effects []call.Effect) {
	failed, asked := false, false
	var dialling sync.WaitGroup
	var dialFailed atomic.Bool
	for _, e := range effects {
		if e, ok := e.(call.Dial); ok {
			asked = true
			dialling.Go(func() {
				fault(point + "/before-" + e.Effect())
				if !o.act(ctx, e) {
					dialFailed.Store(true)
				}
				fault(point + "/after-" + e.Effect())
			})
			continue
		}
		fault(point + "/before-" + e.Effect())
		switch e := e.(type) {
		case call.ReserveAgent, call.AgentPhase, call.ReleaseAgent, call.TellTicket, call.AskAnswer: // part of the save
		case call.OpenTicket:
			o.owe(ctx, e.Agent)
		case call.AskRecall:
			o.e.spawn(func() { o.recall(ctx, e.Agent) })
		default:
			asked = true
			failed = !o.act(ctx, e) || failed
		}
		fault(point + "/after-" + e.Effect())
	}
	dialling.Wait()
	switch {
	case ctx.Err() != nil:
	case failed || dialFailed.Load():
		o.doubt()
	case asked:
		o.troubles = 0
	}
}

// act carries out one effect of the switch; ok is false when it is not known to have been carried out.
func (o *owner) act(ctx context.Context, e call.Effect) (ok bool) {
	if !o.e.sure(ctx) {
		o.log.Warn("the lease is not sure: not done", "effect", e.Effect())
		return false
	}
	if out, ok := e.(call.CallOut); ok && o.e.trunks.take(out.Leg, out.Way, o.e.onTrunk) {
		o.log.Warn("the trunk has as many calls as it takes", "way", out.Way)
		o.post(call.LegGone{Leg: out.Leg, Cause: call.CauseTrunkFull})
		return true
	}
	ctx, span := o.e.opt.Trace.Start(ctx, o.id, "ari", e.Effect())
	result, err := o.e.opt.Switch.Do(ctx, e)
	span.End(err != nil)
	if err != nil {
		if ctx.Err() == nil {
			o.e.count.effects.WithLabelValues(e.Effect()).Inc()
			o.log.Warn("effect failed; will look at the switch", "effect", e.Effect(), "err", err)
		}
		return false
	}
	if result != nil {
		o.post(result)
	}
	return true
}

// owe opens the ticket beside the call: a conversation does not wait for the database, and the database need not be there.
func (o *owner) owe(ctx context.Context, agentID string) {
	if o.ticketing.CompareAndSwap(false, true) {
		c := o.call.Clone()
		o.e.spawn(func() { o.openTicket(ctx, c, agentID) })
	}
}

// openTicket tries until the ticket exists.
func (o *owner) openTicket(ctx context.Context, c call.Call, agentID string) {
	defer o.ticketing.Store(false)
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 30*time.Second) {
		number, err := o.ticket(ctx, c, agentID)
		if err == nil {
			o.post(call.TicketOpened{Ticket: number})
			return
		}
		o.log.Warn("open the ticket; will try again", "err", err)
		if pause(ctx, wait) != nil {
			return
		}
	}
}

func (o *owner) ticket(ctx context.Context, c call.Call, agentID string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, databaseWithin)
	defer cancel()
	ctx, span := o.e.opt.Trace.Start(ctx, o.id, "ticket", "open")
	number, err := o.e.opt.Ledger.OpenTicket(ctx, c, agentID)
	span.End(err != nil)
	return number, err
}

// recall finds out whether the agent whose transfer failed can be called back, and says so to the call. While the switch is away
// nothing is said: the reconciliation asks again.
func (o *owner) recall(ctx context.Context, agentID string) {
	a, err := o.e.agents.load(ctx, agentID)
	if err != nil {
		o.post(call.NoRecall{Why: "store_away"})
		return
	}
	if ok, why := a.Claimable(now(), agent.Recalled, o.id); !ok {
		o.post(call.NoRecall{Why: why})
		return
	}
	in := call.Recalled{Agent: agentID, Device: a.Phone.Device, Endpoint: a.Phone.Endpoint}
	o.put(item{in: in, done: func(err error) {
		var away *Error
		if err != nil && !errors.As(err, &away) {
			o.post(call.NoRecall{Why: "not_available"})
		}
	}})
}
