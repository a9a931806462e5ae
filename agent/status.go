package agent

import "time"

// Code is what people see as an agent's status: the chosen one, or what the call makes of it.
type Code string

// The status codes. The first four are the choices.
const (
	ShowLoggedOut Code = "logged_out"
	ShowBusiness  Code = "business"
	ShowReady     Code = "ready"
	ShowRest      Code = "rest"
	ShowRinging   Code = "ringing"
	ShowDialing   Code = "dialing" // a customer is being called (S20)
	ShowOnCall    Code = "on_call"
	ShowOnHold    Code = "on_hold"                      // the customer is on hold (S35)
	ShowTransfer  Code = "on_call_transfer_in_progress" // On Call (Transfer in Progress) (S29)
	ShowRejoining Code = "rejoining"                    // on a call whose phone was lost and is being called back
)

// Status is what people see of an agent.
type Status struct {
	Code   Code      `json:"code"`
	Reason string    `json:"reason,omitempty"`
	Since  time.Time `json:"since"`
	// Next is the status that will apply when the call ends; empty: none chosen.
	Next Choice `json:"next,omitempty"`
	// NextReason is its reason; empty: none.
	NextReason string `json:"next_reason,omitempty"`
	// Notice says why a Ready agent gets no calls: a slug such as "phone_unreachable". Empty: nothing is wrong.
	Notice string `json:"notice,omitempty"`
}

// Status derives what people see; it is a function of the record and the time alone (invariant 6).
func (a Agent) Status(now time.Time) Status {
	s := Status{Code: Code(a.Chosen), Reason: a.Reason, Since: a.ChosenAt, Next: a.Next, NextReason: a.NextReason}
	if a.Held != nil {
		s.Reason, s.Since = "", a.Held.Since
		switch a.Held.Phase {
		case Ringing:
			s.Code = ShowRinging
		case Dialing:
			s.Code = ShowDialing
		case Rejoining:
			s.Code = ShowRejoining
		case Holding:
			s.Code = ShowOnHold
		case Consulting:
			s.Code = ShowTransfer
		default:
			s.Code = ShowOnCall
		}
		return s
	}
	if a.Chosen == Ready {
		_, s.Notice = a.Available(now)
	}
	return s
}
