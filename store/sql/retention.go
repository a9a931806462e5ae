package sql

import (
	"context"
	"time"

	"gorm.io/gorm"

	"switchroom/record"
)

const (
	// blankedAtOnce keeps each transaction short: on SQLite the journal waits meanwhile.
	blankedAtOnce = 100
	// overAfter: a call whose journal does not replay is never known to be closed; this long after its end it is.
	overAfter = time.Hour
)

// Retain deletes the personal data of one batch of calls and tickets that are older than their service keeps them, and tells how many there were: call it again until
// there are none. Numbers, names, texts and journals go; what was when, how long and how it ended stays. Several processes may do it at once.
func (s *Store) Retain(ctx context.Context) (done int, err error) {
	var services []serviceRecords
	err = s.read(ctx, "look for services that forget", func(tx *gorm.DB) error {
		return tx.Where("retention_days > 0").Order("id").Find(&services).Error
	})
	if err != nil {
		return 0, err
	}
	for _, v := range services {
		before := s.now().AddDate(0, 0, -v.RetentionDays)
		err := s.write(ctx, "forget records of "+v.ID, func(tx *gorm.DB) error {
			var calls []string
			err := s.over(tx.Model(&callRow{})).Where("service_id = ? AND blanked = ? AND entered_ms < ?", v.ID, false, before.UnixMilli()).
				Order("entered_ms").Limit(blankedAtOnce).Pluck("id", &calls).Error
			if err != nil {
				return err
			}
			var tickets []string // those whose call was never recorded, too
			err = tx.Model(&ticket{}).Where("service_id = ? AND blanked = ? AND id < ?", v.ID, false, firstID(before)).
				Order("id").Limit(blankedAtOnce).Pluck("id", &tickets).Error
			if err != nil {
				return err
			}
			done += len(calls) + len(tickets)
			if err := blankCalls(tx, calls); err != nil {
				return err
			}
			return blankTickets(tx, tickets)
		})
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// over leaves the calls of which nothing follows.
func (s *Store) over(tx *gorm.DB) *gorm.DB {
	return tx.Where("record = '' OR ended_ms > 0 AND ended_ms < ?", s.now().Add(-overAfter).UnixMilli())
}

// Erase deletes the personal data of one customer: their calls, journals and tickets are blanked, and they themselves are gone. The audit trail says who did it, and
// nothing of what was deleted. Who was interrupted does it again. Errors: *record.Error unknown; in_call while a call of theirs is not over.
func (s *Store) Erase(ctx context.Context, by, customerID string) error {
	var row customerRow
	err := s.read(ctx, "look for a customer to erase", func(tx *gorm.DB) (err error) {
		if row, err = customerOf(tx, record.Viewer{All: true}, customerID); err != nil {
			return err
		}
		var all, over int64
		if err := tx.Model(&callRow{}).Where("number = ?", row.Number).Count(&all).Error; err != nil {
			return err
		}
		if err := s.over(tx.Model(&callRow{}).Where("number = ?", row.Number)).Count(&over).Error; err != nil {
			return err
		}
		if all > over {
			return &record.Error{Slug: "in_call", Detail: "a call of this customer is not over yet; delete them afterwards"}
		}
		return nil
	})
	for more := true; more && err == nil; {
		err = s.write(ctx, "erase calls of a customer", func(tx *gorm.DB) error {
			var calls []string
			if err := tx.Model(&callRow{}).Where("number = ?", row.Number).Limit(blankedAtOnce).Pluck("id", &calls).Error; err != nil {
				return err
			}
			more = len(calls) > 0
			return blankCalls(tx, calls)
		})
	}
	if err != nil {
		return err
	}
	return s.write(ctx, "erase a customer", func(tx *gorm.DB) error {
		var tickets []string
		if err := tx.Model(&ticket{}).Where("customer_id = ?", customerID).Pluck("id", &tickets).Error; err != nil {
			return err
		}
		if err := blankTickets(tx, tickets); err != nil {
			return err
		}
		if err := tx.Where("id = ?", customerID).Delete(&customerRow{}).Error; err != nil {
			return err
		}
		return s.note(tx, by, "erase_customer", customerID, nil, map[string]int{"tickets": len(tickets)})
	})
}

// blankCalls deletes what is personal of calls and of their tickets.
func blankCalls(tx *gorm.DB, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := tx.Where("call_id IN ?", ids).Delete(&journalEntry{}).Error; err != nil {
		return err
	}
	if err := blankEvents(tx, ids); err != nil {
		return err
	}
	err := tx.Model(&callRow{}).Where("id IN ?", ids).Updates(map[string]any{
		"caller_number": "", "caller_name": "", "called": "", "number": "", "record": "", "measured": "", "blanked": true,
	}).Error
	if err != nil {
		return err
	}
	var tickets []string
	if err := tx.Model(&ticket{}).Where("call_id IN ? AND blanked = ?", ids, false).Pluck("id", &tickets).Error; err != nil {
		return err
	}
	return blankTickets(tx, tickets)
}

// blankTickets deletes what is personal of tickets, and customers of whom nothing is left. A disposition stays if it is one of the service's own: then nobody typed it.
func blankTickets(tx *gorm.DB, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	var customers []string
	if err := tx.Model(&ticket{}).Where("id IN ? AND customer_id IS NOT NULL", ids).Distinct().Pluck("customer_id", &customers).Error; err != nil {
		return err
	}
	var calls []string // their events of tickets, also where the call was never recorded
	if err := tx.Model(&ticket{}).Where("id IN ?", ids).Pluck("call_id", &calls).Error; err != nil {
		return err
	}
	if err := blankEvents(tx, calls); err != nil {
		return err
	}
	for _, rows := range []any{&ticketNote{}, &ticketChange{}, &ticketTag{}} {
		if err := tx.Where("ticket_id IN ?", ids).Delete(rows).Error; err != nil {
			return err
		}
	}
	err := tx.Model(&ticket{}).Where("id IN ?", ids).
		Where("NOT EXISTS (SELECT 1 FROM service_dispositions d WHERE d.service_id = tickets.service_id AND d.label = tickets.disposition)").Update("disposition", "").Error
	if err != nil {
		return err
	}
	err = tx.Model(&ticket{}).Where("id IN ?", ids).Updates(map[string]any{
		"caller_number": "", "caller_name": "", "subject": "", "words": "", "customer_id": nil, "blanked": true, "version": gorm.Expr("version + 1"),
	}).Error
	if err != nil || len(customers) == 0 {
		return err
	}
	return tx.Where("id IN ? AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.customer_id = customers.id)", customers).Delete(&customerRow{}).Error
}
