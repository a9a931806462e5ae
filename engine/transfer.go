package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/dialing"
)

// Aim is whom somebody wants to transfer to, or to consult: one of the three.
type Aim struct {
	Agent  string // id of an agent, picked from those who are Ready (S28)
	Queue  string // name of a queue: whoever it finds
	Number string // what was entered (S26): an agent's CTI number, or one outside
}

// Transfer lets go of the agent's call to the target at once: Connect (S27, S28). Errors as of [Engine.Command], and bad_target,
// unknown_target, unknown_queue; *agent.Error not_available when the target cannot be called now.
func (e *Engine) Transfer(ctx context.Context, callID, by string, to Aim) error {
	return e.toTarget(ctx, callID, by, to, func(t call.Target) call.Input { return call.Transfer{Agent: by, To: t} })
}

// Consult calls the target while the customer holds: Consultation Call (S26). Errors as of [Engine.Transfer].
func (e *Engine) Consult(ctx context.Context, callID, by string, to Aim) error {
	return e.toTarget(ctx, callID, by, to, func(t call.Target) call.Input { return call.Consult{Agent: by, To: t} })
}

func (e *Engine) toTarget(ctx context.Context, callID, by string, to Aim, in func(call.Target) call.Input) error {
	if err := e.Ready(); err != nil {
		return err
	}
	o := e.owner(callID)
	if o == nil {
		return errUnknownCall(callID)
	}
	ctx, cancel := context.WithTimeout(ctx, commandWithin)
	defer cancel()
	c := o.snapshot()
	if c.Part(by) == nil { // strangers learn nothing about who or what exists
		stranger := in(call.Target{Kind: call.ToAgent, Participant: call.Participant{Agent: by}})
		return e.refuse(by, string(stranger.Kind()), callID, o.command(ctx, stranger))
	}
	t, err := e.target(ctx, c, to)
	if err != nil {
		return e.refuse(by, "transfer", to.Number, err)
	}
	t.By = e.asParty(by)
	return o.command(ctx, in(t))
}

// asParty is how an agent is shown to colleagues.
func (e *Engine) asParty(agentID string) call.Party {
	a, _ := e.agents.get(agentID)
	return call.Party{Number: a.Phone.Number, Name: a.Name}
}

// Referred implements Facts: a desk phone's transfer key does what Connect does (S27).
func (e *Engine) Referred(channel, to string) {
	o := e.ownerOf(channel)
	e.facts.push(func(ctx context.Context) { e.spawn(func() { e.referred(ctx, o, channel, to) }) })
}

func (e *Engine) referred(ctx context.Context, o *owner, channel, to string) {
	err := error(&Error{"unknown_call", "the phone is in no call of ours"})
	if o != nil {
		err = e.byKey(ctx, o, channel, to)
	}
	if err != nil {
		e.log.Info("a phone's transfer key refused", "channel", channel, "to", to, "err", err)
	}
	if err := e.opt.Switch.AnswerReferral(ctx, channel, err == nil); err != nil && ctx.Err() == nil {
		e.log.Warn("answer a phone's transfer key", "channel", channel, "err", err)
	}
}

// byKey is the transfer key: to a number at once, or, of a phone whose agent consults on its second line, Connect to Customer.
func (e *Engine) byKey(ctx context.Context, o *owner, channel, to string) error {
	c := o.snapshot()
	switch p := c.Agent; {
	case p == nil || !slices.Contains([]string{p.Leg, p.First, p.Second}, channel):
		return errUnknownCall(o.id)
	case to != "":
		return e.Transfer(ctx, o.id, p.Agent, Aim{Number: to})
	case p.Second == "":
		return &Error{"unknown_target", "the phone has no second line that could be connected"}
	default:
		err := e.Command(ctx, o.id, call.Complete{Agent: p.Agent, ByKey: true})
		if err == nil {
			e.spawn(func() { e.hangsUpItself(p.First, p.Second) })
		}
		return err
	}
}

// hangsUpWithin is how long a phone whose transfer key did its work may take to hang up its lines.
const hangsUpWithin = 3 * time.Second

// hangsUpItself hangs them up for a phone that does not.
func (e *Engine) hangsUpItself(lines ...string) {
	if pause(e.life, hangsUpWithin) != nil {
		return
	}
	for _, line := range lines {
		if err := e.opt.Switch.Drop(e.life, line); err != nil && e.life.Err() == nil {
			e.log.Warn("hang up a line that was connected", "channel", line, "err", err)
		}
	}
}

// secondLine is an agent in a call who dials on the second line of the desk phone: a consultation (S20).
func (e *Engine) secondLine(ctx context.Context, o *owner, by string, a Arrival) error {
	t, err := e.target(ctx, o.snapshot(), Aim{Number: a.Called})
	if err != nil {
		return err
	}
	t.By = e.asParty(by)
	e.channelOf(a.Channel, o)
	err = o.commandWhile(ctx, call.Consult{Agent: by, To: t, Leg: a.Channel}, func() bool { return e.dials(a.Channel) })
	var refused *call.Error
	var notAvailable *agent.Error
	if errors.As(err, &refused) || errors.As(err, &notAvailable) || !e.dials(a.Channel) {
		e.channelOf(a.Channel, nil)
	}
	return err
}

// target finds out who or what is meant.
func (e *Engine) target(ctx context.Context, c call.Call, to Aim) (call.Target, error) {
	switch {
	case to.Queue != "":
		return e.queueTarget(ctx, to.Queue)
	case to.Agent != "":
		return e.agentTarget(ctx, to.Agent, agent.Offered)
	}
	if e.emergency(ctx, c.Service, to.Number) { // nobody's extension, whatever the settings say
		return e.outsideTarget(ctx, c, to.Number)
	}
	id, err := e.opt.Settings.Extension(ctx, to.Number)
	switch {
	case errors.Is(err, ErrUnknown):
		return e.outsideTarget(ctx, c, to.Number)
	case err != nil:
		return call.Target{}, errStoreAway(fmt.Errorf("look up the number: %w", err))
	}
	way := agent.Offered
	if q, err := e.opt.Settings.Queue(ctx, c.Queue); err == nil && q.BusinessByNumber {
		way = agent.ByNumber
	}
	return e.agentTarget(ctx, id, way)
}

// emergency tells whether the number is known to be one of the service's emergency numbers.
func (e *Engine) emergency(ctx context.Context, service, number string) bool {
	if e.opt.Outbound == nil {
		return false
	}
	s, err := e.opt.Outbound.Service(ctx, service)
	if err != nil {
		return false
	}
	_, is := dialing.Emergency(number, s.Country, s.Emergency)
	return is
}

// outsideTarget is a number outside, by the rules of the call's service.
func (e *Engine) outsideTarget(ctx context.Context, c call.Call, text string) (call.Target, error) {
	none := &Error{"unknown_target", "nobody here has that number, and it is no telephone number; choose an agent, a queue or another number"}
	if e.opt.Outbound == nil {
		return call.Target{}, none
	}
	s, err := e.opt.Outbound.Service(ctx, c.Service)
	if err != nil {
		return call.Target{}, errStoreAway(fmt.Errorf("read the settings of service %s: %w", c.Service, err))
	}
	number, ways, err := e.destination(s, text)
	var bad *dialing.Error
	switch {
	case errors.As(err, &bad) && bad.Slug == "bad_number":
		return call.Target{}, none
	case err != nil:
		return call.Target{}, err
	}
	_, emergency := dialing.Emergency(text, s.Country, s.Emergency)
	callerID, err := seenBy(s, "", emergency)
	return call.Target{Kind: call.ToNumber, Number: number, Ways: ways, CallerID: callerID, To: call.Party{Number: number}}, err
}

func (e *Engine) queueTarget(ctx context.Context, name string) (call.Target, error) {
	q, err := e.opt.Settings.Queue(ctx, name)
	switch {
	case errors.Is(err, ErrUnknown):
		return call.Target{}, &Error{"unknown_queue", "there is no queue " + name}
	case err != nil:
		return call.Target{}, errStoreAway(fmt.Errorf("read the settings of queue %s: %w", name, err))
	}
	return call.Target{Kind: call.ToQueue, Queue: q.Name, Service: q.Service, Scenario: &q.Scenario, To: call.Party{Name: q.Name}}, nil
}

// agentTarget looks at the agent's record as it is now; the reservation decides.
func (e *Engine) agentTarget(ctx context.Context, id string, way agent.Way) (call.Target, error) {
	a, err := e.agents.load(ctx, id)
	switch {
	case err != nil:
		return call.Target{}, errStoreAway(err)
	case a.Phone.Endpoint == "":
		return call.Target{}, &Error{"unknown_target", "there is no such agent, or they have never logged in; choose another"}
	}
	return call.Target{
		Kind: call.ToAgent, Way: way, To: call.Party{Number: a.Phone.Number, Name: a.Name},
		Participant: call.Participant{Agent: id, Device: a.Phone.Device, Endpoint: a.Phone.Endpoint},
	}, nil
}

// Colleague is somebody who can be transferred to now (S28).
type Colleague struct {
	Agent  string   `json:"agent"`
	Name   string   `json:"name"`
	Number string   `json:"number"`
	Queues []string `json:"queues"`
}

// Colleagues lists the agents who are Ready and reachable now, but for the one who asks, by name; at most limit.
func (e *Engine) Colleagues(me string, matches func(Colleague) bool, limit int) []Colleague {
	at := now()
	out := []Colleague{}
	for _, a := range e.agents.all() {
		if ok, _ := a.Available(at); !ok || a.ID == me {
			continue
		}
		queues := append([]string{}, a.Queues...) // never null: who is in none can be consulted all the same
		if c := (Colleague{Agent: a.ID, Name: a.Name, Number: a.Phone.Number, Queues: queues}); matches(c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Colleague) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Agent, b.Agent))
	})
	return out[:min(limit, len(out))]
}
