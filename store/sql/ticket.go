package sql

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"switchroom/record"
)

// TicketFile is a ticket with what was written about it. The ID may be its number, as people say it. Errors: *record.Error unknown, not_yours.
func (s *Store) TicketFile(ctx context.Context, v record.Viewer, id string) (out record.TicketFile, err error) {
	return out, s.read(ctx, "load ticket "+id, func(tx *gorm.DB) (err error) {
		out, err = ticketFile(tx, v, id)
		return err
	})
}

func ticketFile(tx *gorm.DB, v record.Viewer, id string) (out record.TicketFile, err error) {
	if out.Ticket, err = ticketOf(tx, v, id); err != nil {
		return out, err
	}
	var notes []ticketNote
	if err := tx.Where("ticket_id = ?", out.ID).Order("id").Find(&notes).Error; err != nil {
		return out, err
	}
	for _, n := range notes {
		out.Notes = append(out.Notes, record.Note{ID: n.ID, Author: n.Author, At: n.At.UTC(), Text: n.Text})
	}
	var changes []ticketChange
	if err := tx.Where("ticket_id = ?", out.ID).Order("id").Find(&changes).Error; err != nil {
		return out, err
	}
	for _, c := range changes {
		out.Changes = append(out.Changes, record.Change{ID: c.ID, At: c.At.UTC(), Who: c.Who, What: c.What, Before: c.Before, After: c.After})
	}
	out.Dispositions, err = dispositionsOf(tx, out.Service)
	return out, err
}

// ticketOf finds a ticket that the viewer may see.
func ticketOf(tx *gorm.DB, v record.Viewer, id string) (record.Ticket, error) {
	var row ticket
	err := tx.Where("id = ? OR number = ?", id, id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return record.Ticket{}, record.Unknown("ticket")
	}
	if err != nil {
		return record.Ticket{}, err
	}
	list, err := tickets(tx, []ticket{row})
	if err != nil {
		return record.Ticket{}, err
	}
	t := list[0]
	if !v.All && !slices.Contains(t.Agents, v.User) {
		mine, err := servicesOf(tx, v.User)
		if err != nil {
			return record.Ticket{}, err
		}
		if !slices.Contains(mine, t.Service) {
			return record.Ticket{}, record.Foreign("ticket")
		}
	}
	return t, nil
}

// tickets adds agents and tags.
func tickets(tx *gorm.DB, rows []ticket) ([]record.Ticket, error) {
	out := make([]record.Ticket, len(rows))
	at := map[string]*record.Ticket{}
	ids := make([]string, len(rows))
	for i, r := range rows {
		out[i], ids[i] = r.domain(), r.ID
		at[r.ID] = &out[i]
	}
	if len(rows) == 0 {
		return out, nil
	}
	var agents []ticketAgent
	if err := tx.Where("ticket_id IN ?", ids).Order("agent_id").Find(&agents).Error; err != nil {
		return nil, err
	}
	for _, a := range agents {
		at[a.TicketID].Agents = append(at[a.TicketID].Agents, a.AgentID)
	}
	var tags []ticketTag
	if err := tx.Where("ticket_id IN ?", ids).Order("tag").Find(&tags).Error; err != nil {
		return nil, err
	}
	for _, t := range tags {
		at[t.TicketID].Tags = append(at[t.TicketID].Tags, t.Tag)
	}
	return out, nil
}

// ChangeTicket changes a ticket. Version is the one that was seen; another means that somebody else was faster. Each change goes into the ticket's history. Errors:
// *record.Error unknown, not_yours, changed_meanwhile, wrong_status, bad_disposition, invalid.
func (s *Store) ChangeTicket(ctx context.Context, v record.Viewer, id string, version int64, p record.TicketPatch) (out record.TicketFile, err error) {
	return out, s.write(ctx, "change ticket "+id, func(tx *gorm.DB) error {
		before, err := ticketOf(tx, v, id)
		if err != nil {
			return err
		}
		if before.Version != version {
			return changedMeanwhile()
		}
		allowed, err := dispositionsOf(tx, before.Service)
		if err != nil {
			return err
		}
		after, err := p.Apply(before, allowed)
		if err != nil {
			return err
		}
		if after.Assignee != before.Assignee && after.Assignee != "" {
			if err := assignable(tx, after); err != nil {
				return err
			}
		}
		fields := changedFields(before, after)
		if len(fields) > 0 {
			if err := s.saveTicket(tx, v.User, before, after, fields); err != nil {
				return err
			}
		}
		if out, err = ticketFile(tx, v, before.ID); err != nil || len(fields) == 0 {
			return err
		}
		return s.publishTicket(tx, v.User, out.Ticket, names(fields)...)
	})
}

// assignable refuses who is not there any more, or could not see the ticket.
func assignable(tx *gorm.DB, t record.Ticket) error {
	refused := &record.Error{Slug: "invalid", Field: "/assignee", Detail: "assign somebody of the ticket's service, or who took part in the call"}
	var u user
	err := tx.Where("id = ? AND disabled = ?", t.Assignee, false).Take(&u).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return refused
	}
	if err != nil || slices.Contains(t.Agents, t.Assignee) {
		return err
	}
	mine, err := servicesOf(tx, t.Assignee)
	if err == nil && !slices.Contains(mine, t.Service) {
		return refused
	}
	return err
}

// field is one of a ticket that was changed.
type field struct{ what, before, after string }

func changedFields(before, after record.Ticket) (out []field) {
	for _, f := range []field{
		{"subject", before.Subject, after.Subject}, {"disposition", before.Disposition, after.Disposition}, {"status", string(before.Status), string(after.Status)},
		{"assignee", before.Assignee, after.Assignee}, {"tags", strings.Join(before.Tags, ", "), strings.Join(after.Tags, ", ")},
	} {
		if f.before != f.after {
			out = append(out, f)
		}
	}
	return out
}

func names(fields []field) (out []string) {
	for _, f := range fields {
		out = append(out, f.what)
	}
	return out
}

func (s *Store) saveTicket(tx *gorm.DB, by string, before, after record.Ticket, fields []field) error {
	if err := s.touch(tx, before, map[string]any{
		"subject": after.Subject, "disposition": after.Disposition, "status": string(after.Status), "assignee_id": after.Assignee,
	}); err != nil {
		return err
	}
	for _, f := range fields {
		if err := s.noted(tx, before.ID, by, f.what, f.before, f.after); err != nil {
			return err
		}
	}
	if slices.Equal(before.Tags, after.Tags) {
		return s.reword(tx, before.ID)
	}
	if err := tx.Where("ticket_id = ?", before.ID).Delete(&ticketTag{}).Error; err != nil {
		return err
	}
	for _, tag := range after.Tags {
		// Some databases take more for the same than we do.
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&ticketTag{Tag: tag, TicketID: before.ID}).Error; err != nil {
			return err
		}
	}
	return s.reword(tx, before.ID)
}

// touch writes columns of a ticket that still has the version that it was read with.
func (s *Store) touch(tx *gorm.DB, before record.Ticket, columns map[string]any) error {
	columns["version"], columns["updated_at"] = before.Version+1, s.now().UTC()
	done := tx.Model(&ticket{}).Where("id = ? AND version = ?", before.ID, before.Version).Updates(columns)
	if done.Error == nil && done.RowsAffected == 0 {
		return changedMeanwhile()
	}
	return done.Error
}

// AddNote writes a note about a ticket. Notes of two people at the same time are both kept. Errors: *record.Error unknown, not_yours, invalid.
func (s *Store) AddNote(ctx context.Context, v record.Viewer, id, text string) (out record.TicketFile, err error) {
	if err := record.CheckNote(text); err != nil {
		return out, err
	}
	return out, s.write(ctx, "note about ticket "+id, func(tx *gorm.DB) error {
		// The row is locked first: whoever writes at the same time waits, and reads the version that this one leaves.
		if err := locking(tx).Where("id = ? OR number = ?", id, id).Limit(1).Find(&ticket{}).Error; err != nil {
			return err
		}
		t, err := ticketOf(tx, v, id)
		if err != nil {
			return err
		}
		note := ticketNote{ID: s.newID(), TicketID: t.ID, Author: v.User, At: s.now().UTC(), Text: text}
		if err := tx.Create(&note).Error; err != nil {
			return err
		}
		if err := s.touch(tx, t, map[string]any{}); err != nil {
			return err
		}
		if err := s.noted(tx, t.ID, v.User, "note", "", note.ID); err != nil {
			return err
		}
		if err := s.reword(tx, t.ID); err != nil {
			return err
		}
		if out, err = ticketFile(tx, v, t.ID); err != nil {
			return err
		}
		return s.publishTicket(tx, v.User, out.Ticket, "note")
	})
}

// noted adds a line to a ticket's history.
func (s *Store) noted(tx *gorm.DB, ticketID, who, what, before, after string) error {
	return tx.Create(&ticketChange{ID: s.newID(), TicketID: ticketID, At: s.now().UTC(), Who: cut(who, 64), What: what, Before: before, After: after}).Error
}

// reword makes a ticket found by what is written about it now.
func (s *Store) reword(tx *gorm.DB, ticketID string) error {
	var t ticket
	if err := tx.Where("id = ?", ticketID).Take(&t).Error; err != nil {
		return err
	}
	words, err := wordsOf(tx, t)
	if err != nil {
		return err
	}
	return tx.Model(&ticket{}).Where("id = ?", ticketID).Update("words", words).Error
}

// maxWords bounds what of a ticket can be found, in bytes: a column of text holds no more on every database.
const maxWords = 60_000

// wordsOf is the text of a ticket that can be searched.
func wordsOf(tx *gorm.DB, t ticket) (string, error) {
	list := []string{t.Number, t.CallerNumber, t.CallerName, t.Subject, t.Disposition}
	if t.CustomerID != nil {
		var c customerRow
		if err := tx.Where("id = ?", *t.CustomerID).Limit(1).Find(&c).Error; err != nil {
			return "", err
		}
		list = append(list, c.Number, c.Name)
	}
	var notes []string
	if err := tx.Model(&ticketNote{}).Where("ticket_id = ?", t.ID).Order("id DESC").Pluck("text", &notes).Error; err != nil {
		return "", err
	}
	return cut(fold(strings.Join(append(list, notes...), "\n")), maxWords), nil
}

// fold makes case not matter.
func fold(text string) string { return strings.ToLower(cleaned(text)) }
