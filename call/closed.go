package call

import "time"

// A closed service: whether it is, the engine decides by the service's hours and says so with the input, so that a replay gives the same. Who already talked to
// somebody is served all the same.

const slugClosed = "closed"

// Closing is what a caller hears of a closed service.
type Closing struct {
	Message string        `json:"message,omitempty"` // as every node knows it; empty: the built-in one
	Time    time.Duration `json:"time,omitempty"`    // its longest time; zero: [FarewellWithin]
	// Said: it was heard to begin; it is not begun again.
	Said bool `json:"said,omitempty"`
}

// serviceClosed: the service closed while the caller waits.
func (s *step) serviceClosed(in ServiceClosed) {
	switch {
	case !s.ConnectedAt.IsZero():
	case in.Closing != nil:
		s.sayClosed(*in.Closing)
	case in.Scenario != nil:
		s.Queue, s.Service = in.Queue, in.Service
		s.follow(*in.Scenario)
		s.WaitsFrom = s.now // the other queue's longest wait; the place is kept
		s.answerNow()
		s.arrange()
		s.waitAtMost()
	default:
		s.giveBack(Refused, slugClosed)
	}
}

// sayClosed answers the caller, lets them hear the message, and then hangs up.
func (s *step) sayClosed(c Closing) {
	if !s.Answered {
		s.do(AnswerCustomer{Leg: s.Customer.ID})
		s.Answered = true
	}
	s.Closing = &c
	s.farewell(c.Time)
}
