package sql

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"switchroom/record"
)

// CallFile is a call with who took part. Errors: *record.Error unknown, not_yours.
func (s *Store) CallFile(ctx context.Context, v record.Viewer, id string) (out record.CallFile, err error) {
	return out, s.read(ctx, "load call "+id, func(tx *gorm.DB) error {
		var row callRow
		err := tx.Where("id = ?", id).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return record.Unknown("call")
		}
		if err != nil {
			return err
		}
		var parts []callAgent
		if err := tx.Where("call_id = ?", id).Order("position").Find(&parts).Error; err != nil {
			return err
		}
		took := slices.ContainsFunc(parts, func(p callAgent) bool { return p.AgentID == v.User })
		sc, err := scopeOf(tx, v, "calls")
		if err != nil {
			return err
		}
		if !sc.sees(row.ServiceID, took) {
			return record.Foreign("call")
		}
		out.Call = row.domain()
		for _, p := range parts {
			out.Parts = append(out.Parts, p.domain())
		}
		var t ticket
		if err := tx.Where("call_id = ?", id).Limit(1).Find(&t).Error; err != nil {
			return err
		}
		out.TicketID, out.Customer = t.ID, deref(t.CustomerID)
		return nil
	})
}

// Calls lists calls, newest first. An *record.Error bad_cursor: begin without one.
func (s *Store) Calls(ctx context.Context, v record.Viewer, q record.CallQuery) (out record.Page[record.Call], err error) {
	return out, s.read(ctx, "list calls", func(tx *gorm.DB) error {
		var last place
		if q.After != "" {
			pos, id, ok := strings.Cut(q.After, ".")
			n, err := strconv.ParseInt(pos, 10, 64)
			if !ok || err != nil || id == "" {
				return badCursor()
			}
			last = place{n, id}
		}
		sc, err := scopeOf(tx, v, "calls")
		if err != nil {
			return err
		}
		places, err := alongIndexes(tx, callBranches(sc, q, last), q.Limit+1)
		if err != nil {
			return err
		}
		if len(places) > q.Limit {
			places = places[:q.Limit]
			end := places[q.Limit-1]
			out.Next = fmt.Sprintf("%d.%s", end.Pos, end.ID)
		}
		var rows []callRow
		if err := tx.Where("id IN ?", idsOf(places)).Order("entered_ms DESC, id DESC").Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			out.Items = append(out.Items, r.domain())
		}
		return nil
	})
}

// Exported notes in the audit trail that somebody was given calls in bulk; not whose number they looked for.
func (s *Store) Exported(ctx context.Context, by string, q record.CallQuery) error {
	if q.Number != "" {
		q.Number = "…"
	}
	return s.write(ctx, "note an export", func(tx *gorm.DB) error { return s.note(tx, by, "export_calls", cmp.Or(q.Service, "all"), nil, q) })
}

// callBranches are the sorted lists that answer the question. Each begins with the condition that leaves least, and the others are kept from an index of
// their own: without statistics a database may take the wrong one, and read a million rows for a page.
func callBranches(sc scope, q record.CallQuery, last place) []branch {
	// After the agent and the number, which are looked for first, those that leave least come first.
	var first string
	if q.Agent == "" && q.Number == "" {
		switch {
		case q.Slug != "":
			first = "c.end_slug"
		case q.Queue != "":
			first = "c.queue"
		case q.Class != "":
			first = "c.end_class"
		case q.Direction != "":
			first = "c.direction"
		}
	}
	var rest []clauseOf
	for _, f := range []struct{ column, value string }{{"c.end_slug", q.Slug}, {"c.queue", q.Queue}, {"c.end_class", string(q.Class)}, {"c.direction", string(q.Direction)}} {
		switch {
		case f.value == "":
		case f.column == first:
			rest = append(rest, clauseOf{f.column + " = ?", []any{f.value}})
		default:
			rest = append(rest, clauseOf{asIs(f.column) + " = ?", []any{f.value}})
		}
	}
	if q.Agent != "" || q.Number != "" {
		return []branch{callsOf(sc, q, last, rest)}
	}
	var out []branch
	for _, service := range sc.narrowed(q.Service) {
		out = append(out, branch{"calls c", slices.Concat([]clauseOf{{"c.service_id = ?", []any{service}}}, callBounds(q, last, callsKey), rest), callsKey})
	}
	if !sc.All {
		mine := slices.Concat([]clauseOf{{"ca.agent_id = ?", []any{sc.User}}}, callBounds(q, last, agentsKey), rest)
		if q.Service != "" {
			mine = append(mine, clauseOf{asIs("c.service_id") + " = ?", []any{q.Service}})
		}
		out = append(out, branch{ofAgent, mine, agentsKey})
	}
	return out
}

const ofAgent = "call_agents ca JOIN calls c ON c.id = ca.call_id"

var (
	callsKey  = [2]string{"c.entered_ms", "c.id"}
	agentsKey = [2]string{"ca.entered_ms", "ca.call_id"}
)

// callBounds are the page's beginning and the bounds in time.
func callBounds(q record.CallQuery, last place, key [2]string) (out []clauseOf) {
	at := key[0]
	if q.After != "" { // the first condition is the one that an index can begin at
		out = append(out, clauseOf{at + " <= ?", []any{last.Pos}}, clauseOf{"(" + at + " < ? OR " + key[1] + " < ?)", []any{last.Pos, last.ID}})
	}
	if !q.From.IsZero() {
		out = append(out, clauseOf{at + " >= ?", []any{q.From.UnixMilli()}})
	}
	if !q.Until.IsZero() {
		out = append(out, clauseOf{at + " < ?", []any{q.Until.UnixMilli()}})
	}
	return out
}

// callsOf is the list of an agent's calls, or of those of a customer's number.
func callsOf(sc scope, q record.CallQuery, last place, rest []clauseOf) branch {
	b := branch{"calls c", nil, callsKey}
	switch {
	case q.Number != "" && q.Agent != "":
		b.where = []clauseOf{{"c.number = ?", []any{q.Number}}, {"EXISTS (SELECT 1 FROM call_agents a WHERE a.call_id = c.id AND a.agent_id = ?)", []any{q.Agent}}}
	case q.Number != "":
		b.where = []clauseOf{{"c.number = ?", []any{q.Number}}}
	default:
		b = branch{ofAgent, []clauseOf{{"ca.agent_id = ?", []any{q.Agent}}}, agentsKey}
	}
	if q.Service != "" {
		b.where = append(b.where, clauseOf{asIs("c.service_id") + " = ?", []any{q.Service}})
	}
	if !sc.All {
		b.where = append(b.where, clauseOf{"(" + asIs("c.service_id") + " IN ? OR EXISTS (SELECT 1 FROM call_agents v WHERE v.call_id = c.id AND v.agent_id = ?))", []any{sc.services, sc.User}})
	}
	b.where = slices.Concat(b.where, callBounds(q, last, b.key), rest)
	return b
}

// firstID is the least ID that can have been made at that time or later.
func firstID(t time.Time) string {
	var id ulid.ULID
	if err := id.SetTime(ulid.Timestamp(t)); err != nil { // before 1970, or in ten thousand years
		return ""
	}
	return id.String()
}

func isULID(id string) bool {
	_, err := ulid.ParseStrict(id)
	return err == nil
}

func badCursor() error {
	return &record.Error{Slug: "bad_cursor", Detail: "take the cursor from the page before, or begin without one", Field: "after"}
}
