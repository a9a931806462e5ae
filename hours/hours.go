// Package hours says when a service takes calls: weekly hours in the service's own time zone, holidays, and a switch by hand that goes before both. It is pure: the same plan and
// the same moment give the same answer on every machine, also where the machine has no time zones of its own.
//
// Hours are meant as a clock on the wall shows them. Where the clock goes forward, what begins within the missing hour begins with the moment after it. Where it goes back, what begins
// within the hour that comes twice begins when it comes first, and what ends there ends when it comes last: nobody opens twice.
package hours

import (
	"slices"
	"time"
)

// Plan is a calendar and the switch before it.
type Plan struct {
	Calendar Calendar
	Hand     Hand
}

// Calendar is what repeats, and the days on which it does not. Without a zone there is none, and it is open at all times.
type Calendar struct {
	Zone     string // IANA, such as Asia/Seoul; see [Load]
	Week     []Opening
	Holidays []Holiday
}

// Opening is a span of each week. One that ends at or before it begins ends on the next day.
type Opening struct {
	Day Day `json:"day"`
	Span
}

// Span is a span of a day.
type Span struct {
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

// Holiday replaces the weekly hours of a date. What was open into that date from the day before ends at midnight.
type Holiday struct {
	Date   Date   `json:"date"`
	Yearly bool   `json:"yearly"` // the same day of every year
	Name   string `json:"name"`
	Spans  []Span `json:"spans"` // open all the same; none: closed all day
}

// Position is where the switch stands.
type Position string

// The positions.
const (
	ByHours Position = "hours" // the calendar decides
	Open    Position = "open"
	Closed  Position = "closed"
)

// Hand is the switch. Its zero value lets the calendar decide.
type Hand struct {
	Position Position
	Until    time.Time // the calendar decides again from then on; zero: until it is switched
}

// holds tells whether the switch decides at the time t.
func (h Hand) holds(t time.Time) bool {
	return (h.Position == Open || h.Position == Closed) && (h.Until.IsZero() || t.Before(h.Until))
}

// Standing is whether a service is open.
type Standing struct {
	Open    bool
	Why     Why
	Holiday string // its name, where Why is Holiday
	// Next is when Open changes; zero: not within about a year.
	Next time.Time
}

// Why says what decides.
type Why string

// What decides.
const (
	WhyHours   Why = "hours"
	WhyHoliday Why = "holiday"
	WhyHand    Why = "hand"
)

// Always is the plan of who has none: open at all times.
func Always() Calendar {
	c := Calendar{Zone: "UTC"}
	for d := Sunday; d <= Saturday; d++ {
		c.Week = append(c.Week, Opening{Day: d, Span: Span{From: 0, To: midnight}})
	}
	return c
}

// At says how things stand at the time t. In a zone that [Load] does not know nobody is ever open by the calendar.
func (p Plan) At(t time.Time) Standing {
	if !p.Hand.holds(t) {
		return p.Calendar.At(t)
	}
	out := Standing{Open: p.Hand.Position == Open, Why: WhyHand}
	if p.Hand.Until.IsZero() {
		return out
	}
	if after := p.Calendar.At(p.Hand.Until); after.Open == out.Open {
		out.Next = after.Next
	} else {
		out.Next = p.Hand.Until
	}
	return out
}

// OpenAt tells whether it is open at the time t, without looking ahead.
func (p Plan) OpenAt(t time.Time) bool {
	if p.Hand.holds(t) {
		return p.Hand.Position == Open
	}
	return p.Calendar.look(t, 0).Open
}

// horizon is how many days are looked ahead: a year's holidays and the days around them.
const horizon = 400

// At says how things stand at the time t by the calendar alone.
func (c Calendar) At(t time.Time) Standing {
	out := c.look(t, horizon)
	if out.Open && out.Next.After(t.AddDate(0, 0, horizon-2)) {
		out.Next = time.Time{} // open as far as one can see
	}
	return out
}

// look looks that many days ahead.
func (c Calendar) look(t time.Time, days int) Standing {
	if c.Zone == "" {
		return Standing{Open: true, Why: WhyHours}
	}
	zone, err := Load(c.Zone)
	if err != nil {
		return Standing{Why: WhyHours}
	}
	today := dateOf(t.In(zone))
	out := Standing{Why: WhyHours}
	if h := c.holiday(today); h != nil {
		out.Why, out.Holiday = WhyHoliday, h.Name
	}
	for n := -2; n <= days; n++ {
		for _, o := range c.openings(today.add(n), zone) {
			switch {
			case !o.end.After(t), out.Open && !o.end.After(out.Next):
			case !out.Open && o.begin.After(t):
				out.Next = o.begin
				return out
			case out.Open && o.begin.After(out.Next):
				return out
			default:
				out.Open, out.Next = true, o.end
			}
		}
	}
	return out
}

// opening is a span of time: end is not in it.
type opening struct{ begin, end time.Time }

// openings are what begins on the date, in order.
func (c Calendar) openings(d Date, zone *time.Location) (out []opening) {
	for _, s := range c.spans(d) {
		o := opening{begin: begins(d, s.From, zone), end: ends(d, s.To, zone)}
		if s.To <= s.From {
			o.end = ends(d.add(1), s.To, zone)
			if c.holiday(d.add(1)) != nil {
				o.end = earlier(o.end, begins(d.add(1), 0, zone))
			}
		}
		if o.begin.Before(o.end) { // not where the clock passes over all of it
			out = append(out, o)
		}
	}
	return out
}

// spans are those of the date, in order.
func (c Calendar) spans(d Date) (out []Span) {
	if h := c.holiday(d); h != nil {
		out = slices.Clone(h.Spans)
	} else {
		for _, o := range c.Week {
			if o.Day == d.weekday() {
				out = append(out, o.Span)
			}
		}
	}
	slices.SortFunc(out, func(a, b Span) int { return int(a.From - b.From) })
	return out
}

// holiday is the date's; nil: it is none. One of that very date goes before one of every year.
func (c Calendar) holiday(d Date) (found *Holiday) {
	for i := range c.Holidays {
		h := &c.Holidays[i]
		switch {
		case h.Date == d:
			return h
		case found == nil && h.Yearly && h.Date.Month == d.Month && h.Date.Day == d.Day:
			found = h
		}
	}
	return found
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
