// Package call says what a customer's call is and what happens to it: (state, input) → (state, effects).
// It is pure: no clock, no I/O, no random ids, no map order in a result, no slice shared between values. The same call and the
// same inputs give the same effects on every machine, so a production call's journal replays as a test.
//
// Read [Call.Apply] first, then table.go (which input does what in which state) and the page of each
// feature: queue.go, offer.go, talk.go, hold.go, consult.go, transfer.go, farewell.go, closed.go, rejoin.go, dialout.go, colleague.go, lines.go, end.go. layout.go says who is bridged with
// whom in which state.
package call

import (
	"strconv"
	"time"

	"switchroom/agent"
)

// State is where a call stands.
type State string

// The states. Each names its deadline; at that time the engine feeds [Deadline].
const (
	New          State = ""                // before [Enter]
	DialingOut   State = "dialing"         // an agent calls a customer, or a colleague: the own phone first; deadline: ring times
	Queued       State = "queued"          // waits for an agent; deadline: the queue's longest wait
	Offering     State = "offering"        // one agent's phone is being rung; deadline: pickup time, or no ringing heard
	Connecting   State = "connecting"      // the agent answered; being bridged; deadline: ConnectWithin
	Talking      State = "talking"         // customer and agent are bridged; no deadline
	Held         State = "held"            // the customer hears music, the agent waits; deadline: the hold is long
	ConsultRings State = "consult_ringing" // the target is being called, the customer holds; deadline: the target's ring time
	Consulting   State = "consulting"      // agent and target talk, the customer holds; no deadline
	Swapped      State = "swapped"         // agent and customer talk, the target holds; no deadline
	InConference State = "conference"      // all three talk; no deadline
	Transferring State = "transferring"    // the agent let go, the target is being called; deadline: the target's ring time
	Recalling    State = "recalling"       // a transfer failed: who transferred is being called; deadline: pickup time
	Rejoining    State = "rejoining"       // an agent's leg was lost, not hung up; deadline: RejoinWithin
	AgentsOnly   State = "agents_only"     // agent and target talk: the customer went, or there never was one; no deadline
	Forwarded    State = "forwarded"       // customer and a target outside talk; deadline: the longest such conversation
	Farewell     State = "farewell"        // the customer hears the last message: of a forced disconnect, or that the service is closed; deadline: its longest time
	Ended        State = "ended"           // over; legs may still have to go; deadline: the next sweep
)

// States lists every state that a call can be in after [Enter], in the order of a call's life.
func States() []State {
	return []State{
		DialingOut, Queued, Offering, Connecting, Talking, Held, ConsultRings, Consulting, Swapped, InConference, Transferring, Recalling, Rejoining, AgentsOnly, Forwarded, Farewell, Ended,
	}
}

// Limits that are not settings.
const (
	// RingWithin: a phone that does not say "ringing" this soon is unreachable. Loopback and office phones take
	// milliseconds, mobile browsers up to two seconds; without a limit Asterisk would wait 32 s (SIP timer B).
	RingWithin = 5 * time.Second
	// ConnectWithin: joining two channels takes milliseconds; after this the agent's leg is given up.
	ConnectWithin = 5 * time.Second
	// RejoinWithin: how long a lost phone is called back before the customer goes to the queue's front.
	RejoinWithin = 20 * time.Second
	// RejoinRing: how long one attempt to call a lost phone back may ring.
	RejoinRing = 8 * time.Second
	// RejoinPause: between two attempts.
	RejoinPause = 2 * time.Second
	// SweepEvery: how often the legs of an ended call are hung up again until they are gone.
	SweepEvery = 5 * time.Second
	// SweepTimes: after this many sweeps an ended call is closed and the watchdog for ownerless channels takes over.
	SweepTimes = 3
	// AnswerWithin: a page that was asked to answer its phone gets this much, even past the pickup time.
	AnswerWithin = 3 * time.Second
	// TargetRing: how long the target of a transfer rings, where the scenario does not say.
	TargetRing = 30 * time.Second
	// HandoverWithin: who was consulted and hangs up this soon after they got the customer means the consultation: words of parting take a moment, and both ends
	// of them hang up.
	HandoverWithin = 2 * time.Second
	// RecallWithin: how long the engine may take to find out whether a recalled agent can be called.
	RecallWithin = 5 * time.Second
	// FarewellWithin: the longest message, where the scenario does not say.
	FarewellWithin = time.Minute
	// ReofferPause: the agent who missed this call is not offered it again sooner, even when nobody else is there.
	ReofferPause = 5 * time.Second
)

// Sound is what the customer hears (invariant 2: never nothing).
type Sound string

// What a customer can hear.
const (
	Nothing Sound = ""
	Tone    Sound = "ringing"
	Music   Sound = "music"
	Person  Sound = "person"
	Message Sound = "message" // the last one: a forced disconnect's, or a closed service's
)

// Scenario is what the queue's and service's settings say about this call, copied at [Enter], and again by [QueueChanged]
// where a change of settings makes sense for the call: a replay needs no database.
type Scenario struct {
	Pickup    time.Duration `json:"pickup"`             // how long one agent's phone rings (S16); at least a second
	MaxWait   time.Duration `json:"max_wait,omitempty"` // overflow after this; zero: wait for ever
	Music     string        `json:"music"`              // music class on every node
	AnswerNow bool          `json:"answer_now"`         // answer at queue entry and play music; else ringing until an agent answers
	MissLimit int           `json:"miss_limit"`         // misses until Business (Missed); zero: never
	WrapUp    time.Duration `json:"wrap_up,omitempty"`  // longest ticket processing; zero: no limit (S40)
	// OverflowEmpty sends the caller back to the dialplan as soon as nobody is logged in who could take the call; else they wait.
	OverflowEmpty bool `json:"overflow_empty,omitempty"`
	Priority      int  `json:"priority,omitempty"` // higher is served first; zero is normal

	HoldWarn     time.Duration `json:"hold_warn,omitempty"`     // a customer held longer is signalled, again and again; zero: never
	TargetRing   time.Duration `json:"target_ring,omitempty"`   // how long a transfer's target rings; zero: [TargetRing]
	Farewell     string        `json:"farewell,omitempty"`      // the forced message as every node knows it; empty: the built-in one
	FarewellTime time.Duration `json:"farewell_time,omitempty"` // its longest time; zero: [FarewellWithin]
	ForwardTime  time.Duration `json:"forward_time,omitempty"`  // the longest conversation with a target outside; zero: [ForwardWithin]
}

// Party is who calls, as the network says it: hostile text, to be escaped wherever it is shown or passed on.
type Party struct {
	Number string `json:"number"`
	Name   string `json:"name,omitempty"`
}

// LegState is what a leg's channel does.
type LegState string

// The states of a leg.
const (
	Dialing LegState = "dialing"
	Rings   LegState = "ringing"
	Up      LegState = "up"
	Gone    LegState = "gone"
)

// Leg is one channel of the call.
type Leg struct {
	ID    string   `json:"id"` // the channel's id at Asterisk: ours for phones, Asterisk's for callers
	State LegState `json:"state"`
	Rang  bool     `json:"rang,omitempty"` // the phone said it is ringing
	// Dropped: we asked for its end. It is no part of the call any more and only waited for.
	Dropped bool      `json:"dropped,omitempty"`
	At      time.Time `json:"at"` // when it was dialled or came in
	// Held: the phone's own hold key is pressed. Nobody but the phone can undo that: who is bridged with it hears nothing.
	Held bool `json:"held,omitempty"`
	// Way is how a leg to the outside was called: what the switch dialled.
	Way string `json:"way,omitempty"`
	// Own: the agent dialled on the phone itself. It is answered when the customer answers.
	Own bool `json:"own,omitempty"`
	// In: we asked for it to be in the call's bridge. Music: we play music to it outside. Tone: we let it hear ringing. All are
	// kept for agents' and targets' legs; of the customer's, [Call.Hears] says it.
	In    bool `json:"in,omitempty"`
	Music bool `json:"music,omitempty"`
	Tone  bool `json:"tone,omitempty"`
}

// Participant is the agent who is offered the call or has it.
type Participant struct {
	Agent    string       `json:"agent"`
	Token    string       `json:"token"` // of the agent's reservation: fences every later word about it
	Device   agent.Device `json:"device"`
	Endpoint string       `json:"endpoint"`
	Leg      string       `json:"leg"` // the current leg; empty while a lost phone is waited for
	Since    time.Time    `json:"since"`
	// First and Second are the lines of a desk phone whose agent consults on its second one: the customer's and the target's. Leg is the one that is
	// spoken on. Empty: there is one line.
	First  string `json:"first,omitempty"`
	Second string `json:"second,omitempty"`
	// Asked: the agent pressed Answer on the widget (S14).
	Asked bool `json:"asked,omitempty"`
	// Muted: nobody hears the agent. Mutes: they were muted at some time; the others' phones are never spoken to about it.
	Muted bool `json:"muted,omitempty"`
	Mutes bool `json:"mutes,omitempty"`
}

// Try is an offer that came to nothing.
type Try struct {
	Agent string    `json:"agent"`
	Why   string    `json:"why"`
	At    time.Time `json:"at"`
}

// Class is the kind of ending; the slug says which.
type Class string

// The classes of endings.
const (
	Completed Class = "completed" // customer and agent talked
	Abandoned Class = "abandoned" // the caller hung up before that
	Overflow  Class = "overflow"  // back to the dialplan: waited too long, or nobody there
	Refused   Class = "refused"   // not taken at all
	// Unanswered: an agent called a customer who did not answer.
	Unanswered Class = "unanswered"
)

// End is how a call ended; class and slug are the same in journal, API, metric and log.
type End struct {
	Class Class     `json:"class"`
	Slug  string    `json:"slug"`
	At    time.Time `json:"at"`
}

// Call is a customer's call. It is a value: Apply returns a changed copy.
//
// Owner: the engine's goroutine for this call, and nobody else.
type Call struct {
	ID      string `json:"id"`
	Version uint64 `json:"version"` // counts saves; set by the engine
	Node    string `json:"node"`    // the Asterisk node that all legs live on

	Service  string   `json:"service"`
	Queue    string   `json:"queue"`
	Scenario Scenario `json:"scenario"`
	Caller   Party    `json:"caller"`
	Called   string   `json:"called,omitempty"` // the number dialled

	State    State     `json:"state"`
	Since    time.Time `json:"since"`             // of the state
	Deadline time.Time `json:"deadline,omitzero"` // zero: none

	EnteredAt   time.Time `json:"entered_at"`
	QueuedAt    time.Time `json:"queued_at"` // the place in the queue counts from here, kept over missed offers
	Front       bool      `json:"front,omitempty"`
	ConnectedAt time.Time `json:"connected_at,omitzero"` // first time bridged with an agent

	Customer Leg   `json:"customer"`
	Answered bool  `json:"answered,omitempty"` // the customer's leg was answered: they pay, they may hear music
	Hears    Sound `json:"hears,omitempty"`
	Bridged  bool  `json:"bridged,omitempty"` // the bridge was asked for

	Agent  *Participant `json:"agent,omitempty"`
	Target *Target      `json:"target,omitempty"` // nil: nobody else
	Legs   []Leg        `json:"legs,omitempty"`   // agents' and targets' legs that are not gone yet
	Offers int          `json:"offers,omitempty"`
	Dials  int          `json:"dials,omitempty"`
	Tries  []Try        `json:"tries,omitempty"`

	Ticket string `json:"ticket,omitempty"` // its number, once it exists (S15)
	Served string `json:"served,omitempty"` // the agent who was bridged with the customer last: the ticket is theirs
	Sweeps int    `json:"sweeps,omitempty"`
	End    *End   `json:"end,omitempty"`

	// Outbound: an agent called the customer. CallerID is the number shown to them, Ways the ways out not tried yet, Outs counts those tried.
	Outbound bool     `json:"outbound,omitempty"`
	CallerID string   `json:"caller_id,omitempty"`
	Ways     []string `json:"ways,omitempty"`
	Outs     int      `json:"outs,omitempty"`
	// Internal: an agent called a colleague. There is no customer, and no ticket; Caller is the colleague.
	Internal bool `json:"internal,omitempty"`

	// WaitsFrom is where the queue's longest wait counts from, where that is not QueuedAt: the customer came back into a queue.
	WaitsFrom time.Time `json:"waits_from,omitzero"`
	// Waited is how long the customer waited for agents until somebody was there last.
	Waited time.Duration `json:"waited,omitempty"`
	// Back is the state that a rejoining agent comes back to. TargetLost: of two agents who talk it is the target who rejoins.
	Back       State `json:"back,omitempty"`
	TargetLost bool  `json:"target_lost,omitempty"`
	// HeldLong counts how often the hold was signalled as too long.
	HeldLong int `json:"held_long,omitempty"`
	// Untold are the agents who process a ticket that does not exist yet.
	Untold []string `json:"untold,omitempty"`
	// Recall is the agent who transferred blindly and is called when that fails.
	Recall string `json:"recall,omitempty"`
	// Handover is the last one from a consultation.
	Handover   *Handover   `json:"handover,omitempty"`
	Failure    *Failure    `json:"failure,omitempty"`
	Disconnect *Disconnect `json:"disconnect,omitempty"`
	Closing    *Closing    `json:"closing,omitempty"` // the service is closed, and the caller hears that
}

// Bridge is the id of the call's bridge at Asterisk.
func (c Call) Bridge() string { return c.ID }

// Waiting tells whether the call wants an agent of a queue, and which: its own, or a consultation's.
func (c Call) Waiting() (queue string, ok bool) {
	switch {
	case c.State == Queued:
		return c.Queue, true
	case c.State == ConsultRings && c.Target.Kind == ToQueue && c.Target.Agent == "":
		return c.Target.Queue, true
	}
	return "", false
}

// Closed tells whether nothing of the call is left at Asterisk, nor a ticket owed: its live record can go.
func (c Call) Closed() bool {
	return c.State == Ended && (c.Sweeps >= SweepTimes || c.allGone()) && !c.owesTicket()
}

// allGone: nobody is left.
func (c Call) allGone() bool { return (c.Customer.State == Gone || !c.called()) && len(c.Legs) == 0 }

// owesTicket: the customer was connected and the ticket does not exist yet (invariant 5). The record is the only memory of that debt.
func (c Call) owesTicket() bool { return c.Served != "" && c.Ticket == "" }

// Clone returns a copy that shares nothing.
func (c Call) Clone() Call {
	c.Legs = append([]Leg(nil), c.Legs...)
	c.Tries = append([]Try(nil), c.Tries...)
	c.Untold = append([]string(nil), c.Untold...)
	c.Ways = append([]string(nil), c.Ways...)
	c.Agent = copyOf(c.Agent)
	c.Target = c.Target.clone()
	c.End, c.Failure, c.Disconnect, c.Closing = copyOf(c.End), copyOf(c.Failure), copyOf(c.Disconnect), copyOf(c.Closing)
	c.Handover = copyOf(c.Handover)
	return c
}

func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// leg returns the agent's leg with that id, or nil.
func (c *Call) leg(id string) *Leg {
	for i := range c.Legs {
		if c.Legs[i].ID == id {
			return &c.Legs[i]
		}
	}
	return nil
}

// current returns the leg of the agent who is offered the call or has it, or nil.
func (c *Call) current() *Leg {
	if c.Agent == nil {
		return nil
	}
	return c.leg(c.Agent.Leg)
}

// Part returns the agent's part in the call, as its agent or its target, or nil.
func (c *Call) Part(agentID string) *Participant {
	switch {
	case agentID == "":
	case c.Agent != nil && c.Agent.Agent == agentID:
		return c.Agent
	case c.Target != nil && c.Target.Agent == agentID:
		return &c.Target.Participant
	}
	return nil
}

// WaysTaken lists the legs to the outside that are not gone, with how they were called.
func (c *Call) WaysTaken() map[string]string {
	out := map[string]string{}
	for _, leg := range append([]Leg{c.Customer}, c.Legs...) {
		if leg.Way != "" && leg.State != Gone {
			out[leg.ID] = leg.Way
		}
	}
	return out
}

// Parties lists the agents who take part: the call's agent, then the target.
func (c *Call) Parties() (ids []string) {
	if c.Agent != nil {
		ids = append(ids, c.Agent.Agent)
	}
	if c.Target != nil && c.Target.Agent != "" {
		ids = append(ids, c.Target.Agent)
	}
	return ids
}

// Talks tells whether the agent's leg is up and part of the call: their phone should be heard.
func (c *Call) Talks(agentID string) (leg string, ok bool) {
	p := c.Part(agentID)
	if p == nil || c.State == Connecting {
		return "", false
	}
	l := c.leg(p.Leg)
	return p.Leg, l != nil && l.State == Up
}

func itoa(n int) string { return strconv.Itoa(n) }

func (c *Call) nextLeg() string {
	c.Dials++
	return c.ID + "-a" + strconv.Itoa(c.Dials)
}

func (c *Call) nextToken() string {
	c.Offers++
	return c.ID + "-o" + strconv.Itoa(c.Offers)
}
