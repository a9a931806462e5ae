package agent

import (
	"fmt"
	"slices"
	"time"
)

// Input is something that happens to an agent.
type Input interface{ agentInput() }

// Inputs from people and their settings.
type (
	// Login is the CTI login (S8, S9). It changes nothing for an agent who is logged in already.
	Login struct {
		Profile Profile
		Default Choice // Business or Rest; Ready is turned into Business: never Ready by surprise
		Reason  string
	}
	// Choose changes the status (S9–S12); during a call it chooses the next one.
	Choose struct {
		Status Choice
		Reason string
	}
	// Absent says that the agent's browser has been gone for the whole grace period.
	Absent struct{}
	// SetProfile brings settings that an administrator has changed.
	SetProfile struct{ Profile Profile }
	// Bar says that the settings do not let the agent be logged in any more (S4): logged out at once, or after the call. SetProfile takes it back.
	Bar struct{}
)

// Profile is what the settings say about an agent; the live record carries a copy.
type Profile struct {
	Name   string
	CTI    string
	Queues []string
	Phone  Phone // Device, Endpoint and Number; the rest is ignored
}

// Inputs from calls and the switch. Those with a Token do nothing unless it is the reservation's own: a late word
// about an offer that is over must not touch the next one.
type (
	// Reserve takes an agent for one offer, who must be [Agent.Claimable] in that way.
	Reserve struct {
		Call, Token string
		By          Way
	}
	// SetPhase says what the agent's leg does now.
	SetPhase struct {
		Token string
		Phase Phase
	}
	// Release ends the reservation.
	Release struct {
		Token   string
		Outcome Outcome
		Failure *DialFailure // of the call that the agent placed; nil: none
	}
	// TicketOpened says which ticket the call got that the agent may be processing.
	TicketOpened struct{ Call, Ticket string }
	// PhoneChanged says that the phone's contact came, went or was replaced.
	PhoneChanged struct{ Reachable bool }
	// Tick says that time passed; feed it at [Agent.Deadline].
	Tick struct{}
)

func (Login) agentInput()        {}
func (Choose) agentInput()       {}
func (Absent) agentInput()       {}
func (SetProfile) agentInput()   {}
func (Bar) agentInput()          {}
func (Reserve) agentInput()      {}
func (SetPhase) agentInput()     {}
func (Release) agentInput()      {}
func (TicketOpened) agentInput() {}
func (PhoneChanged) agentInput() {}
func (Tick) agentInput()         {}

// Way is how an agent is taken for a call: it decides in which status they can be.
type Way string

// The ways. Whichever it is, never in Rest, never twice, never without a reachable phone.
const (
	Offered  Way = ""         // by a queue, or picked from those who are Ready (S28): Ready
	ByNumber Way = "number"   // called by number where the service allows it: Ready or Business
	Dialling Way = "dialling" // calls a customer (S17): whatever the status, but logged in
	Recalled Way = "recalled" // a transfer of theirs failed: Ready, or in the ticket processing of that very call
)

// OutcomeKind is how a reservation ended, seen from the agent.
type OutcomeKind string

// The outcomes.
const (
	Returned    OutcomeKind = "returned"    // withdrawn through no doing of the agent: as before
	Missed      OutcomeKind = "missed"      // rang out or declined (S16)
	PhoneFault  OutcomeKind = "phone_fault" // phone busy or unreachable: not a miss (S16)
	Served      OutcomeKind = "served"      // was bridged with the customer: ticket processing (S38)
	Interrupted OutcomeKind = "interrupted" // was bridged, then the phone was lost for good: as Served
	Vanished    OutcomeKind = "vanished"    // was bridged with a customer who was gone when Asterisk could be looked at again: as Served
)

// Outcome is the end of a reservation with what its service's settings say about it.
type Outcome struct {
	Kind OutcomeKind `json:"kind"`
	// MissLimit: with this many misses in a row the agent becomes Business (Missed). Zero means never.
	MissLimit int `json:"miss_limit,omitempty"`
	// WrapUp limits ticket processing. Zero means no limit (S40).
	WrapUp time.Duration `json:"wrap_up,omitempty"`
	// Ticket is the served call's, so that the page can go on showing it.
	Ticket string `json:"ticket,omitempty"`
	// Fault is "busy" or "unreachable" with PhoneFault.
	Fault string `json:"fault,omitempty"`
}

// PhoneFaultPause is how long a busy or unreachable phone gets no offers, unless its contact changes (S16).
const PhoneFaultPause = 30 * time.Second

// Error is a refusal: the input is not possible now. Nothing changed.
type Error struct{ Slug, Detail string }

func (e *Error) Error() string { return e.Slug + ": " + e.Detail }

func refuse(slug, format string, args ...any) error {
	return &Error{Slug: slug, Detail: fmt.Sprintf(format, args...)}
}

// Apply says what in makes of the agent. It never changes its receiver. The result's Version is the receiver's: the store counts.
//
// Errors are *Error with the slugs not_available, not_logged_in, no_permission, bad_status, bad_reservation. A late or repeated fact
// (another reservation's token) is no error: it changes nothing.
func (a Agent) Apply(now time.Time, in Input) (Agent, error) {
	b := a.Clone()
	var err error
	switch in := in.(type) {
	case Login:
		err = b.login(now, in)
	case Choose:
		err = b.choose(now, in.Status, in.Reason)
	case Absent:
		b.absent(now)
	case SetProfile:
		b.profile(in.Profile)
	case Bar:
		b.bar(now)
	case Reserve:
		err = b.reserve(now, in)
	case SetPhase:
		if b.holds(in.Token) && b.Held.Phase != in.Phase {
			b.Held.Phase, b.Held.Since = in.Phase, now
		}
	case Release:
		if b.holds(in.Token) {
			b.release(now, in.Outcome)
			b.DialFailure = in.Failure
		}
	case TicketOpened:
		if b.WrapUpCall == in.Call {
			b.WrapUpTicket = in.Ticket
		}
	case PhoneChanged:
		b.Phone.Reachable, b.Phone.Blocked, b.Phone.Fault = in.Reachable, time.Time{}, ""
		if b.Held != nil {
			b.Held.NewContact = in.Reachable
		}
	case Tick:
		b.tick(now)
	default:
		err = refuse("bad_input", "unknown agent input %T", in)
	}
	if err != nil {
		return a, err
	}
	return b, nil
}

func (a *Agent) holds(token string) bool { return a.Held != nil && a.Held.Token == token }

func (a *Agent) login(now time.Time, in Login) error {
	a.profile(in.Profile)
	if a.Chosen != LoggedOut && a.Chosen != "" {
		return nil
	}
	if in.Profile.Phone.Endpoint == "" || in.Profile.CTI == "" {
		return refuse("no_cti_account", "the agent has no CTI ID and number; an administrator must assign them")
	}
	status := in.Default
	if !status.Valid() || status == Ready || status == LoggedOut {
		status = Business
	}
	a.set(now, status, in.Reason)
	a.Misses = 0
	return nil
}

func (a *Agent) profile(p Profile) {
	a.Name, a.CTI = p.Name, p.CTI
	a.Queues = slices.Clone(p.Queues)
	slices.Sort(a.Queues)
	if a.Phone.Endpoint != p.Phone.Endpoint {
		a.Phone = Phone{} // another phone: what was known of the old one is void
	}
	a.Phone.Device, a.Phone.Endpoint, a.Phone.Number = p.Phone.Device, p.Phone.Endpoint, p.Phone.Number
	if a.Barred {
		a.Barred, a.Next, a.NextReason = false, "", ""
	}
}

func (a *Agent) bar(now time.Time) {
	if a.Held == nil {
		a.set(now, LoggedOut, "")
		return
	}
	a.Barred, a.Next, a.NextReason = true, LoggedOut, ""
}

func (a *Agent) choose(now time.Time, status Choice, reason string) error {
	if !status.Valid() {
		return refuse("bad_status", "%q is not a status that can be chosen", status)
	}
	if a.Chosen == LoggedOut || a.Chosen == "" {
		if status == LoggedOut {
			return nil
		}
		return refuse("not_logged_in", "log in to CTI first")
	}
	if a.Barred && status != LoggedOut {
		return refuse("no_permission", "you have no phone permission any more, and are logged out after this call; ask an administrator for it")
	}
	if a.Held != nil {
		a.Next, a.NextReason = status, reason
		return nil
	}
	if status == Ready {
		a.Misses = 0
	}
	a.set(now, status, reason)
	a.DialFailure, a.Lost = nil, nil // the agent has moved on
	return nil
}

// absent: nobody is at the page. No calls, neither now nor after the present one, nor when the ticket processing's time is over.
func (a *Agent) absent(now time.Time) {
	switch {
	case a.Held == nil && a.Chosen == Ready:
		a.set(now, Business, ReasonAbsent)
	case a.Held == nil:
		a.WrapUpUntil = time.Time{}
	case a.Next == "" || a.Next == Ready:
		a.Next, a.NextReason = Business, ReasonAbsent
	}
}

// set makes status the chosen one. The idle time starts when the agent becomes Ready, not when Ready is said again.
func (a *Agent) set(now time.Time, status Choice, reason string) {
	if a.Chosen != Ready {
		a.IdleSince = now
	}
	if a.Chosen != status || a.Reason != reason {
		a.ChosenAt = now
	}
	a.Chosen, a.Reason = status, reason
	a.Next, a.NextReason, a.Barred = "", "", false
	a.WrapUpCall, a.WrapUpTicket, a.WrapUpUntil = "", "", time.Time{}
}

func (a *Agent) reserve(now time.Time, in Reserve) error {
	if a.holds(in.Token) {
		return nil
	}
	if in.Call == "" || in.Token == "" {
		return refuse("bad_reservation", "a reservation names its call and its token")
	}
	if ok, why := a.Claimable(now, in.By, in.Call); !ok {
		return refuse("not_available", "agent %s cannot be offered a call: %s", a.ID, why)
	}
	a.Held = &Reservation{Call: in.Call, Token: in.Token, Phase: Ringing, Since: now}
	a.DialFailure, a.Lost = nil, nil
	return nil
}

func (a *Agent) release(now time.Time, o Outcome) {
	callID, newContact := a.Held.Call, a.Held.NewContact
	a.Held = nil
	next, nextReason := a.Next, a.NextReason
	switch o.Kind {
	case Missed:
		a.Misses++
		if o.MissLimit > 0 && a.Misses >= o.MissLimit && (next == "" || next == Ready) {
			next, nextReason = Business, ReasonMissed
			a.Misses = 0
		}
	case PhoneFault:
		if !newContact {
			a.Phone.Fault, a.Phone.Blocked = o.Fault, now.Add(PhoneFaultPause)
		}
	case Served, Interrupted, Vanished:
		a.Misses = 0
		a.IdleSince = now // longest idle counts from the end of the last call
		if how := (map[OutcomeKind]string{Interrupted: LostPhone, Vanished: LostCall})[o.Kind]; how != "" {
			a.Lost = &Lost{Call: callID, How: how, At: now}
		}
		if next == "" {
			a.set(now, Business, ReasonTicketProcessing)
			a.WrapUpCall, a.WrapUpTicket = callID, o.Ticket
			if o.WrapUp > 0 {
				a.WrapUpUntil = now.Add(o.WrapUp)
			}
			return
		}
	}
	if next != "" {
		a.set(now, next, nextReason)
	}
}

func (a *Agent) tick(now time.Time) {
	if !now.Before(a.Phone.Blocked) {
		a.Phone.Blocked, a.Phone.Fault = time.Time{}, ""
	}
	if !a.WrapUpUntil.IsZero() && !now.Before(a.WrapUpUntil) {
		next, reason, barred := a.Next, a.NextReason, a.Barred // of a call that took them out of the ticket processing
		a.set(now, Ready, "")
		a.Next, a.NextReason, a.Barred = next, reason, barred
	}
}
