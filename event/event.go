// Package event says what other systems are told of calls and tickets, and how it is signed: webhooks by the specification Standard Webhooks. It is pure: which step of a
// call makes which event is here, keeping events is store/sql's, sending them webhook's.
package event

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"switchroom/call"
)

// Type is the kind of an event.
type Type string

// The types. Of one call they come in this order, but that offers and transfers may come several times and an outbound call is not offered.
const (
	CallStarted     Type = "call.started"     // a caller came in, or an agent began to call
	CallOffered     Type = "call.offered"     // an agent's phone is rung for a waiting caller
	CallAnswered    Type = "call.answered"    // customer and agent are connected for the first time
	CallTransferred Type = "call.transferred" // another agent has the customer
	TicketOpened    Type = "ticket.opened"    // with all that was written about it meanwhile
	TicketChanged   Type = "ticket.changed"
	CallEnded       Type = "call.ended"
	// Test is sent on an administrator's demand, to one receiver.
	Test Type = "webhook.test"
)

// Types lists what a receiver can ask for.
func Types() []Type {
	return []Type{CallStarted, CallOffered, CallAnswered, CallTransferred, CallEnded, TicketOpened, TicketChanged}
}

// Event is something that happened.
type Event struct {
	// ID is made of the fact: whoever records the same fact again makes the same one.
	ID      string
	Type    Type
	At      time.Time
	Call    string // its events keep their order
	Service string
	Data    any // a Call, a Ticket or a Trial
}

// Body is the message's text.
func (e Event) Body() (string, error) {
	b, err := json.Marshal(struct {
		Type      Type      `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      any       `json:"data"`
	}{e.Type, e.At.UTC(), e.Data})
	if err != nil {
		return "", fmt.Errorf("write event %s: %w", e.ID, err)
	}
	return string(b), nil
}

var idForm = base32.StdEncoding.WithPadding(base32.NoPadding)

// IDOf makes the ID of the fact that version of a call, or of a ticket, brought that type of event.
func IDOf(t Type, of string, version uint64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", t, of, version))
	return "evt_" + strings.ToLower(idForm.EncodeToString(sum[:16]))
}

// Party is a customer as the network says: hostile text.
type Party struct {
	Number string `json:"number"`
	Name   string `json:"name,omitempty"`
}

// Call is the data of events of calls.
type Call struct {
	Call      string     `json:"call"`
	Version   uint64     `json:"version"` // counts the call's steps: of two events the higher is the later
	Direction string     `json:"direction"`
	Service   string     `json:"service"`
	Queue     string     `json:"queue,omitempty"`
	Customer  *Party     `json:"customer,omitempty"`
	Called    string     `json:"called,omitempty"`
	Agent     string     `json:"agent,omitempty"`  // whom the event is about: offered to, answered by, transferred to; of call.ended who had it last
	Ticket    string     `json:"ticket,omitempty"` // number
	Started   time.Time  `json:"started_at"`
	Answered  *time.Time `json:"answered_at,omitempty"`
	Ended     *time.Time `json:"ended_at,omitempty"`
	Class     string     `json:"class,omitempty"` // of call.ended
	Slug      string     `json:"slug,omitempty"`
	Times     *Times     `json:"times,omitempty"` // of call.ended
}

// Times is how long each part of a call took, in milliseconds.
type Times struct {
	Queue int64 `json:"queue_ms"`
	Ring  int64 `json:"ring_ms"`
	Talk  int64 `json:"talk_ms"`
	Hold  int64 `json:"hold_ms"`
}

// Ticket is the data of events of tickets. What was written in notes is not in it.
type Ticket struct {
	ID          string    `json:"id"`
	Ticket      string    `json:"ticket"` // number
	Version     int64     `json:"version"`
	Call        string    `json:"call"`
	Service     string    `json:"service"`
	Direction   string    `json:"direction"`
	Customer    *Party    `json:"customer,omitempty"`
	CustomerID  string    `json:"customer_id,omitempty"`
	Agent       string    `json:"agent"`
	Assignee    string    `json:"assignee,omitempty"`
	Status      string    `json:"status"`
	Subject     string    `json:"subject,omitempty"`
	Disposition string    `json:"disposition,omitempty"`
	Tags        []string  `json:"tags"`
	Changed     []string  `json:"changed,omitempty"` // of ticket.changed: subject, disposition, status, assignee, tags, note
	By          string    `json:"by,omitempty"`      // of ticket.changed
	Opened      time.Time `json:"opened_at"`
}

// Trial is the data of a test.
type Trial struct {
	Webhook string `json:"webhook"`
	By      string `json:"by"`
}

// Fact is what a step of a call brought.
type Fact struct {
	Type  Type
	Agent string // whom it is about; empty: nobody
}

// Of lists what the step from was to is brought, in order.
func Of(was, is call.Call) (out []Fact) {
	add := func(happened bool, t Type, agent string) {
		if happened {
			out = append(out, Fact{t, agent})
		}
	}
	owner := ""
	if is.Agent != nil {
		owner = is.Agent.Agent
	}
	add(was.State == call.New && is.State != call.New, CallStarted, owner)
	add(is.State == call.Offering && is.Agent != nil && (was.Agent == nil || was.Agent.Token != is.Agent.Token), CallOffered, owner)
	add(was.ConnectedAt.IsZero() && !is.ConnectedAt.IsZero(), CallAnswered, owner)
	add(was.Served != "" && is.Served != was.Served, CallTransferred, is.Served)
	add(was.Ticket == "" && is.Ticket != "", TicketOpened, is.Served)
	add(was.End == nil && is.End != nil, CallEnded, is.Served)
	return out
}

// Blank takes who the customer is, and what people typed, out of a message. What is no message of ours becomes an empty one.
func Blank(body string) string {
	var m struct {
		Type      json.RawMessage            `json:"type"`
		Timestamp json.RawMessage            `json:"timestamp"`
		Data      map[string]json.RawMessage `json:"data"`
	}
	if json.Unmarshal([]byte(body), &m) != nil || m.Type == nil {
		return "{}"
	}
	for _, field := range []string{"customer", "customer_id", "called", "subject", "disposition", "tags"} {
		delete(m.Data, field)
	}
	b, err := json.Marshal(m)
	if err != nil {
		return "{}"
	}
	return string(b)
}
