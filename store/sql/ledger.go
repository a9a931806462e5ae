package sql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"switchroom/call"
	"switchroom/engine"
	"switchroom/record"
)

// TicketOpen is the status of a new ticket.
const TicketOpen = string(record.Open)

// Ticket is what there is of a ticket.
type Ticket struct {
	ID, Number, Call, Service, Agent, CallerNumber, CallerName, Status string
	OpenedAt                                                           time.Time
}

// Refused notes an attempt in the audit trail.
func (s *Store) Refused(ctx context.Context, r engine.Refusal) error {
	return s.write(ctx, "note a refusal", func(tx *gorm.DB) error {
		return tx.Create(&auditEntry{
			ID: s.newID(), At: s.now().UTC(), Who: cut(r.Agent, 64), What: cut("refused_"+r.What, 64), Target: cut(r.Target, 128), After: r.Code,
		}).Error
	})
}

// OpenTicket makes the call's one ticket (S15), or returns the one that is there. Whoever makes one holds the counter's lock until it is there,
// and looks once more with it: two who ask at once get the same number, and numbers have no gaps. The unique columns say the same.
func (s *Store) OpenTicket(ctx context.Context, c call.Call, agentID string) (string, error) {
	if c.ID == "" {
		return "", &Error{Slug: "invalid", Detail: "a ticket belongs to a call"}
	}
	var t ticket
	err := s.write(ctx, "open the ticket of call "+c.ID, func(tx *gorm.DB) error {
		t = ticket{}
		err := tx.Where("call_id = ?", c.ID).Take(&t).Error
		if err == nil || !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		count, err := counterOf(tx, ticketCounter)
		if err != nil {
			return err
		}
		if err := tx.Where("call_id = ?", c.ID).Limit(1).Find(&t).Error; err != nil || t.ID != "" {
			return err
		}
		count.Value++
		if err := tx.Updates(&count).Error; err != nil {
			return err
		}
		t = ticket{
			ID: s.newID(), Number: fmt.Sprintf("T-%06d", count.Value), CallID: c.ID, ServiceID: c.Service, AgentID: agentID, AssigneeID: agentID,
			CallerNumber: cut(c.Caller.Number, 256), CallerName: cut(c.Caller.Name, 512), OpenedAt: s.now().UTC(), Status: TicketOpen,
			Queue: queueIn(c), Direction: string(record.DirectionOf(c)), UpdatedAt: s.now().UTC(), Version: 1,
		}
		if t.CustomerID, err = s.customerFor(tx, c); err != nil {
			return err
		}
		if agentID != "" {
			if err := tx.Create(&ticketAgent{AgentID: agentID, TicketID: t.ID}).Error; err != nil {
				return err
			}
		}
		if t.Words, err = wordsOf(tx, t); err != nil {
			return err
		}
		if err := s.noted(tx, t.ID, agentID, "opened", "", string(record.Open)); err != nil {
			return err
		}
		return tx.Create(&t).Error
	})
	return t.Number, err
}

// newID makes an id that sorts by time: lists of what has one need no other order.
func (s *Store) newID() string {
	return ulid.MustNew(ulid.Timestamp(s.now()), ulid.DefaultEntropy()).String()
}

// queueIn is the call's queue; empty: it has none.
func queueIn(c call.Call) string {
	if c.Queue == call.NoQueue {
		return ""
	}
	return cut(c.Queue, 64)
}

// The rows of counters: numbers given out, and a lock that is only held.
const (
	ticketCounter   = "ticket"
	settingsCounter = "settings"
)

// counterOf locks a counter until the transaction ends.
func counterOf(tx *gorm.DB, name string) (counter, error) {
	var c counter
	err := locking(tx).Where("name = ?", name).Take(&c).Error
	return c, err
}

// Ticket returns the ticket of a call; an *Error with the slug unknown when there is none.
func (s *Store) Ticket(ctx context.Context, callID string) (Ticket, error) {
	var t ticket
	err := s.read(ctx, "load the ticket of call "+callID, func(tx *gorm.DB) error {
		return tx.Where("call_id = ?", callID).Take(&t).Error
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Ticket{}, &Error{Slug: "unknown", Detail: "the call has no ticket"}
	}
	return Ticket{
		ID: t.ID, Number: t.Number, Call: t.CallID, Service: t.ServiceID, Agent: t.AgentID,
		CallerNumber: t.CallerNumber, CallerName: t.CallerName, Status: t.Status, OpenedAt: t.OpenedAt,
	}, err
}

// cut shortens hostile text to at most n bytes at a rune's border: databases refuse what is too long, and a call must not fail for it.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n]
}
