package record

import (
	"strings"
	"time"

	"switchroom/call"
)

// Customer is somebody who called, or was called, and was connected. There is one per number in the whole organisation, made with the number's first ticket.
type Customer struct {
	ID      string
	Number  string // E.164
	Name    string // at first what the network said; hostile text
	Notes   string
	Created time.Time
	Updated time.Time
	Version int64 // counts changes
}

// MaxNotes is the longest text about a customer, in characters.
const MaxNotes = 10_000

// CustomerQuery asks for customers: only the page of [Asked] counts.
type CustomerQuery struct {
	Asked
	Search string // part of the name or the number; empty: all
}

// Digits are what of the search can be part of a number, without a national number's leading zero; empty: nothing can.
func (q CustomerQuery) Digits() string {
	var digits strings.Builder
	for _, r := range q.Search {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case !strings.ContainsRune("+-./() ", r):
			return ""
		}
	}
	return strings.TrimLeft(digits.String(), "0")
}

// CustomerPatch changes what is not nil.
type CustomerPatch struct{ Name, Notes *string }

// Apply says what the patch makes of a customer.
func (p CustomerPatch) Apply(c Customer) (Customer, error) {
	if p.Name != nil {
		if err := line("name", *p.Name, MaxName); err != nil {
			return c, err
		}
		c.Name = strings.TrimSpace(*p.Name)
	}
	if p.Notes != nil {
		if err := prose("notes", *p.Notes, MaxNotes); err != nil {
			return c, err
		}
		c.Notes = *p.Notes
	}
	return c, nil
}

// Acquaintance is what an agent to whom a call is offered is shown of its caller (S13).
type Acquaintance struct {
	Customer *Customer // nil: nobody known
	// Tickets counts the earlier tickets that this agent may open; Latest are the newest of them.
	Tickets int
	Latest  []Ticket
}

// LatestTickets is how many of a caller's earlier tickets are shown with an offer.
const LatestTickets = 5

// Call is one line of the history of calls.
type Call struct {
	ID             string
	Node           string
	Service, Queue string
	Direction      Direction
	State          call.State // ended, or where it stands
	Caller         call.Party // the customer, or of an internal call the colleague; hostile text
	Called         string
	Agent          string // who talked with the customer last; empty: nobody
	Ticket         string // number
	Misses         int
	Entered        time.Time
	Connected      time.Time // zero: never
	Ended          time.Time // zero: it still lives
	Class          call.Class
	Slug           string
	Times          Times // zero while it lives
	// Blanked: the personal data was deleted.
	Blanked bool
}

// CallFile is a call with who took part and its ticket.
type CallFile struct {
	Call
	Parts    []Part // in the order in which they came
	TicketID string // empty: none
	Customer string // ID; empty: nobody known
}

// CallQuery asks for calls. Empty fields do not matter.
type CallQuery struct {
	Asked
	Service   string
	Queue     string
	Agent     string // took part, or was offered it
	Number    string // the customer's; E.164
	Direction Direction
	Class     call.Class
	Slug      string
}
