package record

import (
	"slices"
	"strings"
	"time"

	"switchroom/call"
)

// Status is where the work on a ticket stands.
type Status string

// The statuses.
const (
	Open    Status = "open"
	Pending Status = "pending" // waits for somebody outside
	Solved  Status = "solved"  // may be opened again
	Closed  Status = "closed"  // for good
)

var nextStatuses = map[Status][]Status{
	Open: {Pending, Solved}, Pending: {Open, Solved}, Solved: {Open, Closed}, Closed: nil,
}

// Next lists the statuses that a ticket with this one can get.
func (s Status) Next() []Status { return slices.Clone(nextStatuses[s]) }

// Direction is who called whom.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
	Internal Direction = "internal" // between two agents; there is no ticket
)

// DirectionOf tells a call's direction.
func DirectionOf(c call.Call) Direction {
	switch {
	case c.Internal:
		return Internal
	case c.Outbound:
		return Outbound
	}
	return Inbound
}

// Ticket is the work that one customer call makes (S15): there is exactly one per call in which customer and agent were connected.
type Ticket struct {
	ID       string
	Number   string // as people say it: T-000123
	Call     string
	Customer string // ID; empty: the caller's number was withheld or unusable, or the data was deleted
	// Service, Queue and Direction are the call's.
	Service, Queue string
	Direction      Direction
	Caller         call.Party // as the network said; hostile text
	Agent          string     // who was with the customer first
	Agents         []string   // all who took part, sorted
	Subject        string
	Disposition    string // what came of it; empty: not said yet
	Status         Status
	Assignee       string // user ID; empty: nobody
	Tags           []string
	Opened         time.Time
	Updated        time.Time
	Version        int64 // counts changes: whoever makes one names the version that they saw
}

// Note is what somebody wrote about a ticket. Notes are added, never changed.
type Note struct {
	ID     string
	Author string // user ID
	At     time.Time
	Text   string
}

// Change is one line of a ticket's history.
type Change struct {
	ID            string
	At            time.Time
	Who           string // user ID
	What          string // opened, subject, disposition, status, assignee, tags, note
	Before, After string
}

// TicketFile is a ticket with all that was written about it, oldest first.
type TicketFile struct {
	Ticket
	Notes   []Note
	Changes []Change
	// Dispositions are those that may be chosen; none: any text.
	Dispositions []string
}

// TicketPatch changes what is not nil.
type TicketPatch struct {
	Subject     *string
	Disposition *string
	Status      *Status
	Assignee    *string
	Tags        *[]string
}

// Bounds of what people type.
const (
	MaxSubject     = 200
	MaxDisposition = 100
	MaxNote        = 10_000
	MaxTag         = 50
	MaxTags        = 20
	MaxName        = 100
)

// Apply says what the patch makes of a ticket. Allowed are the service's dispositions; none: any text. It does not know who may be assigned. Errors: *[Error]
// wrong_status, bad_disposition, invalid.
func (p TicketPatch) Apply(t Ticket, allowed []string) (Ticket, error) {
	if p.Subject != nil {
		if err := line("subject", *p.Subject, MaxSubject); err != nil {
			return t, err
		}
		t.Subject = strings.TrimSpace(*p.Subject)
	}
	if p.Disposition != nil && *p.Disposition != t.Disposition {
		if err := line("disposition", *p.Disposition, MaxDisposition); err != nil {
			return t, err
		}
		if *p.Disposition != "" && len(allowed) > 0 && !slices.Contains(allowed, *p.Disposition) {
			return t, &Error{Slug: "bad_disposition", Field: "/disposition", Detail: "the service has a list of dispositions; choose one of it"}
		}
		t.Disposition = *p.Disposition
	}
	if p.Status != nil && *p.Status != t.Status {
		if !slices.Contains(nextStatuses[t.Status], *p.Status) {
			return t, &Error{Slug: "wrong_status", Field: "/status", Detail: wrongStatus(t.Status)}
		}
		t.Status = *p.Status
	}
	if p.Assignee != nil {
		if err := line("assignee", *p.Assignee, MaxName); err != nil {
			return t, err
		}
		t.Assignee = *p.Assignee
	}
	if p.Tags != nil {
		tags, err := Tags(*p.Tags)
		if err != nil {
			return t, err
		}
		t.Tags = tags
	}
	return t, nil
}

func wrongStatus(s Status) string {
	next := nextStatuses[s]
	if len(next) == 0 {
		return "a closed ticket stays closed; the customer's next call opens another"
	}
	words := make([]string, len(next))
	for i, n := range next {
		words[i] = string(n)
	}
	return "a ticket that is " + string(s) + " can become " + strings.Join(words, " or ")
}

// Tags brings tags into one form: lower case, sorted, each once.
func Tags(in []string) ([]string, error) {
	out := make([]string, 0, len(in))
	for _, t := range in {
		t = strings.ToLower(strings.TrimSpace(t))
		if err := line("tags", t, MaxTag); err != nil {
			return nil, err
		}
		if t == "" {
			return nil, invalid("tags", "a tag is not empty")
		}
		out = append(out, t)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) > MaxTags {
		return nil, invalid("tags", "a ticket has at most %d tags", MaxTags)
	}
	return out, nil
}

// CheckNote refuses what is no note.
func CheckNote(text string) error {
	if strings.TrimSpace(text) == "" {
		return invalid("text", "write something")
	}
	return prose("text", text, MaxNote)
}

// TicketQuery asks for tickets. Empty fields do not matter.
type TicketQuery struct {
	Asked
	Status   Status
	Assignee string
	Service  string
	Customer string // ID
	Tag      string
	// Text is looked for in numbers, names, subject, disposition and notes, in any case.
	Text string
}

// TextWithin is how far back a search for text looks that has no bound: no index helps it.
const TextWithin = 90 * 24 * time.Hour
