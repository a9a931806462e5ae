package hours

import (
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // every machine knows the same zones
)

// Load finds a time zone by its IANA name. Neither the machine's own zone nor a path is one.
func Load(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	if name == "" || name == "Local" || strings.HasPrefix(name, "/") || len(name) > 64 {
		return nil, fmt.Errorf("%q is no time zone", name)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	zones.Store(name, z) // reading one is a matter of files; there are a few hundred
	return z, nil
}

var zones sync.Map

// Clock is a time of day in minutes, up to and with 24:00.
type Clock int

const midnight Clock = 24 * 60

// MarshalText writes it as 09:00.
func (c Clock) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%02d:%02d", c/60, c%60), nil }

// UnmarshalText reads it.
func (c *Clock) UnmarshalText(text []byte) error {
	if string(text) == "24:00" {
		*c = midnight
		return nil
	}
	t, err := time.Parse("15:04", string(text))
	if err != nil || len(text) != len("15:04") {
		return fmt.Errorf("%q is no time of day; write it as 09:00, up to 24:00", text)
	}
	*c = Clock(t.Hour()*60 + t.Minute())
	return nil
}

// Day is a day of the week.
type Day time.Weekday

// The first and the last.
const (
	Sunday   = Day(time.Sunday)
	Saturday = Day(time.Saturday)
)

// MarshalText writes it as monday.
func (d Day) MarshalText() ([]byte, error) {
	return []byte(strings.ToLower(time.Weekday(d).String())), nil
}

// UnmarshalText reads it.
func (d *Day) UnmarshalText(text []byte) error {
	for day := Sunday; day <= Saturday; day++ {
		if strings.ToLower(time.Weekday(day).String()) == string(text) {
			*d = day
			return nil
		}
	}
	return fmt.Errorf("%q is no day; write it as monday", text)
}

// Date is a day of the calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// MarshalText writes it as 2026-12-25.
func (d Date) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%04d-%02d-%02d", d.Year, d.Month, d.Day), nil
}

// UnmarshalText reads it.
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is no date; write it as 2026-12-25", text)
	}
	*d = dateOf(t)
	return nil
}

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

func (d Date) utc() time.Time         { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
func (d Date) add(days int) Date      { return dateOf(d.utc().AddDate(0, 0, days)) }
func (d Date) weekday() Day           { return Day(d.utc().Weekday()) }
func (d Date) wall(c Clock) time.Time { return d.utc().Add(time.Duration(c) * time.Minute) }

// begins is the first moment at which the wall's clock shows that time, or a later one.
func begins(d Date, c Clock, zone *time.Location) time.Time {
	var first time.Time
	offsets(d.wall(c), zone, func(p period) bool {
		at := d.wall(c).Add(-p.offset)
		if at.Before(p.begin) {
			at = p.begin
		}
		if !p.end.IsZero() && !at.Before(p.end) {
			return true
		}
		first = at
		return false
	})
	return first
}

// ends is the last moment before which the wall's clock shows an earlier time.
func ends(d Date, c Clock, zone *time.Location) time.Time {
	var last time.Time
	offsets(d.wall(c), zone, func(p period) bool {
		at := d.wall(c).Add(-p.offset)
		if !p.end.IsZero() && p.end.Before(at) {
			at = p.end
		}
		if at.After(p.begin) {
			last = at
		}
		return true
	})
	return last
}

// period is a time with one distance from UTC. No end: it goes on.
type period struct {
	begin, end time.Time
	offset     time.Duration
}

// offsets goes through the periods in which the wall's clock may show that time, in order, for as long as more wants it.
func offsets(wall time.Time, zone *time.Location, more func(period) bool) {
	const farthest = 26 * time.Hour // no place is farther from UTC
	for t := wall.Add(-farthest); !t.After(wall.Add(farthest)); {
		in := t.In(zone)
		begin, end := in.ZoneBounds()
		_, seconds := in.Zone()
		if !more(period{begin: begin, end: end, offset: time.Duration(seconds) * time.Second}) || end.IsZero() {
			return
		}
		t = end
	}
}
