package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// reconciler takes stock after each connect of the switch, before anything else works.
func (e *Engine) reconciler(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case connect := <-e.connect:
			e.insistReconcile(ctx, connect)
		}
	}
}

// insistReconcile tries until it is done, or the connection is another one.
func (e *Engine) insistReconcile(ctx context.Context, connect uint64) {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := e.reconcile(ctx, connect)
		switch {
		case err == nil:
			e.log.Info("reconciled with Asterisk", "connect", connect, "calls", len(e.live()))
			return
		case errors.Is(err, errReconnected):
			return // the next connect brings its own reconciliation
		case ctx.Err() == nil:
			e.log.Warn("reconcile with Asterisk; will try again", "err", err)
		}
		if pause(ctx, wait) != nil {
			return
		}
	}
}

var errReconnected = errors.New("the switch was connected anew meanwhile")

// reconcile compares what is at the switch with the saved calls and feeds the differences as ordinary facts.
func (e *Engine) reconcile(ctx context.Context, connect uint64) error {
	if !e.sure(ctx) {
		return errors.New("the node's lease is not sure")
	}
	at := now()
	inv, err := e.opt.Switch.Inventory(ctx)
	if err != nil {
		return err
	}
	if err := e.comparePhones(ctx, inv.Phones, at); err != nil {
		return err
	}
	for _, o := range e.live() {
		o.post(recoveredFrom(o.snapshot(), inv, at))
	}
	e.takeUnannounced(inv, 0)
	if !e.startWork(connect) {
		return errReconnected
	}
	e.pokeAll()
	for _, o := range e.live() {
		o.put(item{work: o.askHold})
	}
	e.guardRescue() // the former controller's last renewal may be long ago
	e.dropOwnerless(ctx, inv, 0)
	if err := e.freeForgotten(ctx); err != nil {
		return err
	}
	e.spawn(func() { e.keepAccounts(ctx, connect) })
	return nil
}

// takeUnannounced takes callers who are in our app and whom nobody announced. They may have left since the list was made, and that was
// told when nobody knew them: so they are looked at once more.
func (e *Engine) takeUnannounced(inv Inventory, older time.Duration) {
	for _, ch := range inv.Channels {
		if ch.Arrival == nil || !ch.Ours || e.ownerOf(ch.ID) != nil || time.Since(ch.Created) < older {
			continue
		}
		e.Arrived(*ch.Arrival)
		if o := e.ownerOf(ch.ID); o != nil {
			e.doubts.add(o, firstDoubt)
		}
	}
}

// accountsEvery is how soon a phone account that an administrator makes or changes works at Asterisk (S6).
const accountsEvery = 2 * time.Second

// keepAccounts sees to it that every phone account stands at Asterisk, which may have been set up anew, and goes on looking for accounts that
// are new or changed until the switch is connected anew. Calls do not wait for that, nor does it need the database to be there.
func (e *Engine) keepAccounts(ctx context.Context, connect uint64) {
	written := map[string]Account{} // by endpoint
	for wait := accountsEvery; e.connectIs(connect); {
		err := e.writeAccounts(ctx, written)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			wait = accountsEvery
		default:
			wait = min(2*wait, 30*time.Second)
			e.log.Error("write the phone accounts; will try again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-e.accountsChanged:
		case <-time.After(wait):
		}
	}
}

// writeAccounts writes the accounts that differ from what was written since the switch was connected.
func (e *Engine) writeAccounts(ctx context.Context, written map[string]Account) error {
	if !e.working() {
		return nil
	}
	accounts, err := e.accounts(ctx)
	for _, a := range accounts {
		if written[a.Endpoint] == a {
			continue
		}
		if e := e.opt.Switch.Provision(ctx, a); e != nil { // one bad account must not stop the others
			err = fmt.Errorf("agent %s: %w", a.Agent, e)
			continue
		}
		written[a.Endpoint] = a
	}
	return err
}

func (e *Engine) connectIs(connect uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.connects == connect
}

// accounts reads the phone accounts and notes whose phone is whose.
func (e *Engine) accounts(ctx context.Context) ([]Account, error) {
	ctx, cancel := context.WithTimeout(ctx, databaseWithin)
	defer cancel()
	accounts, err := e.opt.Settings.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the phone accounts: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range accounts {
		e.endpoints[a.Endpoint] = a.Agent
	}
	return accounts, nil
}

// recoveredFrom picks what concerns the call out of an inventory that was asked for at the time at.
func recoveredFrom(c call.Call, inv Inventory, at time.Time) call.Recovered {
	r := call.Recovered{At: at}
	for _, ch := range inv.Channels {
		own := slices.ContainsFunc(c.Legs, func(l call.Leg) bool { return l.Own && l.ID == ch.ID })
		if ch.Ours && (ch.ID == c.Customer.ID || own || CallOf(ch.ID) == c.ID) {
			r.Channels = append(r.Channels, call.Seen{ID: ch.ID, State: ch.State, Called: ch.Called})
		}
	}
	return r
}

// comparePhones brings the agents' records up to date with the phones' contacts, as listed at the time at. What was told of a phone since is
// newer than the list.
func (e *Engine) comparePhones(ctx context.Context, phones map[string]bool, at time.Time) error {
	agents := e.agents.all()
	e.mu.Lock()
	set := func(endpoint string) {
		if e.phones[endpoint].at.Before(at) {
			e.phones[endpoint] = phoneState{phones[endpoint], at}
		}
	}
	for endpoint := range e.endpoints {
		set(endpoint)
	}
	for endpoint := range phones {
		set(endpoint)
	}
	for _, a := range agents {
		set(a.Phone.Endpoint)
	}
	e.mu.Unlock()
	for _, a := range agents {
		if a.Phone.Endpoint == "" || a.Phone.Reachable == e.reachable(a.Phone.Endpoint) {
			continue
		}
		if _, err := e.agents.change(ctx, a.ID, e.phoneAsHeard); err != nil {
			return err
		}
	}
	return nil
}

// phoneAsHeard brings a record up to what was last heard of the agent's phone.
func (e *Engine) phoneAsHeard(a agent.Agent) []agent.Input {
	if heard := e.reachable(a.Phone.Endpoint); heard != a.Phone.Reachable {
		return []agent.Input{agent.PhoneChanged{Reachable: heard}}
	}
	return nil
}

// dropOwnerless hangs up legs of ours, and removes bridges, whose call is not live (invariant 4). older protects what is just being made.
func (e *Engine) dropOwnerless(ctx context.Context, inv Inventory, older time.Duration) {
	for _, ch := range inv.Channels {
		id := CallOf(ch.ID)
		if id == "" || e.owner(id) != nil || time.Since(ch.Created) < older {
			continue
		}
		if !e.working() {
			return
		}
		e.dropStranger(ctx, ch.ID)
	}
	for _, id := range inv.Bridges {
		if e.owner(id) == nil && e.working() {
			if err := e.opt.Switch.DropBridge(ctx, id); err != nil {
				e.log.Warn("remove an ownerless bridge", "bridge", id, "err", err)
			}
		}
	}
}

// freeForgotten releases agents whose reservation no live call knows: nobody stays stuck, whatever went wrong.
func (e *Engine) freeForgotten(ctx context.Context) error {
	for _, a := range e.agents.all() {
		if !e.forgotten(a) {
			continue
		}
		fresh, err := e.agents.reload(ctx, a.ID)
		if err != nil {
			return err
		}
		if !e.forgotten(fresh) || !e.working() {
			continue
		}
		e.log.Error("an agent was held by a call that is not live; freeing them", "agent", a.ID, "call", fresh.Held.Call)
		release := agent.Release{Token: fresh.Held.Token, Outcome: agent.Outcome{Kind: agent.Returned}}
		if _, err := e.agents.apply(ctx, a.ID, release); err != nil {
			return err
		}
	}
	return nil
}

// forgotten tells whether a call of this node holds the agent that is not live. Of other nodes' calls nothing is known here.
func (e *Engine) forgotten(a agent.Agent) bool {
	return a.Held != nil && (a.Held.Node == e.opt.Node || a.Held.Node == "") && e.owner(a.Held.Call) == nil
}

func (e *Engine) pokeAll() {
	var queues []string
	for _, o := range e.live() {
		c := o.snapshot()
		if q, waits := c.Waiting(); waits && !slices.Contains(queues, q) {
			queues = append(queues, q)
		}
	}
	e.routes.poke(queues...)
}

// patience is how old a channel has to be before a watchdog doubts what is known of it.
const patience = 10 * time.Second

// guards renews waiting callers' rescue and watches for what has no owner.
func (e *Engine) guards(ctx context.Context) {
	rescue := time.NewTicker(e.opt.Rescue / 3)
	defer rescue.Stop()
	watch := time.NewTicker(e.opt.Watch)
	defer watch.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-rescue.C:
			e.guardRescue()
		case <-watch.C:
			e.watch(ctx)
		}
	}
}

// guardRescue lets each call renew the rescue of a caller who waits.
func (e *Engine) guardRescue() {
	if !e.working() {
		return
	}
	for _, o := range e.live() {
		if waitsForAPerson(o.snapshot()) && o.guarding.CompareAndSwap(false, true) {
			o.put(item{work: o.guard})
		}
	}
}

func (e *Engine) watch(ctx context.Context) {
	if !e.working() {
		return
	}
	at := now()
	inv, err := e.opt.Switch.Inventory(ctx)
	if err != nil {
		e.log.Warn("watch Asterisk's channels", "err", err)
		return
	}
	for _, o := range e.live() {
		if missing(o.snapshot(), inv, at.Add(-patience)) {
			e.doubts.add(o, 0)
		}
	}
	e.dropOwnerless(ctx, inv, patience)
	e.takeUnannounced(inv, patience)
	if err := e.freeForgotten(ctx); err != nil {
		e.log.Warn("look for forgotten reservations", "err", err)
	}
}
