package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/trace"
)

// take is one step of a call: apply, save, act. A refused input changes nothing; a store that is away is waited for.
func (o *owner) take(ctx context.Context, it item) {
	point := string(o.call.State) + "/" + string(it.in.Kind())
	at := now()
	next, effects, err := o.call.Apply(at, it.in)
	if err != nil {
		it.finish(err)
		return
	}
	if len(effects) == 0 && reflect.DeepEqual(next, o.call) {
		it.finish(nil)
		return
	}
	if err := next.Check(); err != nil {
		o.log.Error("broken invariant", "input", it.in.Kind(), "err", err)
		o.e.count.violations.Inc()
		violation(err)
	}
	next.Version = o.call.Version + 1
	ctx, span := o.e.opt.Trace.Start(ctx, next.ID, "step", string(it.in.Kind()))
	defer span.End(false)
	fault(point + "/before-save")
	agents, err := o.save(ctx, at, next, it.in, effects)
	if err != nil {
		it.finish(err)
		return
	}
	fault(point + "/after-save")
	was := o.call
	o.call = next
	o.publish()
	o.e.agents.saved(agents) // wakes routing, which must see this call as it is now
	it.finish(nil)
	o.note(was, next, it.in)
	o.trace(was, next)
	o.actAll(ctx, point, effects)
	if queue, waits := next.Waiting(); waits {
		o.e.routes.poke(queue)
	} else if undecided(was) {
		o.e.routes.poke(was.Queue)
	}
}

// note writes the step to log and metrics.
func (o *owner) note(was, next call.Call, in call.Input) {
	o.e.count.step(was, next)
	switch {
	case was.State == next.State:
	case next.End != nil:
		o.log.Info("call ended", "class", next.End.Class, "slug", next.End.Slug, "was", was.State, "by", in.Kind())
	default:
		o.log.Info("call", "state", next.State, "was", was.State, "by", in.Kind())
	}
}

// trace tells how long the call was in a state, once it leaves it, and of the whole call when it is over: by what is saved, so that whoever goes on with a call tells it.
func (o *owner) trace(was, next call.Call) {
	t := o.e.opt.Trace
	if t == nil {
		return
	}
	if was.State != call.New && was.State != next.State {
		t.Past(next.ID, "state", string(was.State), was.Since, next.Since)
	}
	if was.End == nil && next.End != nil {
		direction := "inbound"
		switch {
		case next.Internal:
			direction = "internal"
		case next.Outbound:
			direction = "outbound"
		}
		t.Whole(next.ID, next.EnteredAt, next.End.At, trace.Facts{Direction: direction, Service: next.Service, Queue: next.Queue, Class: string(next.End.Class), Slug: next.End.Slug})
	}
}

func (it item) finish(err error) {
	if it.done != nil {
		it.done(err)
	}
}

// save stores the step with what it means for agents, and returns them as saved. It comes back with an error only when the step is refused (an agent is not
// available any more) or this controller has to stop; a store that is away is tried again for as long as it takes.
func (o *owner) save(ctx context.Context, at time.Time, next call.Call, in call.Input, effects []call.Effect) ([]agent.Agent, error) {
	entry, err := journal(at, next, in, effects)
	if err != nil {
		return nil, err
	}
	b := Batch{Node: o.e.opt.Node, Epoch: o.e.epoch.Load(), Call: &next, Journal: entry}
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 250*time.Millisecond) {
		err := o.agentsOf(ctx, at, &b, effects)
		var refused *agent.Error
		if errors.As(err, &refused) {
			return nil, err
		}
		if err == nil {
			began := time.Now()
			err = o.saveOnce(ctx, b)
			o.e.count.save.Observe(time.Since(began).Seconds())
		}
		var stale *StaleError
		switch {
		case err == nil:
			return b.Agents, nil
		case errors.Is(err, ErrFenced):
			o.e.fenced(b.Epoch, err)
			return nil, err
		case errors.As(err, &stale) && stale.Record == "agent":
			o.e.agents.doubt(stale.ID)
			continue
		case errors.As(err, &stale):
			o.e.fail(fmt.Errorf("the live record of call %s was changed by somebody else: %w", o.id, err))
			return nil, err
		}
		o.log.Warn("save the call; will try again", "err", err)
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

func journal(at time.Time, c call.Call, in call.Input, effects []call.Effect) (*Entry, error) {
	i, err := call.EncodeInput(in)
	if err != nil {
		return nil, err
	}
	f, err := call.EncodeEffects(effects)
	if err != nil {
		return nil, err
	}
	return &Entry{Call: c.ID, Version: c.Version, At: at, State: c.State, Input: i, Effects: f}, nil
}

func (o *owner) saveOnce(ctx context.Context, b Batch) error {
	ctx, span := o.e.opt.Trace.Start(ctx, o.id, "save", "")
	err := o.e.opt.Store.Save(ctx, b)
	span.End(err != nil)
	return err
}

// agentsOf fills the batch with the agents that the step touches, and with what their clients are told. An agent who cannot be
// reserved any more refuses the whole step.
func (o *owner) agentsOf(ctx context.Context, at time.Time, b *Batch, effects []call.Effect) error {
	b.Agents, b.Feed, b.Notes = nil, nil, nil
	var touched []string
	records, before := map[string]agent.Agent{}, map[string]agent.Agent{}
	touch := func(id string) error {
		if slices.Contains(touched, id) {
			return nil
		}
		a, err := o.e.agents.load(ctx, id)
		if err != nil {
			return err
		}
		touched, records[id], before[id] = append(touched, id), a, a
		return nil
	}
	for _, e := range effects {
		id, in := o.agentInput(b.Call, e)
		if in == nil {
			continue
		}
		if err := touch(id); err != nil {
			return err
		}
		a, err := records[id].Apply(at, in)
		if err != nil {
			o.e.agents.doubt(id)
			return err
		}
		records[id] = a
	}
	for _, id := range b.Call.Parties() {
		if err := touch(id); err != nil {
			return err
		}
	}
	for _, id := range touched {
		a := records[id].Clone()
		a.Version++
		if a.Held != nil && a.Held.Call == o.id {
			a.Held.CallVersion, a.Held.Node = b.Call.Version, o.e.opt.Node
		}
		b.Agents = append(b.Agents, a)
		b.Feed = append(b.Feed, viewMessage(at, a, b.Call))
		b.Notes = append(b.Notes, wrapUpNotes(at, before[id], a)...)
	}
	for _, e := range effects {
		if ask, ok := e.(call.AskAnswer); ok {
			b.Feed = append(b.Feed, message(ask.Agent, MessageAnswer, AnswerRequest{Call: o.id, Leg: ask.Leg}))
		}
	}
	return nil
}

// agentInput translates an effect on an agent, with which the call becomes next; nil for every other effect.
func (o *owner) agentInput(next *call.Call, e call.Effect) (string, agent.Input) {
	switch e := e.(type) {
	case call.ReserveAgent:
		return e.Agent, agent.Reserve{Call: o.id, Token: e.Token, By: e.By}
	case call.AgentPhase:
		return e.Agent, agent.SetPhase{Token: e.Token, Phase: e.Phase}
	case call.TellTicket:
		return e.Agent, agent.TicketOpened{Call: o.id, Ticket: e.Ticket}
	case call.ReleaseAgent:
		return e.Agent, agent.Release{Token: e.Token, Outcome: e.Outcome, Failure: o.dialFailure(next, e.Agent)}
	}
	return "", nil
}

// dialFailure is what an agent is told whose call came to nothing with this step; nil: it did not, or another placed it.
func (o *owner) dialFailure(next *call.Call, agentID string) *agent.DialFailure {
	why, ok := next.Unreached()
	if placed := o.call.Agent; !ok || placed == nil || placed.Agent != agentID {
		return nil
	}
	return &agent.DialFailure{Call: next.ID, Number: next.Caller.Number, Why: why, At: next.End.At}
}

func viewMessage(at time.Time, a agent.Agent, c *call.Call) Message {
	return message(a.ID, MessageView, Look(at, a, c))
}

func message(agentID, kind string, data any) Message {
	b, err := json.Marshal(data)
	if err != nil {
		panic("engine: a message of plain data does not encode: " + err.Error())
	}
	return Message{Agent: agentID, Type: kind, Data: b}
}
