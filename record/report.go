package record

import (
	"time"

	"switchroom/call"
)

// Period is what one line of a report is about.
type Period string

// The periods. Days, and all that is made of them, begin at midnight in the time zone of the call's service.
const (
	Hour  Period = "hour"
	Day   Period = "day"
	Week  Period = "week" // begins on Monday
	Month Period = "month"
	Whole Period = "whole" // all of what is asked for in one line
)

// Subject is what a report is split by beside time.
type Subject string

// The subjects.
const (
	Everything Subject = ""
	ByService  Subject = "service"
	ByQueue    Subject = "queue"
	ByAgent    Subject = "agent" // of what agents did; see [Work]
)

// ReportQuery asks for a report about the calls that came on the days From to Until, both included. Only the dates count.
type ReportQuery struct {
	From, Until time.Time
	Period      Period
	Split       Subject
	Service     string // empty: all that the viewer may see
	Queue       string
	Direction   Direction
	Agent       string // only where agents' work is asked for
}

// The longest ranges, in days: lines by the hour are made of the calls themselves, all others of sums.
const (
	maxHours = 31
	maxDays  = 366
	maxLong  = 5 * 366
	// MaxLines is the longest report.
	MaxLines = 10_000
)

// Check says what is wrong with the question: an *Error bad_range, or nil.
func (q ReportQuery) Check() error {
	most := map[Period]int{Hour: maxHours, Day: maxDays}[q.Period]
	if most == 0 {
		most = maxLong
	}
	days := int(q.Until.Sub(q.From)/(24*time.Hour)) + 1
	if days < 1 || days > most {
		return &Error{Slug: "bad_range", Field: "until", Detail: "ask for at most 31 days by the hour, 366 by the day and 1830 by weeks, months or as a whole, the first not after the last"}
	}
	return nil
}

// Answered are the waits, from the call's arrival to the agent's voice, within which a report says how many were answered.
var Answered = [...]time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute}

// Sums add up calls that are over.
type Sums struct {
	Calls                                               int
	Completed, Abandoned, Overflow, Refused, Unanswered int // by how they ended; together all
	// Within counts the completed inbound calls that waited no longer than [Answered] says.
	Within [len(Answered)]int
	// Waited is how long the completed calls waited until they were answered, all together; Longest the longest wait of any call, answered or not.
	Waited, Longest time.Duration
	Times
}

// SumsOf counts one call. Connected is zero for one that nobody answered.
func SumsOf(class call.Class, d Direction, entered, connected, ended time.Time, t Times) Sums {
	s := Sums{Calls: 1, Times: t}
	switch class {
	case call.Completed:
		s.Completed = 1
	case call.Abandoned:
		s.Abandoned = 1
	case call.Overflow:
		s.Overflow = 1
	case call.Unanswered:
		s.Unanswered = 1
	default:
		s.Refused = 1
	}
	if connected.IsZero() {
		s.Longest = max(ended.Sub(entered), 0)
		return s
	}
	s.Longest = max(connected.Sub(entered), 0)
	if class != call.Completed {
		return s
	}
	s.Waited = s.Longest
	for i, within := range Answered {
		if d == Inbound && s.Longest <= within {
			s.Within[i] = 1
		}
	}
	return s
}

// Plus adds others.
func (s Sums) Plus(o Sums) Sums {
	s.Calls += o.Calls
	s.Completed += o.Completed
	s.Abandoned += o.Abandoned
	s.Overflow += o.Overflow
	s.Refused += o.Refused
	s.Unanswered += o.Unanswered
	for i := range s.Within {
		s.Within[i] += o.Within[i]
	}
	s.Waited += o.Waited
	s.Longest = max(s.Longest, o.Longest)
	s.Queue += o.Queue
	s.Ring += o.Ring
	s.Talk += o.Talk
	s.Hold += o.Hold
	return s
}

// Work adds up what agents did in calls that are over. Ticket processing is added when it is over.
type Work struct {
	Offers, Misses, Taken             int
	Ring, Talk, Hold, Consult, WrapUp time.Duration
}

// WorkOf counts one agent's part in one call, without its ticket processing.
func WorkOf(p Part) Work {
	w := Work{Offers: p.Offers, Misses: p.Misses, Ring: p.Ring, Talk: p.Talk, Hold: p.Hold, Consult: p.Consult}
	if p.Joined {
		w.Taken = 1
	}
	return w
}

// Plus adds others.
func (w Work) Plus(o Work) Work {
	return Work{
		Offers: w.Offers + o.Offers, Misses: w.Misses + o.Misses, Taken: w.Taken + o.Taken, Ring: w.Ring + o.Ring, Talk: w.Talk + o.Talk, Hold: w.Hold + o.Hold,
		Consult: w.Consult + o.Consult, WrapUp: w.WrapUp + o.WrapUp,
	}
}

// Line is one of a report's.
type Line[T any] struct {
	// Period is 2026-11-29T13 for an hour, 2026-11-29 for a day and for the week that begins with it, 2026-11 for a month, empty for the whole.
	Period string
	// Of is the service, queue or agent that the line is about; empty where the report is about everything.
	Of   string
	Sums T
}
