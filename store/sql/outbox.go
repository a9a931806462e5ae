package sql

import (
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"switchroom/call"
	"switchroom/event"
	"switchroom/record"
)

// The outbox: events are written in the transaction that records the fact, one delivery for each webhook that wants them, and sent later by package webhook.
//
// Whoever writes an event of a call holds the lock of the call's row, so positions of one call are in the order in which they are committed.

// publish keeps events for the webhooks that want them; what nobody wants is not kept.
func (s *Store) publish(tx *gorm.DB, events []event.Event) error {
	if len(events) == 0 {
		return nil
	}
	wanted, err := subscriptions(tx)
	if err != nil || len(wanted) == 0 {
		return err
	}
	for _, e := range events {
		var ids []string
		for _, w := range wanted {
			if w.wants(e) {
				ids = append(ids, w.id)
			}
		}
		if err := s.enqueue(tx, e, ids); err != nil {
			return err
		}
	}
	return nil
}

// enqueue keeps one event for those webhooks. One that is there already, by its ID, is passed over.
func (s *Store) enqueue(tx *gorm.DB, e event.Event, webhooks []string) error {
	if len(webhooks) == 0 {
		return nil
	}
	body, err := e.Body()
	if err != nil {
		return err
	}
	if n, err := count(tx, &webhookEvent{}, "id = ?", e.ID); err != nil || n > 0 {
		return err
	}
	row := webhookEvent{ID: e.ID, Type: string(e.Type), At: e.At.UTC().Truncate(time.Microsecond), CallID: e.Call, ServiceID: e.Service, Body: body}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	out := make([]webhookDelivery, len(webhooks))
	for i, id := range webhooks {
		out[i] = webhookDelivery{EndpointID: id, Position: row.Position, CallID: e.Call, State: string(event.Waiting), NextMS: s.now().UnixMilli()}
	}
	s.outgoing.Store(true)
	return tx.Create(&out).Error
}

// subscription is what a webhook wants. Empty: everything.
type subscription struct {
	id              string
	types, services []string
}

func (w subscription) wants(e event.Event) bool {
	return (len(w.types) == 0 || slices.Contains(w.types, string(e.Type))) && (len(w.services) == 0 || slices.Contains(w.services, e.Service))
}

func subscriptions(tx *gorm.DB) ([]subscription, error) {
	var rows []webhookEndpoint
	if err := tx.Select("id", "types").Where("enabled = ?", true).Order("id").Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	var limits []webhookService
	if err := tx.Order("service_id").Find(&limits).Error; err != nil {
		return nil, err
	}
	out := make([]subscription, len(rows))
	for i, r := range rows {
		out[i] = subscription{id: r.ID, types: strings.Fields(r.Types)}
		for _, l := range limits {
			if l.EndpointID == r.ID {
				out[i].services = append(out[i].services, l.ServiceID)
			}
		}
	}
	return out, nil
}

// told adds what a step brought to what will be published once the call is written.
func (s *summary) told(was call.Call, wasOver bool, version uint64, at time.Time) {
	facts := event.Of(was, s.call)
	over := slices.ContainsFunc(facts, func(f event.Fact) bool { return f.Type == event.CallEnded })
	if !wasOver && s.row.EndedAt != nil && !over { // a journal with a gap does not say what happened, but it says that it is over
		facts = append(facts, event.Fact{Type: event.CallEnded, Agent: s.row.AgentID})
	}
	for _, f := range facts {
		e := event.Event{ID: event.IDOf(f.Type, s.row.ID, version), Type: f.Type, At: at, Call: s.row.ID, Service: s.row.ServiceID}
		if f.Type != event.TicketOpened { // its data is the ticket's, when it is written
			e.Data = callData(s.row, f, version)
		}
		s.events = append(s.events, e)
	}
}

func callData(r callRow, f event.Fact, version uint64) event.Call {
	c := event.Call{
		Call: r.ID, Version: version, Direction: r.Direction, Service: r.ServiceID, Queue: r.Queue, Customer: party(r.CallerNumber, r.CallerName), Called: r.Called,
		Agent: f.Agent, Ticket: r.Ticket, Started: r.EnteredAt.UTC(), Answered: utc(r.ConnectedAt),
	}
	if f.Type == event.CallEnded {
		c.Ended, c.Class, c.Slug = utc(r.EndedAt), r.EndClass, r.EndSlug
		c.Times = &event.Times{Queue: r.QueueMS, Ring: r.RingMS, Talk: r.TalkMS, Hold: r.HoldMS}
	}
	return c
}

func party(number, name string) *event.Party {
	if number == "" && name == "" {
		return nil
	}
	return &event.Party{Number: number, Name: name}
}

// publishCalls publishes what the steps brought, call by call.
func (s *Store) publishCalls(tx *gorm.DB, calls map[string]*summary) error {
	var all []event.Event
	for _, id := range slices.Sorted(maps.Keys(calls)) {
		for _, e := range calls[id].events {
			if e.Type == event.TicketOpened {
				data, err := openedTicket(tx, calls[id].row)
				if err != nil {
					return err
				}
				e.Data = data
			}
			all = append(all, e)
		}
	}
	return s.publish(tx, all)
}

// openedTicket is the call's ticket as it is now: who changed it before the journal came here published nothing, see publishTicket.
func openedTicket(tx *gorm.DB, r callRow) (event.Ticket, error) {
	var row ticket
	if err := tx.Where("call_id = ?", r.ID).Limit(1).Find(&row).Error; err != nil {
		return event.Ticket{}, err
	}
	if row.ID == "" { // restored from a backup that is older than the journal
		return event.Ticket{Ticket: r.Ticket, Call: r.ID, Service: r.ServiceID, Direction: r.Direction, Tags: []string{}, Opened: r.EnteredAt.UTC()}, nil
	}
	list, err := tickets(tx, []ticket{row})
	if err != nil {
		return event.Ticket{}, err
	}
	return ticketData(list[0]), nil
}

// publishTicket publishes that a ticket was changed, in the transaction that changes it. While the call's journal has not told of the ticket yet, it is left to ticket.opened, which
// says all that is there by then: so nobody hears of a change before they hear of the ticket.
func (s *Store) publishTicket(tx *gorm.DB, by string, after record.Ticket, changed ...string) error {
	if told, err := s.lockCall(tx, after); err != nil || !told {
		return err
	}
	data := ticketData(after)
	data.Changed, data.By = changed, by
	return s.publish(tx, []event.Event{{
		ID: event.IDOf(event.TicketChanged, after.ID, uint64(after.Version)), Type: event.TicketChanged, At: s.now().UTC(), Call: after.Call, Service: after.Service, Data: data,
	}})
}

// drainedWithin is how late a call's journal may come here.
const drainedWithin = time.Hour

// lockCall locks the row of a ticket's call, and tells whether the ticket is known there, or will never be. A row that is not there yet is made, so that whoever drains the call waits.
func (s *Store) lockCall(tx *gorm.DB, t record.Ticket) (told bool, err error) {
	for range 2 {
		var rows []callRow
		err := locking(tx).Select("id", "ticket", "diverged").Where("id = ?", t.Call).Find(&rows).Error
		if err != nil || len(rows) > 0 {
			return len(rows) > 0 && (rows[0].Ticket != "" || rows[0].Diverged), err
		}
		if s.now().Sub(t.Opened) > drainedWithin {
			return true, nil
		}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&callRow{ID: t.Call, EnteredAt: t.Opened}).Error; err != nil {
			return false, err
		}
	}
	return false, nil
}

func ticketData(t record.Ticket) event.Ticket {
	return event.Ticket{
		ID: t.ID, Ticket: t.Number, Version: t.Version, Call: t.Call, Service: t.Service, Direction: string(t.Direction), Customer: party(t.Caller.Number, t.Caller.Name),
		CustomerID: t.Customer, Agent: t.Agent, Assignee: t.Assignee, Status: string(t.Status), Subject: t.Subject, Disposition: t.Disposition, Tags: t.Tags, Opened: t.Opened,
	}
}

// blankEvents takes what is personal out of the events of calls. Those that wait are sent without it.
func blankEvents(tx *gorm.DB, calls []string) error {
	var rows []webhookEvent
	if err := tx.Where("call_id IN ?", calls).Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		if err := tx.Model(&webhookEvent{}).Where("position = ?", r.Position).Update("body", event.Blank(r.Body)).Error; err != nil {
			return err
		}
	}
	return nil
}

// Outgoing tells, as soon as something may have been put into the outbox by this process, so that it is not found only by looking.
func (s *Store) Outgoing() <-chan struct{} { return s.hurry }

// sent tells whoever waits at Outgoing, after a transaction that enqueued something.
func (s *Store) sent() {
	if !s.outgoing.Swap(false) {
		return
	}
	select {
	case s.hurry <- struct{}{}:
	default:
	}
}
