// Package engine runs calls: one goroutine owns each call and takes its inputs in order: apply, save, act. It owns the ports to
// the switch, the stores and the settings, reconciles after every (re)start and connect, and feeds the agents' clients.
//
// Start with [Engine.Run]; owner.go is the life of one call, step.go one step of it.
package engine

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// Switch is what the engine wants of Asterisk. One value serves one node.
type Switch interface {
	// Do carries out an effect of the switch and returns the input that results from it, or nil. "Done already" and "its object is
	// gone" are no errors for a repeatable effect. A Dial that the switch refuses yields LegGone; one whose fate is unknown (no answer in
	// time) yields an error, and must not be sent again. Bounded in time by itself.
	Do(ctx context.Context, e call.Effect) (call.Input, error)
	// Inventory lists what is at the node now.
	Inventory(ctx context.Context) (Inventory, error)
	// GuardRescue renews the caller's absolute timeout: should the controller die, Asterisk takes the caller back
	// to the dialplan after that time.
	GuardRescue(ctx context.Context, channel string, after time.Duration) error
	// AnswerReferral tells a desk phone what became of its transfer key; see Facts.Referred. A phone that is gone is no error.
	AnswerReferral(ctx context.Context, channel string, accepted bool) error
	// Drop hangs up a channel that belongs to nothing.
	Drop(ctx context.Context, channel string) error
	// DropBridge removes a bridge that belongs to nothing.
	DropBridge(ctx context.Context, bridge string) error
	// Heard is how many audio packets Asterisk has received on the channel.
	Heard(ctx context.Context, channel string) (packets int, err error)
	// Holding tells whether the phone's own hold key is pressed. A channel that is gone holds nobody.
	Holding(ctx context.Context, channel string) (bool, error)
	// Provision makes the phone account work, at once and over restarts of Asterisk (S6), or a retired one not work any more. Repeatable.
	Provision(ctx context.Context, a Account) error
}

// Inventory is what exists at a node.
type Inventory struct {
	Channels []Channel
	Bridges  []string        // ours only: those whose id is a call's
	Phones   map[string]bool // endpoint → has a reachable contact
}

// Channel is one channel at the node.
type Channel struct {
	ID    string
	State call.LegState
	// Ours tells whether the channel is in, or on its way into, our Stasis app: we may command it.
	Ours bool
	// Arrival is set for a caller who is in our app.
	Arrival *Arrival
	// Called: a leg to the outside that does not ring yet was rung for certain.
	Called bool
	// Created is when Asterisk made the channel.
	Created time.Time
}

// Arrival is a caller who came into Stasis.
type Arrival struct {
	Node     string
	Channel  string
	Queue    string
	Since    time.Time // a rescued caller's: when they first came in; zero: now
	Caller   call.Party
	Called   string
	Answered bool
	// Dialled is set for an agent who dialled on the phone itself: the endpoint. Called is what they dialled; Queue is empty.
	Dialled string
}

// Facts is what a switch tells the engine, in order, from one goroutine. None of them blocks on I/O.
type Facts interface {
	// Connected: events flow from now on; the engine reconciles before it works. Epoch counts connects.
	Connected(node string, epoch uint64)
	Disconnected(node string)
	Arrived(a Arrival)
	// Leg brings LegRinging, LegUp or LegGone.
	Leg(channel string, fact call.Input)
	// Referred tells that a desk phone's transfer key was pressed (SIP REFER) on that leg; nothing was moved. to is the number; empty where the
	// phone wants its two lines connected. Answer it with Switch.AnswerReferral.
	Referred(channel, to string)
	// Phone tells that an endpoint's contact came (also: was replaced) or went.
	Phone(endpoint string, reachable bool)
}

// Account is a phone account at Asterisk.
type Account struct {
	Agent    string
	Endpoint string
	Secret   string
	Device   agent.Device
	Number   string
	Name     string // shown to others; hostile like all names
	// Retired: the agent is not to have it any more. It must not stay at Asterisk, where its phone could go on calling.
	Retired bool
}

// Store keeps the live state (Redis). Every method is one round trip, bounded by ctx.
type Store interface {
	// Acquire makes owner the only one who may save for node and returns the new epoch. It fails with ErrLeased while another
	// owner's lease lives; the same owner (restarted) gets it at once, which fences out its former self.
	Acquire(ctx context.Context, node, owner string, ttl time.Duration) (epoch uint64, err error)
	// Renew prolongs the lease, or fails with ErrFenced.
	Renew(ctx context.Context, node, owner string, epoch uint64, ttl time.Duration) error
	// Save writes a batch, all or nothing. ErrFenced: this process is not the owner any more and must stop. *StaleError: a record
	// was changed by somebody else; load it and try again. Saving the same batch twice is no error.
	Save(ctx context.Context, b Batch) error
	// Calls lists the node's live calls.
	Calls(ctx context.Context, node string) ([]call.Call, error)
	// Agent loads one record; ok is false when there is none yet.
	Agent(ctx context.Context, id string) (a agent.Agent, ok bool, err error)
	Agents(ctx context.Context) ([]agent.Agent, error)
	// Ready lists at most limit agents whose record was Ready, free and reachable when saved, longest idle first, for a queue.
	Ready(ctx context.Context, queue string, limit int) ([]agent.Agent, error)
}

// Batch is one save: a step of a call with what it means for agents, or a step of an agent alone.
type Batch struct {
	Node  string
	Epoch uint64
	// Call is the new state; its Version is one more than the stored one's. Nil: no call is concerned.
	Call *call.Call
	// Agents are new states; each Version is one more than the stored one's.
	Agents []agent.Agent
	// Journal is the entry to append. Nil with agents alone.
	Journal *Entry
	// Notes are appended after it: what is known of calls that are over.
	Notes []Entry
	// Feed is what agents' clients are told.
	Feed []Message
}

// Entry is one line of a call's journal, or a note beside it.
type Entry struct {
	Call    string          `json:"call"`
	Version uint64          `json:"version"` // 0: it is a note, and no step of the call
	At      time.Time       `json:"at"`
	State   call.State      `json:"state"` // after the input
	Input   json.RawMessage `json:"input"`
	Effects json.RawMessage `json:"effects"`
	WrapUp  *WrapUp         `json:"wrap_up,omitempty"` // of a note
}

// WrapUp is an agent's ticket processing after a call, which is over.
type WrapUp struct {
	Agent string    `json:"agent"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// Message is one word to the clients of one agent. The store numbers it, per agent and without gaps.
type Message struct {
	Agent string          `json:"agent"`
	Type  string          `json:"type"` // MessageView or MessageAnswer
	Data  json.RawMessage `json:"data"`
}

// The types of message.
const (
	MessageView   = "view"   // Data is a View: all that the agent sees
	MessageAnswer = "answer" // Data is an AnswerRequest: whichever tab holds the phone answers
)

// AnswerRequest is MessageAnswer's data.
type AnswerRequest struct {
	Call string `json:"call"`
	Leg  string `json:"leg"`
}

// Settings is what the database says (SQL).
type Settings interface {
	// Queue returns ErrUnknown for a queue that is not there.
	Queue(ctx context.Context, name string) (Queue, error)
	// Person returns ErrUnknown for an agent who is not there.
	Person(ctx context.Context, id string) (Person, error)
	// Extension tells whose CTI number it is; ErrUnknown: nobody's.
	Extension(ctx context.Context, number string) (agentID string, err error)
	// Accounts lists every phone account that there has been.
	Accounts(ctx context.Context) ([]Account, error)
}

// Queue is a queue's settings.
type Queue struct {
	Name    string
	Service string
	// BusinessByNumber: agents who are Business can be called by number in a call of this service.
	BusinessByNumber bool
	Inbound          bool  // the service's contract switch "Use Phone CTI – IB" (S3)
	Hours            Hours // the service's
	Scenario         call.Scenario
}

// Person is an agent's settings.
type Person struct {
	ID      string
	Profile agent.Profile
	Service string // the home service
	// Permitted: the agent has phone permission for their service (S4).
	Permitted     bool
	DefaultStatus agent.Choice // of the home service (S9)
	DefaultReason string
	Reasons       agent.Reasons // to choose from, of the home service
}

// Ledger keeps what outlives calls (SQL).
type Ledger interface {
	// OpenTicket makes the call's one ticket, or returns the one that is there, by number.
	OpenTicket(ctx context.Context, c call.Call, agentID string) (number string, err error)
	// Refused notes in the audit trail that somebody tried what they may not do.
	Refused(ctx context.Context, r Refusal) error
}

// Refusal is an attempt that was refused for who tried it, or for what it was aimed at.
type Refusal struct {
	Agent  string
	What   string // the command: dial, transfer, consult, hold, ...
	Target string // the number dialled, or the call's id
	Code   string // as the client was told
}

// Errors of the ports.
var (
	ErrUnknown = errors.New("unknown")
	ErrLeased  = errors.New("another controller holds the node's lease")
	ErrFenced  = errors.New("this controller lost the node's lease to another")
)

// StaleError is a save that lost a race: the record has another version.
type StaleError struct {
	Record string // "call" or "agent"
	ID     string
}

func (e *StaleError) Error() string { return e.Record + " " + e.ID + " was changed meanwhile" }
