// Package agent says what an agent is: what they chose, what their call makes of it, and so whether a
// caller may be offered to them. It is pure: no clock, no I/O; the caller brings the time and stores the result.
//
// Start with [Agent.Apply] (what can happen to an agent) and [Agent.Status] (what people see).
package agent

import (
	"time"
)

// Choice is a status that an agent, or an administrator for them, has chosen (S9–S12).
type Choice string

// The statuses that can be chosen.
const (
	LoggedOut Choice = "logged_out"
	Business  Choice = "business" // occupied with other work: no calls (S10)
	Ready     Choice = "ready"    // gets calls (S11)
	Rest      Choice = "rest"     // on a break: no calls (S12)
)

// Valid tells whether c is one of the statuses above.
func (c Choice) Valid() bool {
	switch c {
	case LoggedOut, Business, Ready, Rest:
		return true
	}
	return false
}

// Reasons that the system itself gives for Business. Administrators define others.
const (
	ReasonTicketProcessing = "ticket_processing" // after a call (S38)
	ReasonMissed           = "missed"            // too many offers missed (S16)
	ReasonAbsent           = "absent"            // the agent's browser has been gone for too long
)

// Phase is what the agent's own leg is doing in the call that holds the agent.
type Phase string

// The phases of a reserved agent's leg.
const (
	Ringing    Phase = "ringing"    // offered: the phone rings, nobody answered yet
	Connecting Phase = "connecting" // answered, being joined with the customer
	Dialing    Phase = "dialing"    // calls a customer, who has not answered yet (S20)
	Talking    Phase = "talking"    // bridged with the customer, or being consulted
	Holding    Phase = "holding"    // the customer is on hold (S35)
	Consulting Phase = "consulting" // another party is, or is being, consulted (S29)
	Rejoining  Phase = "rejoining"  // the phone was lost; it is being called back
)

// Device says what kind of phone an agent has: it decides how Answer on the widget works (S14).
type Device string

// The kinds of phone.
const (
	WebRTC Device = "webrtc" // the browser's own: the page itself answers
	Desk   Device = "desk"   // a SIP phone: answered by its handset, or called again with auto-answer
)

// Phone is the agent's telephone as Asterisk knows it.
type Phone struct {
	Device    Device `json:"device"`
	Endpoint  string `json:"endpoint"` // PJSIP endpoint name, without "PJSIP/"
	Number    string `json:"number"`   // CTI number: the extension (S6)
	Reachable bool   `json:"reachable"`
	// Blocked is set after the phone was busy or unreachable: no offers before this time, or until its
	// contact changes (S16). Zero means not blocked.
	Blocked time.Time `json:"blocked,omitzero"`
	// Fault says why it is blocked: "busy" or "unreachable". Empty means not blocked.
	Fault string `json:"fault,omitempty"`
}

// Reservation is the one call, or offer, that holds the agent.
type Reservation struct {
	Call string `json:"call"`
	// Token fences: whoever wants to change or end the reservation must name it. It is the offer's id, unique for ever.
	Token string    `json:"token"`
	Phase Phase     `json:"phase"`
	Since time.Time `json:"since"` // of the phase
	// CallVersion is the version of the call that this record was saved with; set by the engine, so that what
	// is shown of both belongs together.
	CallVersion uint64 `json:"call_version"`
	// NewContact: the phone's contact came while it was held. What was called, and did not answer, may have been the former one.
	NewContact bool `json:"new_contact,omitempty"`
	// Node is the call's; set by the engine. Only that node's controller can tell whether the call still lives.
	Node string `json:"node,omitempty"`
}

// Agent is the live record of one agent. It is a value: Apply returns a changed copy.
//
// Owner: whoever saves it with a matching Version (compare-and-set in the store); nobody keeps it locked.
type Agent struct {
	ID      string `json:"id"`
	Version uint64 `json:"version"` // counts saves; the store refuses a stale one

	Name   string   `json:"name"`
	CTI    string   `json:"cti"`    // CTI ID (S6)
	Queues []string `json:"queues"` // names of the queues that may offer calls, sorted

	Chosen   Choice    `json:"chosen"`
	Reason   string    `json:"reason,omitempty"`
	ChosenAt time.Time `json:"chosen_at"`
	// Next is the status chosen during a call; it applies when the call ends. Empty: none chosen.
	Next       Choice `json:"next,omitempty"`
	NextReason string `json:"next_reason,omitempty"`
	// Barred: the settings let the agent be logged in no more, and the call that holds them is their last. Next is LoggedOut, and nothing else can be chosen.
	Barred bool `json:"barred,omitempty"`

	Phone Phone `json:"phone"`

	Held *Reservation `json:"held,omitempty"` // nil: free

	// WrapUpCall is the call whose ticket is being processed; WrapUpUntil ends that by itself (zero: no limit).
	WrapUpCall   string    `json:"wrap_up_call,omitempty"`
	WrapUpTicket string    `json:"wrap_up_ticket,omitempty"`
	WrapUpUntil  time.Time `json:"wrap_up_until,omitzero"`

	// Lost is the last conversation where nobody ended it; nil: somebody did, or something else has come since.
	Lost *Lost `json:"lost,omitempty"`

	// DialFailure says why the last call that the agent placed came to nothing (S20); nil: it did not, or something else has come since.
	DialFailure *DialFailure `json:"dial_failure,omitempty"`

	Misses    int       `json:"misses"`              // offers missed in a row
	IdleSince time.Time `json:"idle_since,omitzero"` // longest-idle routing counts from here
}

// Lost is a conversation that nobody ended.
type Lost struct {
	Call string    `json:"call"`
	How  string    `json:"how"` // LostPhone or LostCall
	At   time.Time `json:"at"`
}

// How a conversation was lost.
const (
	LostPhone = "phone" // the agent's phone was, and not found again: the customer went to somebody else
	LostCall  = "call"  // it was gone when Asterisk could be looked at again
)

// DialFailure is a call that the agent placed and that came to nothing.
type DialFailure struct {
	Call   string `json:"call"`
	Number string `json:"number"`
	// Why is the slug of the call's end, such as "busy", or "own_phone_busy" where the agent's own phone did not come.
	Why string    `json:"why"`
	At  time.Time `json:"at"`
}

// Free is an agent who has nothing to do with any call.
func (a Agent) Free() bool { return a.Held == nil }

// Available tells whether a queue may offer a call to the agent now. The reason is a slug for the
// call's timeline ("why did this call not ring me?"); it is empty when available.
func (a Agent) Available(now time.Time) (ok bool, why string) {
	switch {
	case a.Chosen != Ready:
		if a.Reason != "" {
			return false, string(a.Chosen) + "_" + a.Reason
		}
		return false, string(a.Chosen)
	case a.Held != nil:
		return false, "in_call"
	case !a.Phone.Reachable:
		return false, "phone_unreachable"
	case now.Before(a.Phone.Blocked):
		return false, "phone_" + a.Phone.Fault
	}
	return true, ""
}

// Claimable tells whether the agent may be taken for a call in that way, now. The reason is a slug as of [Agent.Available].
func (a Agent) Claimable(now time.Time, by Way, call string) (ok bool, why string) {
	asReady := a
	switch {
	case by == Dialling && a.Chosen != LoggedOut && a.Chosen != "":
		asReady.Chosen, asReady.Phone.Blocked = Ready, time.Time{}
	case by == ByNumber && a.Chosen == Business && a.WrapUpCall == "", by == Recalled && a.WrapUpCall != "" && a.WrapUpCall == call:
		asReady.Chosen = Ready
	}
	return asReady.Available(now)
}

// Deadline is when time alone changes something for this agent; zero means never. At that time feed [Tick].
func (a Agent) Deadline() time.Time {
	d := a.WrapUpUntil
	if b := a.Phone.Blocked; !b.IsZero() && (d.IsZero() || b.Before(d)) {
		d = b
	}
	return d
}

// Clone returns a copy that shares nothing.
func (a Agent) Clone() Agent {
	a.Queues = append([]string(nil), a.Queues...)
	if a.Held != nil {
		h := *a.Held
		a.Held = &h
	}
	if a.Lost != nil {
		l := *a.Lost
		a.Lost = &l
	}
	if a.DialFailure != nil {
		f := *a.DialFailure
		a.DialFailure = &f
	}
	return a
}
