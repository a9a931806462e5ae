package sql

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"switchroom/record"
)

// Tickets lists tickets, newest first. An *record.Error bad_cursor: begin without one.
func (s *Store) Tickets(ctx context.Context, v record.Viewer, q record.TicketQuery) (out record.Page[record.Ticket], err error) {
	return out, s.read(ctx, "list tickets", func(tx *gorm.DB) error {
		if q.After != "" && !isULID(q.After) {
			return badCursor()
		}
		if q.Text != "" && q.From.IsZero() {
			q.From = s.now().Add(-record.TextWithin)
		}
		sc, err := scopeOf(tx, v, "tickets")
		if err != nil {
			return err
		}
		read := alongIndexes
		if q.Text != "" { // PostgreSQL has an index of the text, which is in no order
			read = merged
		}
		places, err := read(tx, ticketBranches(sc, q), q.Limit+1)
		if err != nil {
			return err
		}
		if len(places) > q.Limit {
			places = places[:q.Limit]
			out.Next = places[q.Limit-1].ID
		}
		var rows []ticket
		if err := tx.Where("id IN ?", idsOf(places)).Order("id DESC").Find(&rows).Error; err != nil {
			return err
		}
		out.Items, err = tickets(tx, rows)
		return err
	})
}

func idsOf(places []place) []string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = p.ID
	}
	return out
}

// visibleTicket is the condition that a ticket t is the viewer's to see.
func visibleTicket(sc scope) clauseOf {
	if sc.All {
		return clauseOf{sql: "1 = 1"}
	}
	return clauseOf{"(" + asIs("t.service_id") + " IN ? OR EXISTS (SELECT 1 FROM ticket_agents v WHERE v.ticket_id = t.id AND v.agent_id = ?))", []any{sc.services, sc.User}}
}

// ticketBranches are the sorted lists that answer the question. Each begins with the condition that leaves least.
func ticketBranches(sc scope, q record.TicketQuery) []branch {
	var rest []clauseOf
	if q.Status != "" {
		column := "t.status"
		if q.Customer != "" || q.Tag != "" {
			column = asIs(column)
		}
		rest = append(rest, clauseOf{column + " = ?", []any{q.Status}})
	}
	if q.Assignee != "" {
		rest = append(rest, clauseOf{"t.assignee_id = ?", []any{q.Assignee}})
	}
	if q.Text != "" {
		rest = append(rest, clauseOf{"t.words LIKE ? ESCAPE '!'", []any{like(wanted(q.Text))}})
	}
	if q.Customer != "" || q.Tag != "" {
		return []branch{narrow(sc, q, rest)}
	}
	var out []branch
	const id = "t.id"
	for _, of := range ofServices(sc.narrowed(q.Service), q.Text != "") {
		out = append(out, branch{"tickets t", slices.Concat([]clauseOf{of}, ticketBounds(q, id), rest), [2]string{"0", id}})
	}
	if !sc.All {
		const id = "ta.ticket_id"
		mine := slices.Concat([]clauseOf{{"ta.agent_id = ?", []any{sc.User}}}, ticketBounds(q, id), rest)
		if q.Service != "" {
			mine = append(mine, clauseOf{asIs("t.service_id") + " = ?", []any{q.Service}})
		}
		out = append(out, branch{"ticket_agents ta JOIN tickets t ON t.id = ta.ticket_id", mine, [2]string{"0", id}})
	}
	return out
}

// ofServices is one condition for all of the services, where text is looked for once, or one for each, whose list is read along its own index.
func ofServices(services []string, once bool) (out []clauseOf) {
	if once && len(services) > 1 {
		return []clauseOf{{"t.service_id IN ?", []any{services}}}
	}
	for _, s := range services {
		out = append(out, clauseOf{"t.service_id = ?", []any{s}})
	}
	return out
}

// ticketBounds are the page's beginning and the bounds in time, which a ticket's ID says.
func ticketBounds(q record.TicketQuery, id string) (out []clauseOf) {
	if q.After != "" {
		out = append(out, clauseOf{id + " < ?", []any{q.After}})
	}
	if !q.From.IsZero() {
		out = append(out, clauseOf{id + " >= ?", []any{firstID(q.From)}})
	}
	if !q.Until.IsZero() {
		out = append(out, clauseOf{id + " < ?", []any{firstID(q.Until)}})
	}
	return out
}

// narrow is the list of a customer's tickets, or of those with a tag.
func narrow(sc scope, q record.TicketQuery, rest []clauseOf) branch {
	b := branch{"tickets t", nil, [2]string{"0", "t.id"}}
	if q.Customer != "" {
		b.where = append(b.where, clauseOf{"t.customer_id = ?", []any{q.Customer}})
	}
	if q.Tag != "" {
		b.from = "ticket_tags tt JOIN tickets t ON t.id = tt.ticket_id"
		b.where = append(b.where, clauseOf{"tt.tag = ?", []any{fold(q.Tag)}})
		b.key[1] = "tt.ticket_id"
	}
	if q.Service != "" {
		b.where = append(b.where, clauseOf{asIs("t.service_id") + " = ?", []any{q.Service}})
	}
	b.where = slices.Concat(append(b.where, visibleTicket(sc)), ticketBounds(q, b.key[1]), rest)
	return b
}

// wanted is the text to look for. A telephone number is found however it is written.
func wanted(text string) string {
	text = strings.TrimSpace(fold(text))
	digits := strings.NewReplacer(" ", "", "-", "", ".", "", "/", "", "(", "", ")", "").Replace(text)
	if len(digits) >= 5 && strings.Trim(digits, "0123456789") == "" {
		return strings.TrimLeft(digits, "0") // a national number's first zeros are not part of it abroad
	}
	return text
}
