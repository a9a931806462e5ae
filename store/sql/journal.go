package sql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"switchroom/call"
	"switchroom/engine"
	"switchroom/event"
	"switchroom/record"
)

// AppendJournal keeps entries for ever and carries the calls' summaries forward. All or nothing; entries that are here already are
// passed over, so whoever drains the live store's stream may deliver twice. Entries of one call come in order of version.
func (s *Store) AppendJournal(ctx context.Context, entries []engine.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	var steps, notes []engine.Entry
	for _, e := range entries {
		switch {
		case e.Call == "" || e.Version == 0 && e.WrapUp == nil:
			return &Error{Slug: "invalid", Detail: "a journal entry names its call and version"}
		case e.Version == 0:
			notes = append(notes, e)
		default:
			steps = append(steps, e)
		}
	}
	return s.write(ctx, fmt.Sprintf("append %d journal entries", len(entries)), func(tx *gorm.DB) error {
		if err := s.appendSteps(ctx, tx, steps); err != nil {
			return err
		}
		return appendNotes(tx, notes)
	})
}

// appendNotes takes what is known of calls that are over, each once: the steps that it follows from are there.
func appendNotes(tx *gorm.DB, notes []engine.Entry) error {
	for _, n := range notes {
		var part callAgent
		err := tx.Where("call_id = ? AND agent_id = ?", n.Call, n.WrapUp.Agent).Limit(1).Find(&part).Error
		if err != nil {
			return err
		}
		since, until := max(n.WrapUp.Since.UnixMilli(), part.WrapUpTo), n.WrapUp.Until.UnixMilli()
		if part.CallID == "" || until <= since {
			continue // nobody's, or counted already
		}
		err = tx.Model(&callAgent{}).Where("call_id = ? AND agent_id = ?", n.Call, n.WrapUp.Agent).
			Updates(map[string]any{"wrap_up_ms": part.WrapUpMS + until - since, "wrap_up_to": until}).Error
		if err == nil {
			err = addWrapUp(tx, n.Call, n.WrapUp.Agent, ms(until-since))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) appendSteps(ctx context.Context, tx *gorm.DB, entries []engine.Entry) error {
	calls, err := loadSummaries(tx, entries)
	if err != nil {
		return err
	}
	rows := make([]journalEntry, 0, len(entries))
	for _, e := range entries {
		sum := calls[e.Call]
		if e.Version <= sum.row.Version || sum.row.Blanked {
			continue // here already, or forgotten for good
		}
		rows = append(rows, journalEntry{
			CallID: e.Call, Version: e.Version, At: e.At.UTC().Truncate(time.Microsecond), State: string(e.State), Input: text(e.Input, "{}"), Effects: text(e.Effects, "[]"),
		})
		if why := sum.follow(e); why != "" {
			s.log.LogAttrs(ctx, slog.LevelError, "journal does not replay", slog.String("call", e.Call), slog.Uint64("version", e.Version), slog.String("why", why))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.CreateInBatches(rows, rowsAtOnce).Error; err != nil {
		return err
	}
	if err := saveSummaries(tx, calls); err != nil {
		return err
	}
	return s.publishCalls(tx, calls)
}

// rowsAtOnce bounds one statement: SQLite takes 32766 parameters, a summary's row has about twenty.
const rowsAtOnce = 200

// Journal returns a call's entries, oldest first.
func (s *Store) Journal(ctx context.Context, callID string) ([]engine.Entry, error) {
	var rows []journalEntry
	err := s.read(ctx, "load the journal of call "+callID, func(tx *gorm.DB) error {
		return tx.Where("call_id = ?", callID).Order("version").Find(&rows).Error
	})
	out := make([]engine.Entry, len(rows))
	for i, r := range rows {
		out[i] = engine.Entry{
			Call: r.CallID, Version: r.Version, At: r.At.UTC(), State: call.State(r.State),
			Input: json.RawMessage(r.Input), Effects: json.RawMessage(r.Effects),
		}
	}
	return out, err
}

// summary is a call's row with the call that the journal's entries so far make, by the same Apply that made them.
type summary struct {
	row   callRow
	over  bool // it had ended before these entries
	call  call.Call
	clock record.Clock
	// events are what the entries of this batch brought.
	events []event.Event
}

// loadSummaries loads, or begins, the summaries of the entries' calls, and locks them: two controllers may drain the same entries at once. A call's
// row is there before it is locked, so that who comes second waits also for a call's first entries.
func loadSummaries(tx *gorm.DB, entries []engine.Entry) (map[string]*summary, error) {
	known := map[string]*summary{}
	for _, e := range entries {
		if known[e.Call] == nil {
			known[e.Call] = &summary{row: callRow{ID: e.Call, EnteredAt: e.At.UTC().Truncate(time.Microsecond)}}
		}
	}
	ids := slices.Sorted(maps.Keys(known)) // everybody locks in this order
	found, err := lockSummaries(tx, known, ids)
	if err != nil || found == len(ids) {
		return known, err
	}
	var fresh []callRow
	for _, id := range ids {
		if known[id].row.Version == 0 {
			fresh = append(fresh, known[id].row)
		}
	}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(fresh, rowsAtOnce).Error; err != nil {
		return nil, err
	}
	_, err = lockSummaries(tx, known, ids)
	return known, err
}

// lockSummaries fills in what is there, and tells how many that is.
func lockSummaries(tx *gorm.DB, known map[string]*summary, ids []string) (found int, err error) {
	for some := range slices.Chunk(ids, rowsAtOnce) {
		var rows []callRow
		if err := locking(tx).Where("id IN ?", some).Order("id").Find(&rows).Error; err != nil {
			return 0, err
		}
		found += len(rows)
		for _, r := range rows {
			s := known[r.ID]
			s.row, s.over, s.call = r, r.State == string(call.Ended), call.Call{}
			if r.Record == "" {
				continue
			}
			if err := json.Unmarshal([]byte(r.Record), &s.call); err != nil {
				return 0, fmt.Errorf("the record of call %s: %w", r.ID, err)
			}
			if r.Measured == "" {
				continue // begun before calls were measured
			}
			if err := json.Unmarshal([]byte(r.Measured), &s.clock); err != nil {
				return 0, fmt.Errorf("the times of call %s: %w", r.ID, err)
			}
		}
	}
	return found, nil
}

// saveSummaries writes the rows of all calls. An ended call keeps no record: its journal is all of it.
func saveSummaries(tx *gorm.DB, calls map[string]*summary) error {
	rows := make([]callRow, 0, len(calls))
	for _, id := range slices.Sorted(maps.Keys(calls)) {
		s := calls[id]
		if s.row.Blanked {
			continue
		}
		s.row.Record, s.row.Measured = "", ""
		if !s.call.Closed() {
			b, err := json.Marshal(s.call)
			if err != nil {
				return fmt.Errorf("the record of call %s: %w", id, err)
			}
			k, err := json.Marshal(s.clock)
			if err != nil {
				return fmt.Errorf("the times of call %s: %w", id, err)
			}
			s.row.Record, s.row.Measured = string(b), string(k)
		}
		if err := s.identify(tx); err != nil {
			return err
		}
		rows = append(rows, s.row)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(rows, rowsAtOnce).Error; err != nil {
		return err
	}
	if err := saveParts(tx, calls); err != nil {
		return err
	}
	return sumUp(tx, calls)
}

// identify makes the customer's number of what the network said, once.
func (s *summary) identify(tx *gorm.DB) error {
	if s.row.Number != "" || s.call.Internal || s.call.Caller.Number == "" {
		return nil
	}
	country, err := countryOf(tx, s.call.Service)
	s.row.Number = record.E164(s.call.Caller.Number, country)
	return err
}

// saveParts writes who took part in the calls, and who of them may therefore open the ticket.
func saveParts(tx *gorm.DB, calls map[string]*summary) error {
	var parts []callAgent
	for _, id := range slices.Sorted(maps.Keys(calls)) {
		s := calls[id]
		for i, p := range s.clock.Parts {
			parts = append(parts, callAgent{
				AgentID: p.Agent, CallID: id, EnteredMS: s.row.EnteredMS, Position: i + 1, FromMS: p.From.UnixMilli(), Took: p.Joined, Offers: p.Offers, Misses: p.Misses,
				RingMS: p.Ring.Milliseconds(), TalkMS: p.Talk.Milliseconds(), HoldMS: p.Hold.Milliseconds(), ConsultMS: p.Consult.Milliseconds(),
			})
		}
	}
	if len(parts) == 0 {
		return nil
	}
	// Wrap-up is known after the call, and comes by another way.
	counted := []string{"position", "from_ms", "took", "offers", "misses", "ring_ms", "talk_ms", "hold_ms", "consult_ms"}
	key := []clause.Column{{Name: "agent_id"}, {Name: "call_id"}}
	if err := tx.Clauses(clause.OnConflict{Columns: key, DoUpdates: clause.AssignmentColumns(counted)}).CreateInBatches(parts, rowsAtOnce).Error; err != nil {
		return err
	}
	return shareTickets(tx, calls)
}

// shareTickets lets all who took part in a call open its ticket, whatever their service is.
func shareTickets(tx *gorm.DB, calls map[string]*summary) error {
	var numbers []string
	took := map[string][]string{}
	for _, s := range calls {
		if names := s.clock.Names(); s.row.Ticket != "" && len(names) > 0 {
			numbers = append(numbers, s.row.Ticket)
			took[s.row.Ticket] = names
		}
	}
	for some := range slices.Chunk(numbers, rowsAtOnce) {
		var list []ticket
		if err := tx.Select("id", "number").Where("number IN ?", some).Find(&list).Error; err != nil {
			return err
		}
		var rows []ticketAgent
		for _, t := range list {
			for _, name := range took[t.Number] {
				rows = append(rows, ticketAgent{AgentID: name, TicketID: t.ID})
			}
		}
		if len(rows) == 0 {
			continue
		}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, rowsAtOnce).Error; err != nil {
			return err
		}
	}
	return nil
}

// follow takes one entry. It returns why the entry does not follow from those before, or "": the journal's word is then taken for
// the state, and the row is marked.
func (s *summary) follow(e engine.Entry) (why string) {
	first, was, wasOver := s.row.Version == 0, s.call, s.row.EndedAt != nil
	gap := e.Version != s.row.Version+1
	s.row.Version, s.row.State = e.Version, string(e.State)
	if first || s.row.EnteredAt.IsZero() {
		s.row.EnteredAt, s.row.Direction = e.At.UTC().Truncate(time.Microsecond), string(record.Inbound)
	}
	in, err := call.DecodeInput(e.Input)
	switch {
	case err != nil:
		why = err.Error()
	case gap:
		why = "entries before this one are missing"
	default:
		why = s.apply(e, in)
	}
	if e.State == call.Ended && s.row.EndedAt == nil {
		at := e.At.UTC().Truncate(time.Microsecond)
		s.row.EndedAt = &at
	}
	s.row.EnteredMS = s.row.EnteredAt.UnixMilli()
	if s.row.EndedAt != nil {
		s.row.EndedMS = s.row.EndedAt.UnixMilli()
	}
	s.row.Diverged = s.row.Diverged || why != ""
	s.told(was, wasOver, e.Version, e.At)
	return why
}

func (s *summary) apply(e engine.Entry, in call.Input) string {
	next, effects, err := s.call.Apply(e.At, in)
	if err != nil {
		return err.Error()
	}
	next.Version = e.Version
	s.clock.Step(s.call, next, effects, e.At)
	s.call = next
	c, r := next, &s.row
	r.Node, r.ServiceID, r.Queue, r.Direction = c.Node, c.Service, queueIn(c), string(record.DirectionOf(c))
	r.CallerNumber, r.CallerName, r.Called = cut(c.Caller.Number, 256), cut(c.Caller.Name, 512), cut(c.Called, 256)
	r.EnteredAt, r.Ticket, r.Misses = c.EnteredAt.UTC().Truncate(time.Microsecond), c.Ticket, len(c.Tries)
	if c.Agent != nil && c.State == call.Talking {
		r.AgentID = c.Agent.Agent
	}
	r.ConnectedAt = optional(c.ConnectedAt)
	if c.End != nil {
		r.EndedAt, r.EndClass, r.EndSlug = optional(c.End.At), string(c.End.Class), c.End.Slug
		// The times of the whole are said once they are whole, here and not at each read.
		k := s.clock
		r.QueueMS, r.RingMS, r.TalkMS, r.HoldMS = k.Queue.Milliseconds(), k.Ring.Milliseconds(), k.Talk.Milliseconds(), k.Hold.Milliseconds()
	}
	if c.State != e.State {
		return fmt.Sprintf("replays as %s, was %s", c.State, e.State)
	}
	return ""
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Microsecond)
	return &t
}

func text(b json.RawMessage, empty string) string {
	if len(b) == 0 {
		return empty
	}
	return string(b)
}

// CallSummary is what there is of a call in one line. While it is live it lags behind by the time the journal takes to get here.
type CallSummary struct {
	ID, Node, Service, Queue string
	State                    call.State
	Caller                   call.Party
	Called                   string
	Agent                    string // the last one who talked with the customer; empty: nobody did
	Ticket                   string
	Misses                   int // offers that came to nothing
	Entered                  time.Time
	Connected, Ended         *time.Time // nil: not (yet)
	Class                    call.Class
	Slug                     string
	Diverged                 bool // see callRow
}

// Call returns a call's summary; an *Error with the slug unknown when there is none.
func (s *Store) Call(ctx context.Context, id string) (CallSummary, error) {
	var r callRow
	err := s.read(ctx, "load call "+id, func(tx *gorm.DB) error { return tx.Where("id = ?", id).Take(&r).Error })
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return CallSummary{}, &Error{Slug: "unknown", Detail: "there is no such call"}
	}
	return CallSummary{
		ID: r.ID, Node: r.Node, Service: r.ServiceID, Queue: r.Queue, State: call.State(r.State),
		Caller: call.Party{Number: r.CallerNumber, Name: r.CallerName}, Called: r.Called, Agent: r.AgentID, Ticket: r.Ticket, Misses: r.Misses,
		Entered: r.EnteredAt, Connected: r.ConnectedAt, Ended: r.EndedAt, Class: call.Class(r.EndClass), Slug: r.EndSlug, Diverged: r.Diverged,
	}, err
}
