package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/dialing"
)

// ownPhoneRings is how long an agent's own phone rings who calls a customer, where no queue says how long phones ring.
const ownPhoneRings = 20 * time.Second

// DialOut calls a customer for an agent, or a colleague by their CTI number: their own phone first (S17, S18). It returns the call's id once it is saved.
// The caller ID is one of the numbers registered for the agent's service; empty means its default (S19). To a colleague it is of no account.
//
// Errors: *Error no_permission, outbound_off, no_caller_id, caller_id_not_registered, no_route, bad_target (their own number), unknown_agent, not_ready,
// store_away; *dialing.Error bad_number, destination_denied; *agent.Error not_available (not logged in, in a call, phone unreachable; or the colleague is).
func (e *Engine) DialOut(ctx context.Context, agentID, number, callerID string) (callID string, err error) {
	if err := e.Ready(); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, commandWithin)
	defer cancel()
	in, err := e.allowed(ctx, agentID, number, callerID)
	if err != nil {
		return "", e.refuse(agentID, "dial", number, err)
	}
	a, err := e.agents.load(ctx, agentID)
	if err != nil {
		return "", errStoreAway(err)
	}
	if ok, why := a.Claimable(now(), agent.Dialling, ""); !ok {
		return "", &agent.Error{Slug: "not_available", Detail: "you cannot dial now: " + why}
	}
	in.ID, in.Node, in.Agent, in.Device, in.Endpoint = newCallID(), e.opt.Node, agentID, a.Phone.Device, a.Phone.Endpoint
	return in.ID, e.place(ctx, in)
}

// place makes the call's owner and waits until the first step is saved, or refused.
func (e *Engine) place(ctx context.Context, in call.Place) error {
	result := make(chan error, 1)
	e.mu.Lock()
	switch {
	case !e.ready.Load():
		e.mu.Unlock()
		return errNotReady()
	case in.Leg != "" && !e.dialling[in.Leg]:
		e.mu.Unlock()
		return errHungUp()
	}
	e.begins(in, func(err error) { result <- err })
	e.mu.Unlock()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return errStoreAway(fmt.Errorf("place a call: %w", ctx.Err()))
	}
}

// begins makes the owner of a call that an agent places. The caller holds e.mu.
func (e *Engine) begins(in call.Place, done func(error)) {
	o := newOwner(e, call.Call{ID: in.ID, Customer: call.Leg{ID: in.ID + "-n1"}})
	o.held, o.place = !e.ready.Load(), &item{in: in, done: done}
	if in.Leg != "" {
		e.byChannel[in.Leg] = o
	}
	e.adopt(o)
}

// dialled takes an agent who dialled on the phone itself: the same rules, and the same call. In a call it is a consultation. What is refused goes back to the dialplan with the
// reason. The caller holds e.mu.
func (e *Engine) dialled(a Arrival) {
	if e.dialling[a.Channel] {
		return
	}
	agentID := e.endpoints[a.Dialled]
	e.dialling[a.Channel] = true
	e.spawn(func() {
		ctx, cancel := context.WithTimeout(e.life, commandWithin)
		defer cancel()
		err := e.placeDialled(ctx, agentID, a)
		if there := e.settle(a.Channel); !there || err == nil || e.life.Err() != nil {
			return
		}
		slug := slugOf(err)
		e.log.Info("dialling on the phone refused", "agent", agentID, "endpoint", a.Dialled, "number", a.Called, "slug", slug, "err", err)
		_ = e.refuse(agentID, "dial", a.Called, err)
		back := call.GiveBack{Leg: a.Channel, Call: "", Result: "refused", Slug: slug}
		if _, err := e.opt.Switch.Do(ctx, back); err != nil {
			e.log.Warn("give a phone back to the dialplan", "channel", a.Channel, "err", err)
		}
	})
}

// settle ends the dialling on a channel. there tells whether the phone was not hung up meanwhile.
func (e *Engine) settle(channel string) (there bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	there = e.dialling[channel]
	delete(e.dialling, channel)
	return there
}

// errHungUp is nobody's to hear: the phone on which the agent dialled was hung up before it was the call's turn.
func errHungUp() error { return &Error{"hung_up", "the phone was hung up"} }

func (e *Engine) placeDialled(ctx context.Context, agentID string, a Arrival) error {
	if agentID == "" {
		return &Error{"unknown_agent", "no agent has this phone"}
	}
	if err := e.Ready(); err != nil {
		return err
	}
	rec, err := e.agents.load(ctx, agentID)
	if err != nil {
		return errStoreAway(err)
	}
	if rec.Held != nil && e.owner(rec.Held.Call) != nil {
		return e.secondLine(ctx, e.owner(rec.Held.Call), agentID, a)
	}
	in, err := e.allowed(ctx, agentID, a.Called, "")
	if err != nil {
		return err
	}
	in.ID, in.Node, in.Agent, in.Device, in.Endpoint, in.Leg = newCallID(), e.opt.Node, agentID, rec.Phone.Device, a.Dialled, a.Channel
	return e.place(ctx, in)
}

// slugOf is the code of a refusal.
func slugOf(err error) string {
	var ofEngine *Error
	var ofDialing *dialing.Error
	var ofAgent *agent.Error
	var ofCall *call.Error
	switch {
	case errors.As(err, &ofCall):
		return ofCall.Slug
	case errors.As(err, &ofDialing):
		return ofDialing.Slug
	case errors.As(err, &ofAgent):
		return ofAgent.Slug
	case errors.As(err, &ofEngine):
		return ofEngine.Slug
	}
	return "internal"
}

// allowed finds out what the agent's service allows, and how the number is reached.
func (e *Engine) allowed(ctx context.Context, agentID, number, callerID string) (in call.Place, err error) {
	p, err := e.opt.Settings.Person(ctx, agentID)
	switch {
	case errors.Is(err, ErrUnknown):
		return in, &Error{"unknown_agent", "there is no agent " + agentID}
	case err != nil:
		return in, errStoreAway(fmt.Errorf("read the settings of agent %s: %w", agentID, err))
	case !p.Permitted:
		return in, &Error{"no_permission", "you have no phone permission for your service; ask an administrator for it"}
	case e.opt.Outbound == nil:
		return in, &Error{"outbound_off", "this controller does not dial out"}
	}
	s, err := e.opt.Outbound.Service(ctx, p.Service)
	if err != nil {
		return in, errStoreAway(fmt.Errorf("read the settings of service %s: %w", p.Service, err))
	}
	in.Service = s.ID
	in.Queue, in.Scenario = e.fallback(ctx, s)
	_, emergency := dialing.Emergency(number, s.Country, s.Emergency)
	if !emergency {
		if in.Colleague, err = e.colleague(ctx, agentID, s, number); err != nil {
			return in, err
		}
	}
	if in.Colleague != nil {
		in.To, in.Queue = in.Colleague.To, call.NoQueue
		return in, nil
	}
	if in.To.Number, in.Ways, err = e.destination(s, number); err != nil {
		return in, err
	}
	in.CallerID, err = seenBy(s, callerID, emergency)
	return in, err
}

// seenBy is the number to show to whom is called. An emergency call goes out with the service's own number, or with none.
func seenBy(s Service, wanted string, emergency bool) (string, error) {
	id, err := callerIDOf(s, wanted)
	switch {
	case err == nil || !emergency:
		return id, err
	case len(s.CallerIDs) > 0:
		return s.CallerIDs[0].Number, nil
	}
	return "", nil
}

// colleague is the agent whose CTI number was dialled, as somebody who can be called now; nil: it is nobody's here.
func (e *Engine) colleague(ctx context.Context, by string, s Service, number string) (*call.Target, error) {
	id, err := e.opt.Settings.Extension(ctx, strings.TrimSpace(number))
	switch {
	case errors.Is(err, ErrUnknown):
		return nil, nil
	case err != nil:
		return nil, errStoreAway(fmt.Errorf("look up the number: %w", err))
	case id == by:
		return nil, &Error{"bad_target", "that is your own number; dial another"}
	}
	way := agent.Offered
	if s.BusinessByNumber {
		way = agent.ByNumber
	}
	t, err := e.agentTarget(ctx, id, way)
	if err != nil {
		return nil, err
	}
	if a, ok := e.agents.get(id); ok {
		if ok, why := a.Claimable(now(), way, ""); !ok {
			return nil, &agent.Error{Slug: "not_available", Detail: "they cannot be called now: " + why}
		}
	}
	t.By = e.asParty(by)
	return &t, nil
}

// destination is the number in its normal form with the ways out to it. Emergency numbers always pass, whatever the policy (S20).
func (e *Engine) destination(s Service, text string) (number string, ways []string, err error) {
	n, emergency := dialing.Emergency(text, s.Country, s.Emergency)
	if !emergency {
		if !s.Outbound {
			return "", nil, &Error{"outbound_off", "outbound calls are switched off for your service (contract: Use Phone CTI – OB)"}
		}
		if n, err = s.Policy.Parse(text); err != nil {
			return "", nil, err
		}
		if err := dialing.Decide(s.Policy, n).Err(); err != nil {
			return "", nil, err
		}
	}
	e.trunks.learn(s.Trunks)
	for _, c := range dialing.Choose(s.Routes, s.Trunks, n) {
		ways = append(ways, c.Dial())
	}
	if len(ways) == 0 {
		return "", nil, &Error{"no_route", "no trunk leads to this number; ask an administrator for a route"}
	}
	return string(n), ways, nil
}

// callerIDOf is the number to show: one that is registered for the service, or its default.
func callerIDOf(s Service, wanted string) (string, error) {
	if len(s.CallerIDs) == 0 {
		return "", &Error{"no_caller_id", "no calling number is registered for your service; ask an administrator for one"}
	}
	if wanted == "" {
		return s.CallerIDs[0].Number, nil
	}
	for _, c := range s.CallerIDs {
		if c.Number == wanted {
			return c.Number, nil
		}
	}
	return "", &Error{"caller_id_not_registered", "choose a calling number that is registered for your service"}
}

// fallback is where a customer goes whom everybody was lost for.
func (e *Engine) fallback(ctx context.Context, s Service) (queue string, scenario call.Scenario) {
	scenario = call.Scenario{
		Pickup: ownPhoneRings, Music: s.HoldMusic, HoldWarn: s.HoldWarn, TargetRing: s.TransferRing, Farewell: s.Farewell, FarewellTime: s.FarewellCap, ForwardTime: s.ForwardCap,
	}
	if scenario.Music == "" {
		scenario.Music = "default"
	}
	if s.FallbackQueue == "" {
		return call.NoQueue, scenario
	}
	q, err := e.opt.Settings.Queue(ctx, s.FallbackQueue)
	if err != nil {
		e.log.Warn("read the settings of the fallback queue", "queue", s.FallbackQueue, "err", err)
		return call.NoQueue, scenario
	}
	return q.Name, q.Scenario
}
