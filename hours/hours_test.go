package hours

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"
)

func clock(t *testing.T, text string) (c Clock) {
	t.Helper()
	if err := c.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return c
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// every is open each day from then to then.
func every(t *testing.T, zone, from, to string) Calendar {
	t.Helper()
	c := Calendar{Zone: zone}
	for d := Sunday; d <= Saturday; d++ {
		c.Week = append(c.Week, Opening{Day: d, Span: Span{clock(t, from), clock(t, to)}})
	}
	return c
}

type want struct {
	at   string
	open bool
	next string
}

func check(t *testing.T, c Calendar, wants []want) {
	t.Helper()
	for _, w := range wants {
		got := c.At(moment(t, w.at))
		if got.Open != w.open || !got.Next.Equal(moment(t, w.next)) {
			t.Errorf("at %s: open %t until %s, want %t until %s", w.at, got.Open, got.Next.UTC().Format(time.RFC3339), w.open, w.next)
		}
	}
}

func TestWeeklyHoursWithALunchBreakAndANight(t *testing.T) {
	c := Calendar{Zone: "Asia/Seoul", Week: []Opening{ // the order of the list means nothing
		{Day(time.Monday), Span{clock(t, "13:00"), clock(t, "18:00")}},
		{Day(time.Monday), Span{clock(t, "09:00"), clock(t, "12:00")}},
		{Day(time.Friday), Span{clock(t, "22:00"), clock(t, "06:00")}},
	}}
	check(t, c, []want{
		{"2026-11-30T08:59:59+09:00", false, "2026-11-30T09:00:00+09:00"}, // a Monday
		{"2026-11-30T09:00:00+09:00", true, "2026-11-30T12:00:00+09:00"},
		{"2026-11-30T12:00:00+09:00", false, "2026-11-30T13:00:00+09:00"},
		{"2026-11-30T17:59:59+09:00", true, "2026-11-30T18:00:00+09:00"},
		{"2026-11-30T18:00:00+09:00", false, "2026-12-04T22:00:00+09:00"},
		{"2026-12-05T05:59:59+09:00", true, "2026-12-05T06:00:00+09:00"}, // still Friday's night
		{"2026-12-05T06:00:00+09:00", false, "2026-12-07T09:00:00+09:00"},
	})
}

func TestWhereTheClockGoesForwardWhatBeginsInTheMissingHourBeginsAfterIt(t *testing.T) {
	check(t, every(t, "Europe/Berlin", "02:30", "09:00"), []want{
		{"2026-03-29T00:59:59Z", false, "2026-03-29T01:00:00Z"}, // 01:59:59, then 03:00:00
		{"2026-03-29T01:00:00Z", true, "2026-03-29T07:00:00Z"},
	})
	check(t, every(t, "Europe/Berlin", "02:00", "02:45"), []want{ // passed over: closed that day
		{"2026-03-28T02:00:00Z", false, "2026-03-30T00:00:00Z"},
	})
	check(t, every(t, "Europe/Berlin", "22:00", "02:30"), []want{
		{"2026-03-29T00:30:00Z", true, "2026-03-29T01:00:00Z"},
		{"2026-03-29T01:00:00Z", false, "2026-03-29T20:00:00Z"},
	})
	check(t, every(t, "America/Havana", "00:00", "06:00"), []want{ // there the day begins at one
		{"2026-03-08T04:59:59Z", false, "2026-03-08T05:00:00Z"},
		{"2026-03-08T05:00:00Z", true, "2026-03-08T10:00:00Z"},
	})
}

func TestWhereTheClockGoesBackNobodyOpensTwice(t *testing.T) {
	check(t, every(t, "Europe/Berlin", "02:30", "09:00"), []want{ // 02:30 is at 00:30Z and at 01:30Z
		{"2026-10-25T00:29:59Z", false, "2026-10-25T00:30:00Z"},
		{"2026-10-25T00:30:00Z", true, "2026-10-25T08:00:00Z"},
		{"2026-10-25T01:10:00Z", true, "2026-10-25T08:00:00Z"},
	})
	check(t, every(t, "Europe/Berlin", "22:00", "02:30"), []want{
		{"2026-10-25T00:45:00Z", true, "2026-10-25T01:30:00Z"}, // shows 02:45, and will show 02:10
		{"2026-10-25T01:30:00Z", false, "2026-10-25T21:00:00Z"},
	})
	check(t, every(t, "Australia/Lord_Howe", "01:00", "02:00"), []want{ // by half an hour
		{"2026-04-04T14:00:00Z", true, "2026-04-04T15:30:00Z"},
	})
}

func TestAroundTheClockIsNeverClosed(t *testing.T) {
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe"} {
		c := Always()
		c.Zone = zone
		if got := c.At(moment(t, "2026-03-29T01:30:00Z")); !got.Open || !got.Next.IsZero() || got.Why != WhyHours {
			t.Errorf("%s: %+v", zone, got)
		}
	}
	if got := (Plan{}).At(time.Now()); !got.Open || !(Plan{}).OpenAt(time.Now()) || !got.Next.IsZero() {
		t.Errorf("no calendar: %+v", got)
	}
	if got := (Calendar{Zone: "UTC"}).At(moment(t, "2026-03-29T01:30:00Z")); got.Open || !got.Next.IsZero() {
		t.Errorf("no hours at all: %+v", got)
	}
	if got := (Calendar{Zone: "Mars/Olympus", Week: Always().Week}).At(time.Now()); got.Open {
		t.Errorf("an unknown zone: %+v", got)
	}
}

func TestHolidays(t *testing.T) {
	c := every(t, "Europe/Berlin", "22:00", "06:00")
	c.Holidays = []Holiday{
		{Date: Date{2020, 12, 25}, Yearly: true, Name: "Christmas"},
		{Date: Date{2026, 12, 31}, Name: "New Year's Eve", Spans: []Span{{clock(t, "08:00"), clock(t, "12:00")}, {clock(t, "23:00"), clock(t, "01:00")}}},
		{Date: Date{2020, 12, 31}, Yearly: true, Name: "never in 2026"},
		{Date: Date{2024, 2, 29}, Yearly: true, Name: "leap day"},
	}
	check(t, c, []want{
		{"2026-12-24T23:30:00+01:00", true, "2026-12-25T00:00:00+01:00"}, // the night ends where the holiday begins
		{"2026-12-25T05:00:00+01:00", false, "2026-12-26T22:00:00+01:00"},
		{"2026-12-31T00:30:00+01:00", false, "2026-12-31T08:00:00+01:00"},
		{"2026-12-31T12:00:00+01:00", false, "2026-12-31T23:00:00+01:00"},
		{"2027-01-01T00:30:00+01:00", true, "2027-01-01T01:00:00+01:00"},
		{"2027-02-28T23:00:00+01:00", true, "2027-03-01T06:00:00+01:00"},
	})
	if got := c.At(moment(t, "2026-12-25T05:00:00+01:00")); got.Why != WhyHoliday || got.Holiday != "Christmas" {
		t.Errorf("%+v", got)
	}
	if got := c.At(moment(t, "2026-12-31T09:00:00+01:00")); !got.Open || got.Holiday != "New Year's Eve" {
		t.Errorf("%+v", got)
	}
}

func TestTheSwitchGoesBeforeTheCalendarForAsLongAsItHolds(t *testing.T) {
	day := every(t, "UTC", "09:00", "17:00")
	at := func(h Hand, when string) Standing { return Plan{day, h}.At(moment(t, when)) }
	until := func(when string) time.Time { return moment(t, when) }

	if got := at(Hand{Position: Closed}, "2026-11-30T10:00:00Z"); got.Open || got.Why != WhyHand || !got.Next.IsZero() {
		t.Errorf("%+v", got)
	}
	if got := at(Hand{Position: Closed, Until: until("2026-11-30T12:00:00Z")}, "2026-11-30T10:00:00Z"); got.Open || !got.Next.Equal(until("2026-11-30T12:00:00Z")) {
		t.Errorf("%+v", got)
	}
	if got := at(Hand{Position: Closed, Until: until("2026-11-30T20:00:00Z")}, "2026-11-30T10:00:00Z"); !got.Next.Equal(until("2026-12-01T09:00:00Z")) {
		t.Errorf("closed until after hours: %+v", got)
	}
	if got := at(Hand{Position: Open, Until: until("2026-11-30T12:00:00Z")}, "2026-11-30T08:00:00Z"); !got.Open || !got.Next.Equal(until("2026-11-30T17:00:00Z")) {
		t.Errorf("open into the hours: %+v", got)
	}
	for _, h := range []Hand{{}, {Position: ByHours}, {Position: Closed, Until: until("2026-11-30T10:00:00Z")}} {
		if got := at(h, "2026-11-30T10:00:00Z"); !got.Open || got.Why != WhyHours {
			t.Errorf("%+v: %+v", h, got)
		}
	}
}

var places = []string{"Asia/Seoul", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca"}

// anyPlan is a random plan.
func anyPlan(rng *rand.Rand) Plan {
	span := func() Span {
		s := Span{Clock(rng.IntN(int(midnight))), Clock(rng.IntN(int(midnight) + 1))}
		if s.To == s.From {
			s.To++
		}
		return s
	}
	p := Plan{Calendar: Calendar{Zone: places[rng.IntN(len(places))]}}
	for range rng.IntN(9) {
		p.Calendar.Week = append(p.Calendar.Week, Opening{Day(rng.IntN(7)), span()})
	}
	for range rng.IntN(6) {
		h := Holiday{Date: Date{2026, time.Month(1 + rng.IntN(12)), 1 + rng.IntN(28)}, Yearly: rng.IntN(2) == 0, Name: "a day"}
		for range rng.IntN(3) {
			h.Spans = append(h.Spans, span())
		}
		p.Calendar.Holidays = append(p.Calendar.Holidays, h)
	}
	if rng.IntN(4) == 0 {
		p.Hand.Position = []Position{Open, Closed}[rng.IntN(2)]
		if rng.IntN(2) == 0 {
			p.Hand.Until = anyMoment(rng)
		}
	}
	return p
}

func anyMoment(rng *rand.Rand) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.Int64N(int64(366 * 24 * time.Hour))))
}

// TestUntilNextNothingChangesAndThenItDoes: of any plan at any moment in any zone.
func TestUntilNextNothingChangesAndThenItDoes(t *testing.T) {
	for seed := range uint64(1500) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := anyPlan(rng)
		at := anyMoment(rng)
		now := p.At(at)
		if p.OpenAt(at) != now.Open {
			t.Fatalf("seed %d: at %s open %t, or not", seed, at, now.Open)
		}
		last := now.Next
		if last.IsZero() {
			last = at.AddDate(0, 0, 300)
		} else if p.At(last).Open == now.Open || !last.After(at) {
			t.Fatalf("seed %d: at %s open %t until %s, and then the same", seed, at, now.Open, last)
		}
		for range 30 {
			between := at.Add(time.Duration(rng.Int64N(int64(last.Sub(at)))))
			if got := p.At(between); got.Open != now.Open {
				t.Fatalf("seed %d: at %s open %t until %s, but at %s it is %t", seed, at, now.Open, last, between, got.Open)
			}
		}
		if got := p.At(last.Add(-1)); got.Open != now.Open {
			t.Fatalf("seed %d: changes before %s", seed, last)
		}
	}
}

// TestAwayFromChangesOfTheClockTheWallDecides: what the wall shows is within a span or is not.
func TestAwayFromChangesOfTheClockTheWallDecides(t *testing.T) {
	for seed := range uint64(20_000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		p := anyPlan(rng)
		p.Hand = Hand{}
		at := anyMoment(rng)
		zone, err := Load(p.Calendar.Zone)
		if err != nil {
			t.Fatal(err)
		}
		_, before := at.Add(-26 * time.Hour).In(zone).Zone()
		if _, after := at.Add(26 * time.Hour).In(zone).Zone(); before != after {
			continue
		}
		wall := at.In(zone)
		today, minute := dateOf(wall), Clock(wall.Hour()*60+wall.Minute())
		open := false
		for _, s := range p.Calendar.spans(today) {
			open = open || minute >= s.From && (minute < s.To || s.To <= s.From)
		}
		for _, s := range p.Calendar.spans(today.add(-1)) {
			open = open || s.To <= s.From && minute < s.To && p.Calendar.holiday(today) == nil
		}
		if got := p.Calendar.At(at); got.Open != open {
			t.Fatalf("seed %d: at %s (%s) open %t, want %t: %+v", seed, at, wall, got.Open, open, p.Calendar)
		}
	}
}

func TestAsItIsWritten(t *testing.T) {
	const text = `{"day":"monday","from":"09:05","to":"24:00"}`
	var o Opening
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(o); err != nil || string(got) != text {
		t.Errorf("%s, %v", got, err)
	}
	h := Holiday{Date: Date{2026, 2, 3}, Name: "x"}
	b, err := json.Marshal(h)
	var back Holiday
	if err != nil || json.Unmarshal(b, &back) != nil || back.Date != h.Date {
		t.Errorf("%s, %v", b, err)
	}
	for _, bad := range []string{"9:00", "24:01", "25:00", "09:60", "09:00:00", "", "-1:00", "٠٩:٠٠"} {
		if err := new(Clock).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is a time of day", bad)
		}
	}
	for _, bad := range []string{"2026-02-29", "2026-13-01", "26-01-01", ""} {
		if err := new(Date).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is a date", bad)
		}
	}
	if err := new(Day).UnmarshalText([]byte("Monday")); err == nil {
		t.Error("Monday is a day")
	}
	for _, bad := range []string{"", "Local", "/etc/passwd", "../etc/passwd", "Mars/Olympus", "Asia\\Seoul"} {
		if _, err := Load(bad); err == nil {
			t.Errorf("%q is a zone", bad)
		}
	}
}
