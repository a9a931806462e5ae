package sql

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"switchroom/call"
	"switchroom/record"
)

// customerFor is the customer of the call's number, who is made if this is the first ticket; nil for a number that matches nobody.
func (s *Store) customerFor(tx *gorm.DB, c call.Call) (*string, error) {
	country, err := countryOf(tx, c.Service)
	if err != nil {
		return nil, err
	}
	number := record.E164(c.Caller.Number, country)
	if number == "" || c.Internal {
		return nil, nil
	}
	now := s.now().UTC()
	row := customerRow{ID: s.newID(), Number: number, Name: cut(c.Caller.Name, 400), CreatedAt: now, UpdatedAt: now, Version: 1}
	// Of two who make it at once the second finds the first's.
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return nil, err
	}
	var found customerRow
	if err := locking(tx).Where("number = ?", number).Take(&found).Error; err != nil {
		return nil, err
	}
	return &found.ID, nil
}

// countryOf is whose national numbers a service means; empty: there is no such service.
func countryOf(tx *gorm.DB, serviceID string) (string, error) {
	var country []string
	err := tx.Model(&serviceRecords{}).Where("id = ?", serviceID).Pluck("country", &country).Error
	return strings.Join(country, ""), err
}

// Customer is a customer to whom the viewer may see at least one ticket. Errors: *record.Error unknown, not_yours.
func (s *Store) Customer(ctx context.Context, v record.Viewer, id string) (out record.Customer, err error) {
	return out, s.read(ctx, "load customer", func(tx *gorm.DB) error {
		row, err := customerOf(tx, v, id)
		out = row.domain()
		return err
	})
}

// Customers lists customers of whom the viewer may see a ticket, the newest first.
func (s *Store) Customers(ctx context.Context, v record.Viewer, q record.CustomerQuery) (out record.Page[record.Customer], err error) {
	return out, s.read(ctx, "list customers", func(tx *gorm.DB) error {
		out = record.Page[record.Customer]{}
		find := tx.Table("customers c").Select("c.*")
		if !v.All {
			sc, err := scopeOf(tx, v, "tickets")
			if err != nil {
				return err
			}
			mine := visibleTicket(sc)
			find = find.Where("EXISTS (SELECT 1 FROM tickets t WHERE t.customer_id = c.id AND "+mine.sql+")", mine.args...)
		}
		if text := strings.TrimSpace(q.Search); text != "" {
			// The name also as it was typed: SQLite knows the small letters of English only.
			where, args := "c.name LIKE ? ESCAPE '!' OR LOWER(c.name) LIKE ? ESCAPE '!'", []any{like(text), strings.ToLower(like(text))}
			if digits := q.Digits(); digits != "" {
				where, args = where+" OR c.number LIKE ?", append(args, "%"+digits+"%")
			}
			find = find.Where("("+where+")", args...)
		}
		if q.After != "" {
			find = find.Where("c.id < ?", q.After)
		}
		var rows []customerRow
		if err := find.Order("c.id DESC").Limit(q.Limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) > q.Limit {
			rows = rows[:q.Limit]
			out.Next = rows[q.Limit-1].ID
		}
		for _, r := range rows {
			out.Items = append(out.Items, r.domain())
		}
		return nil
	})
}

func customerOf(tx *gorm.DB, v record.Viewer, id string) (customerRow, error) {
	var row customerRow
	err := tx.Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, record.Unknown("customer")
	}
	if err != nil || v.All {
		return row, err
	}
	sc, err := scopeOf(tx, v, "tickets")
	if err != nil {
		return row, err
	}
	q := record.TicketQuery{Asked: record.Asked{Limit: 1}, Customer: id}
	seen, err := merged(tx, ticketBranches(sc, q), 1)
	if err == nil && len(seen) == 0 {
		return customerRow{}, record.Foreign("customer")
	}
	return row, err
}

// ChangeCustomer changes name and notes. Version is the one that was seen; another means that somebody else was faster. It is audited without what was written.
// Errors: as Customer, and *record.Error changed_meanwhile, invalid.
func (s *Store) ChangeCustomer(ctx context.Context, v record.Viewer, id string, version int64, p record.CustomerPatch) (out record.Customer, err error) {
	return out, s.write(ctx, "change a customer", func(tx *gorm.DB) error {
		row, err := customerOf(tx, v, id)
		if err != nil {
			return err
		}
		if row.Version != version {
			return changedMeanwhile()
		}
		before := row.domain()
		if out, err = p.Apply(before); err != nil {
			return err
		}
		if out == before {
			return nil
		}
		out.Version, out.Updated = version+1, s.now().UTC()
		done := tx.Model(&customerRow{}).Where("id = ? AND version = ?", id, version).
			Updates(map[string]any{"name": out.Name, "notes": out.Notes, "updated_at": out.Updated, "version": out.Version})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return changedMeanwhile()
		}
		if out.Name != before.Name {
			if err := s.renamed(tx, id); err != nil {
				return err
			}
		}
		what := map[string]bool{"name": out.Name != before.Name, "notes": out.Notes != before.Notes}
		return s.note(tx, v.User, "change_customer", id, nil, what)
	})
}

// renamed makes a customer's tickets found by the new name; the newest of them, if there are very many.
func (s *Store) renamed(tx *gorm.DB, customerID string) error {
	const most = 500
	var list []ticket
	if err := tx.Where("customer_id = ?", customerID).Order("id DESC").Limit(most).Find(&list).Error; err != nil {
		return err
	}
	for _, t := range list {
		words, err := wordsOf(tx, t)
		if err != nil {
			return err
		}
		if err := tx.Model(&ticket{}).Where("id = ?", t.ID).Update("words", words).Error; err != nil {
			return err
		}
	}
	return nil
}

func changedMeanwhile() error {
	return &record.Error{Slug: "changed_meanwhile", Detail: "somebody else changed it meanwhile; read it again, and change what is there now"}
}

// Acquaintance is what an agent who is called by the number is shown of the caller: of the earlier tickets those that they may open, without this
// call's own.
func (s *Store) Acquaintance(ctx context.Context, v record.Viewer, serviceID, number, callID string) (out record.Acquaintance, err error) {
	return out, s.read(ctx, "look up a caller", func(tx *gorm.DB) error {
		country, err := countryOf(tx, serviceID)
		if err != nil {
			return err
		}
		var row customerRow
		if number = record.E164(number, country); number == "" {
			return nil
		}
		err = tx.Where("number = ?", number).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		sc, err := scopeOf(tx, v, "tickets")
		if err != nil {
			return err
		}
		known := row.domain()
		out.Customer = &known
		mine := visibleTicket(sc)
		earlier := func() *gorm.DB {
			return tx.Table("tickets t").Where("t.customer_id = ? AND t.call_id <> ?", row.ID, callID).Where(mine.sql, mine.args...)
		}
		var n int64
		if err := earlier().Count(&n).Error; err != nil {
			return err
		}
		out.Tickets = int(n)
		var latest []ticket
		if err := earlier().Select("t.*").Order("t.id DESC").Limit(record.LatestTickets).Find(&latest).Error; err != nil {
			return err
		}
		out.Latest, err = tickets(tx, latest)
		return err
	})
}
