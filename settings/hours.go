package settings

import (
	"fmt"
	"slices"
	"time"

	"switchroom/hours"
)

// Hours say when a service takes calls, and what its callers get when it does not.
type Hours struct {
	TimeZone string          `json:"time_zone"` // the service's, see [Service]; it is not set here
	Week     []hours.Opening `json:"week"`
	Holidays []hours.Holiday `json:"holidays"`
	Closed   Closed          `json:"closed"`
	Stamp
	// Now is how things stand, the switch included. It is no setting, and no part of the version.
	Now *Standing `json:"now,omitempty"`
}

// Closed is what the callers of a closed service get.
type Closed struct {
	Action ClosedAction `json:"action"`
	Prompt string       `json:"prompt"` // the ID of the service's message, where Action is message
	Queue  string       `json:"queue"`  // its name, where Action is queue
	// Waiting: those who wait when the service closes get it, too. Else they are served.
	Waiting bool `json:"waiting"`
}

// ClosedAction is one of these.
type ClosedAction string

// What callers of a closed service can get.
const (
	ClosedDialplan ClosedAction = "dialplan" // back to the dialplan: refused, closed
	ClosedMessage  ClosedAction = "message"  // hear a message and are hung up on
	ClosedQueue    ClosedAction = "queue"    // another queue takes them
)

// Standing is whether a service is open.
type Standing struct {
	Open    bool       `json:"open"`
	Why     hours.Why  `json:"why"`
	Holiday string     `json:"holiday"` // its name, where that is why
	Next    *time.Time `json:"next"`    // when open changes; null: not within about a year
}

// HoursSwitch is the switch by hand.
type HoursSwitch struct {
	Position hours.Position `json:"position"`
	Until    *time.Time     `json:"until"` // the hours decide again from then on; null: until it is switched
	Stamp
}

// NewHours are those of a service that has none: open around the clock.
func NewHours() Hours {
	return Hours{Week: hours.Always().Week, Holidays: []hours.Holiday{}, Closed: Closed{Action: ClosedDialplan}}
}

// Tidy brings them into the form in which they are kept: lists are there, if only empty.
func (v Hours) Tidy() Hours {
	if v.Week == nil {
		v.Week = []hours.Opening{}
	}
	v.Holidays = append([]hours.Holiday{}, v.Holidays...)
	for i := range v.Holidays {
		if v.Holidays[i].Spans == nil {
			v.Holidays[i].Spans = []hours.Span{}
		}
	}
	v.Now = nil
	return v
}

// Calendar is what of them repeats.
func (v Hours) Calendar() hours.Calendar {
	return hours.Calendar{Zone: v.TimeZone, Week: v.Week, Holidays: v.Holidays}
}

// Standing says how things stand at the time t.
func (v Hours) Standing(h HoursSwitch, t time.Time) Standing {
	s := hours.Plan{Calendar: v.Calendar(), Hand: h.Hand()}.At(t)
	out := Standing{Open: s.Open, Why: s.Why, Holiday: s.Holiday}
	if !s.Next.IsZero() {
		next := s.Next.UTC()
		out.Next = &next
	}
	return out
}

// Check says what is wrong with them by themselves: an *Error, or nil.
func (v Hours) Check() error {
	const most, many = 100, 500
	if err := first(must(len(v.Week) <= most, "week", "a week has %d openings at most", most), must(len(v.Holidays) <= many, "holidays", "there are %d holidays at most; delete past ones", many)); err != nil {
		return err
	}
	days := map[hours.Day][]hours.Span{}
	for i, o := range v.Week {
		days[o.Day] = append(days[o.Day], o.Span)
		if err := apartFrom(fmt.Sprintf("week/%d", i), days[o.Day]); err != nil {
			return err
		}
	}
	for i, h := range v.Holidays {
		if err := v.checkHoliday(i, h); err != nil {
			return err
		}
	}
	return v.Closed.check()
}

func (v Hours) checkHoliday(i int, h hours.Holiday) error {
	field := fmt.Sprintf("holidays/%d", i)
	const most = 10
	twice := slices.ContainsFunc(v.Holidays[:i], func(o hours.Holiday) bool {
		return o.Date == h.Date && o.Yearly == h.Yearly || o.Yearly && h.Yearly && o.Date.Month == h.Date.Month && o.Date.Day == h.Date.Day
	})
	if err := first(label(field+"/name", h.Name, 100), once(!twice, field, "the day is there twice; name each once"), must(len(h.Spans) <= most, field+"/spans", "a day has %d openings at most", most)); err != nil {
		return err
	}
	for n := range h.Spans {
		if err := apartFrom(fmt.Sprintf("%s/spans/%d", field, n), h.Spans[:n+1]); err != nil {
			return err
		}
	}
	return nil
}

// apartFrom refuses a last span that is empty or overlaps another of its day.
func apartFrom(field string, spans []hours.Span) error {
	last := spans[len(spans)-1]
	if last.From == last.To || last.From == midnight {
		return Invalid(field, "it begins and ends at the same time; write 00:00 to 24:00 for all day, and end before the beginning for a night")
	}
	for _, s := range spans[:len(spans)-1] {
		if last.From < end(s) && s.From < end(last) {
			return Invalid(field, "it overlaps another opening of the day; join the two")
		}
	}
	return nil
}

const midnight hours.Clock = 24 * 60

// end is the span's end, counted from its day's midnight.
func end(s hours.Span) hours.Clock {
	if s.To <= s.From {
		return s.To + midnight
	}
	return s.To
}

func (c Closed) check() error {
	switch c.Action {
	case ClosedDialplan, ClosedMessage, ClosedQueue:
	default:
		return Invalid("closed/action", "callers get the dialplan, a message or a queue")
	}
	return first(
		must((c.Action == ClosedMessage) == (c.Prompt != ""), "closed/prompt", "name a message of the service where the action is message, and none else"),
		must((c.Action == ClosedQueue) == (c.Queue != ""), "closed/queue", "name a queue where the action is queue, and none else"),
	)
}

// Hand is the switch as calls are run by it.
func (v HoursSwitch) Hand() hours.Hand {
	h := hours.Hand{Position: v.Position}
	if v.Until != nil {
		h.Until = *v.Until
	}
	return h
}

// Check says what is wrong with it at the time now: an *Error, or nil.
func (v HoursSwitch) Check(now time.Time) error {
	switch v.Position {
	case hours.ByHours, hours.Open, hours.Closed:
	default:
		return Invalid("position", "the switch stands at hours, open or closed")
	}
	return first(
		must(v.Until == nil || v.Position != hours.ByHours, "until", "only open and closed can end; leave it out"),
		must(v.Until == nil || v.Until.After(now), "until", "it is in the future; leave it out where nothing ends it"),
		must(v.Until == nil || v.Until.Before(now.AddDate(1, 0, 1)), "until", "it is within a year"),
	)
}
