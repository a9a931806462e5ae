package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/record"
	"switchroom/settings"
	"switchroom/store/sql"
)

// pastCall is a call that the demo has had before it began.
type pastCall struct {
	ago           time.Duration // before the demo's first start
	number, name  string        // of the customer; the button's and "switchroom call"'s demo customer is one of them
	queue, called string
	agent         string // empty: nobody took it, the caller hung up
	waited, spoke time.Duration
	wrapUp        time.Duration
	subject, note string
	outcome       string
	status        record.Status
}

// thePast is the same on every machine, but for its dates.
var thePast = []pastCall{
	{ago: 141 * time.Hour, number: "0301234567", name: "Demo Customer", queue: "sales", called: "1000", agent: "ben", waited: 7 * time.Second, spoke: 245 * time.Second, wrapUp: 40 * time.Second,
		subject: "Prices for the new catalogue", note: "Asked for the spring prices. Sent them by post.", outcome: "Sold", status: record.Closed},
	{ago: 120 * time.Hour, number: "01023456789", name: "김민서", queue: "support", called: "1001", agent: "anna", waited: 12 * time.Second, spoke: 410 * time.Second, wrapUp: 95 * time.Second,
		subject: "배송 주소 변경", note: "이사로 배송 주소를 변경함. 다음 주 화요일에 도착 예정.", outcome: "Solved", status: record.Closed},
	{ago: 96 * time.Hour, number: "01087654321", name: "Jun Park", queue: "sales", called: "1000", waited: 64 * time.Second},
	{ago: 95 * time.Hour, number: "01087654321", name: "Jun Park", queue: "sales", called: "1000", agent: "carla", waited: 4 * time.Second, spoke: 180 * time.Second, wrapUp: 20 * time.Second,
		subject: "Called back after a long wait", note: "Had hung up before; wants an offer for ten chairs.", outcome: "Offer", status: record.Pending},
	{ago: 71 * time.Hour, number: "0405556677", name: "Lena Gauß", queue: "support", called: "1001", agent: "anna", waited: 3 * time.Second, spoke: 150 * time.Second, wrapUp: 30 * time.Second,
		subject: "Invoice is missing", outcome: "Solved", status: record.Solved},
	{ago: 47 * time.Hour, number: "0301234567", name: "Demo Customer", queue: "support", called: "1001", agent: "anna", waited: 9 * time.Second, spoke: 320 * time.Second, wrapUp: 60 * time.Second,
		subject: "One chair arrived broken", note: "Replacement ordered. Wants a call when it is on its way.", status: record.Open},
	{ago: 26 * time.Hour, number: "", name: "", queue: "sales", called: "1000", agent: "ben", waited: 15 * time.Second, spoke: 55 * time.Second, wrapUp: 10 * time.Second,
		subject: "Hides the number; only asked when we are open", outcome: "Question", status: record.Closed},
	{ago: 3 * time.Hour, number: "0405556677", name: "Lena Gauß", queue: "support", called: "1001", waited: 31 * time.Second},
}

// demoReasons are what the demo's agents choose from.
var demoReasons = []agent.Reason{
	{Code: "follow_up", Name: "Follow-up work", Statuses: []agent.Choice{agent.Business}, Active: true},
	{Code: "meeting", Name: "Meeting", Statuses: []agent.Choice{agent.Business}, Active: true},
	{Code: "training", Name: "Training", Statuses: []agent.Choice{agent.Business}, Active: true},
	{Code: "break", Name: "Short break", Statuses: []agent.Choice{agent.Rest}, Active: true},
	{Code: "lunch", Name: "Lunch", Statuses: []agent.Choice{agent.Rest}, Active: true},
}

const demoService = "demo"

// givePast gives a demo that has had no calls a past: calls, customers, tickets and reasons, as if they had been. Another start finds them, and adds nothing.
func givePast(ctx context.Context, config sql.Config) (err error) {
	var at atomic.Pointer[time.Time] // the time that the store takes it to be
	config.Now = func() time.Time {
		if t := at.Load(); t != nil {
			return *t
		}
		return time.Now()
	}
	db, err := sql.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	before, err := db.Calls(ctx, record.Viewer{All: true}, record.CallQuery{Asked: record.Asked{Limit: 1}})
	if err != nil || len(before.Items) > 0 {
		return err
	}
	reasons, err := db.StatusReasons(ctx, demoService)
	if err == nil && len(reasons.Reasons.Reasons) == 0 {
		version := settings.VersionOf[settings.Reasons](reasons)
		reasons.Reasons.Reasons = demoReasons
		_, err = db.SetStatusReasons(ctx, demoService, demoService, version, reasons)
	}
	if err != nil {
		return err
	}
	now := time.Now()
	for i, p := range thePast {
		if err := p.happen(ctx, db, fmt.Sprintf("demo-past-%02d", i+1), now.Add(-p.ago).Truncate(time.Second), func(t time.Time) { at.Store(&t) }); err != nil {
			return fmt.Errorf("the demo's past, call %d: %w", i+1, err)
		}
	}
	return nil
}

// happen plays the call through the core, as the engine would, and keeps what came of it.
func (p pastCall) happen(ctx context.Context, db *sql.Store, id string, at time.Time, is func(time.Time)) error {
	b := book{id: id, at: at}
	b.take(0, call.Enter{
		ID: id, Node: "demo", Channel: id, Service: demoService, Queue: p.queue, Caller: call.Party{Number: p.number, Name: p.name}, Called: p.called,
		Scenario: call.Scenario{Pickup: 20 * time.Second, MaxWait: 10 * time.Minute, Music: "default", AnswerNow: true, MissLimit: 1},
	})
	if p.agent == "" {
		b.take(p.waited, call.LegGone{Leg: id, Cause: 16})
		return errors.Join(b.err, db.AppendJournal(ctx, b.entries))
	}
	leg := id + "-a1"
	b.take(p.waited/2, call.Claimed{Agent: p.agent, Device: agent.WebRTC, Endpoint: p.agent})
	b.take(time.Second/2, call.LegRinging{Leg: leg})
	b.take(p.waited/2, call.LegUp{Leg: leg})
	b.take(time.Second/10, call.Joined{Leg: leg})
	if b.err != nil {
		return b.err
	}
	is(b.at)
	ticket, err := db.OpenTicket(ctx, b.call, p.agent)
	if err != nil {
		return err
	}
	b.take(time.Second/10, call.TicketOpened{Ticket: ticket})
	b.take(p.spoke, call.LegGone{Leg: id, Cause: 16})
	b.take(time.Second/10, call.LegGone{Leg: leg, Cause: 16})
	if err := errors.Join(b.err, db.AppendJournal(ctx, b.entries)); err != nil {
		return err
	}
	is(b.at.Add(p.wrapUp))
	done := engine.Entry{Call: id, At: b.at, WrapUp: &engine.WrapUp{Agent: p.agent, Since: b.at, Until: b.at.Add(p.wrapUp)}}
	if err := db.AppendJournal(ctx, []engine.Entry{done}); err != nil {
		return err
	}
	return p.write(ctx, db, ticket)
}

// write is what the agent wrote into the ticket.
func (p pastCall) write(ctx context.Context, db *sql.Store, ticket string) error {
	who := record.Viewer{User: p.agent}
	file, err := db.TicketFile(ctx, who, ticket)
	if err == nil && p.note != "" {
		file, err = db.AddNote(ctx, who, ticket, p.note)
	}
	steps := []record.TicketPatch{{Subject: &p.subject, Disposition: &p.outcome}}
	switch solved := record.Solved; p.status {
	case record.Closed:
		steps = append(steps, record.TicketPatch{Status: &solved}, record.TicketPatch{Status: &p.status})
	case record.Pending, record.Solved:
		steps = append(steps, record.TicketPatch{Status: &p.status})
	case record.Open:
	}
	for _, s := range steps {
		if err == nil {
			file, err = db.ChangeTicket(ctx, who, file.ID, file.Version, s)
		}
	}
	return err
}

// book writes a call's journal.
type book struct {
	id      string
	at      time.Time
	call    call.Call
	entries []engine.Entry
	err     error
}

// take lets the call take an input, so long after the one before.
func (b *book) take(after time.Duration, in call.Input) {
	if b.err != nil {
		return
	}
	b.at = b.at.Add(after)
	next, effects, err := b.call.Apply(b.at, in)
	if err != nil {
		b.err = err
		return
	}
	next.Version = b.call.Version + 1
	input, err := call.EncodeInput(in)
	if err == nil {
		var done []byte
		done, err = call.EncodeEffects(effects)
		b.entries = append(b.entries, engine.Entry{Call: b.id, Version: next.Version, At: b.at, State: next.State, Input: input, Effects: done})
	}
	b.call, b.err = next, err
}
