package agent

import "slices"

// Reason says why somebody is Business or Rest: an administrator's own.
type Reason struct {
	Code     string   `json:"code"`     // a slug, kept with the record; it stays while the name may change
	Name     string   `json:"name"`     // as people read it; hostile text, like all names
	Statuses []Choice `json:"statuses"` // which it is for: Business, Rest
	// Active: it can be chosen. One that is not is kept, so that what was chosen once has a name.
	Active bool `json:"active"`
}

// Reasons are all that an agent can choose from, in the order in which they are shown.
type Reasons struct {
	// Required: Business and Rest are chosen with one, where there is one for the status.
	Required bool     `json:"required"`
	Reasons  []Reason `json:"reasons"`
}

// SystemReasons are those that the system gives itself: nobody chooses them.
var SystemReasons = []string{ReasonTicketProcessing, ReasonMissed, ReasonAbsent}

// Allow tells whether the status can be chosen with that reason; empty: with none. It is an *Error, with the slug unknown_reason, reason_inactive or reason_required.
func (r Reasons) Allow(status Choice, code string) error {
	some := false
	for _, have := range r.Reasons {
		switch {
		case !slices.Contains(have.Statuses, status):
		case have.Code == code && have.Active:
			return nil
		case have.Code == code:
			return refuse("reason_inactive", "the reason %q is not in use any more; choose another", have.Name)
		default:
			some = some || have.Active
		}
	}
	switch {
	case code != "":
		return refuse("unknown_reason", "there is no reason %q for %s; choose one of the list", code, status)
	case some && r.Required:
		return refuse("reason_required", "choose a reason for %s", status)
	}
	return nil
}
