package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"switchroom/agent"
	"switchroom/call"

	"github.com/oklog/ulid/v2"
)

var _ Facts = (*Engine)(nil)

// Connected implements Facts.
func (e *Engine) Connected(string, uint64) {
	n := e.stopWork()
	select { // only the newest connect counts
	case <-e.connect:
	default:
	}
	e.connect <- n
}

// Disconnected implements Facts: nothing works until the next reconciliation.
func (e *Engine) Disconnected(string) { e.stopWork() }

// stopWork holds every call until the reconciliation of a later connect; one under way counts for nothing any more.
func (e *Engine) stopWork() (connect uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.connects++
	e.link(false)
	for _, o := range e.owners {
		o.hold()
	}
	return e.connects
}

// startWork ends that, unless the switch was connected or disconnected since.
func (e *Engine) startWork(connect uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.connects != connect {
		return false
	}
	e.link(true)
	for _, o := range e.owners {
		o.release()
	}
	return true
}

// Arrived implements Facts. A caller who is known already (listed and announced) is not taken twice.
func (e *Engine) Arrived(a Arrival) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known := e.byChannel[a.Channel]; known != nil && known.snapshot().State != call.Ended {
		return
	}
	if a.Dialled != "" {
		e.dialled(a)
		return
	}
	o := newOwner(e, call.Call{ID: newCallID(), Customer: call.Leg{ID: a.Channel}})
	o.arrival, o.held = &a, !e.ready.Load()
	e.adopt(o)
}

// Leg implements Facts.
func (e *Engine) Leg(channel string, fact call.Input) {
	_, gone := fact.(call.LegGone)
	if o := e.tells(channel, gone); o != nil {
		if gone && channel == o.customer {
			e.left(o)
		}
		o.post(fact)
		if o.knows(channel) {
			return
		}
	}
	if calls(fact) && CallOf(channel) != "" && e.ready.Load() {
		e.facts.push(func(ctx context.Context) { e.dropStranger(ctx, channel) })
	}
}

// calls tells whether somebody hears of the leg: its phone rings, or was answered.
func calls(fact call.Input) bool {
	switch fact.(type) {
	case call.LegRinging, call.LegUp:
		return true
	}
	return false
}

// knows tells whether the channel is one of the call's. What is called is saved before: a leg that is not there was given up for gone, and Asterisk called
// it all the same when it came to that.
func (o *owner) knows(channel string) bool {
	c := o.snapshot()
	return channel == o.customer || channel == c.Customer.ID || slices.ContainsFunc(c.Legs, func(l call.Leg) bool { return l.ID == channel })
}

func (e *Engine) ownerOf(channel string) *owner { return e.tells(channel, false) }

// tells is whose call a fact about the channel is for. One that is gone dials no more, whoever will be its owner.
func (e *Engine) tells(channel string, gone bool) *owner {
	e.mu.Lock()
	defer e.mu.Unlock()
	if gone {
		delete(e.dialling, channel)
	}
	if o := e.byChannel[channel]; o != nil {
		return o
	}
	return e.owners[CallOf(channel)]
}

// channelOf notes whose a channel is that we did not name; nil: nobody's any more.
func (e *Engine) channelOf(channel string, o *owner) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if o == nil {
		delete(e.byChannel, channel)
		return
	}
	e.byChannel[channel] = o
}

// dials tells whether the agent who dialled on that channel is still there.
func (e *Engine) dials(channel string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.dialling[channel]
}

// left notes that the call's caller is gone from our app: the channel's next arrival is a new call, even while the old one has not heard yet.
func (e *Engine) left(o *owner) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.byChannel[o.customer] == o {
		delete(e.byChannel, o.customer)
	}
}

// CallOf tells whose leg a channel is: agents' legs are named "<call>-a<n>", those of customers whom an agent called "<call>-n<n>", and a call's
// id is a ULID. It returns "" for a channel that we did not name. Others' channels are never taken for ours: what is ours and belongs
// to no live call is hung up.
func CallOf(channel string) string {
	id, n, ok := strings.Cut(channel, "-a")
	if !ok {
		id, n, ok = strings.Cut(channel, "-n")
	}
	if _, err := ulid.ParseStrict(id); !ok || err != nil || n == "" || strings.Trim(n, "0123456789") != "" {
		return ""
	}
	return id
}

// CalledOut tells whether a channel of ours is a customer whom an agent called.
func CalledOut(channel string) bool { return CallOf(channel) != "" && strings.Contains(channel, "-n") }

func (e *Engine) dropStranger(ctx context.Context, channel string) {
	e.count.strangers.Inc()
	e.log.Warn("a channel of ours is no leg of a live call; hanging it up", "channel", channel)
	if err := e.opt.Switch.Drop(ctx, channel); err != nil {
		e.log.Warn("hang up", "channel", channel, "err", err)
	}
}

// Phone implements Facts. A phone that changed is told to its agent's record and to the call that they have.
func (e *Engine) Phone(endpoint string, reachable bool) {
	e.mu.Lock()
	e.phones[endpoint] = phoneState{reachable, now()}
	id := e.endpoints[endpoint]
	e.mu.Unlock()
	if id != "" {
		e.facts.push(func(ctx context.Context) { e.phoneChanged(ctx, id, endpoint, reachable) })
	}
}

// phoneState is what was last heard of an endpoint.
type phoneState struct {
	reachable bool
	at        time.Time
}

func (e *Engine) reachable(endpoint string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.phones[endpoint].reachable
}

// phoneChanged tells the record, unless the agent has another phone by now (or none yet: Login looks).
func (e *Engine) phoneChanged(ctx context.Context, id, endpoint string, reachable bool) {
	a, err := e.agents.insist(ctx, id, func(a agent.Agent) []agent.Input {
		if a.Phone.Endpoint != endpoint {
			return nil
		}
		return []agent.Input{agent.PhoneChanged{Reachable: reachable}}
	})
	if err != nil || a.Held == nil || a.Phone.Endpoint != endpoint {
		return
	}
	if o := e.owner(a.Held.Call); o != nil {
		if reachable {
			o.post(call.PhoneBack{Agent: id})
		} else {
			e.spawn(func() { e.phoneLost(ctx, o, id, endpoint) })
		}
	}
}

func (e *Engine) workFacts(ctx context.Context) {
	for {
		f, ok := e.facts.pop()
		if ok {
			f(ctx)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-e.facts.wake:
		}
	}
}
