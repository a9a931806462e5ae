package settings

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"switchroom/hours"
)

// hoursOf reads hours as they come over the API, over those of a new service.
func hoursOf(t *testing.T, text string) Hours {
	t.Helper()
	v := NewHours()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhatIsWrongWithHoursIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, field string }{
		"as a service begins":      {`{}`, ""},
		"never open":               {`{"week":[]}`, ""},
		"a lunch break, touching":  {`{"week":[{"day":"monday","from":"09:00","to":"12:00"},{"day":"monday","from":"12:00","to":"18:00"},{"day":"monday","from":"22:00","to":"06:00"}]}`, ""},
		"empty span":               {`{"week":[{"day":"monday","from":"09:00","to":"09:00"}]}`, "/week/0"},
		"from midnight's end":      {`{"week":[{"day":"monday","from":"24:00","to":"09:00"}]}`, "/week/0"},
		"overlap":                  {`{"week":[{"day":"monday","from":"09:00","to":"12:00"},{"day":"monday","from":"11:00","to":"18:00"}]}`, "/week/1"},
		"overlap in the night":     {`{"week":[{"day":"monday","from":"22:00","to":"06:00"},{"day":"monday","from":"23:00","to":"24:00"}]}`, "/week/1"},
		"a day twice":              {`{"holidays":[{"date":"2026-12-25","name":"a"},{"date":"2026-12-25","name":"b"}]}`, "/holidays/1"},
		"a yearly day twice":       {`{"holidays":[{"date":"2026-12-25","yearly":true,"name":"a"},{"date":"2025-12-25","yearly":true,"name":"b"}]}`, "/holidays/1"},
		"this year otherwise":      {`{"holidays":[{"date":"2026-12-25","yearly":true,"name":"a"},{"date":"2026-12-25","name":"b"}]}`, ""},
		"a day without a name":     {`{"holidays":[{"date":"2026-12-25","name":" "}]}`, "/holidays/0/name"},
		"overlap on a holiday":     {`{"holidays":[{"date":"2026-12-25","name":"a","spans":[{"from":"09:00","to":"12:00"},{"from":"10:00","to":"11:00"}]}]}`, "/holidays/0/spans/1"},
		"an unknown action":        {`{"closed":{"action":"voicemail"}}`, "/closed/action"},
		"a message without one":    {`{"closed":{"action":"message"}}`, "/closed/prompt"},
		"a queue and no action":    {`{"closed":{"action":"dialplan","queue":"sales"}}`, "/closed/queue"},
		"a queue without its name": {`{"closed":{"action":"queue"}}`, "/closed/queue"},
	} {
		var e *Error
		err := hoursOf(t, c.text).Check()
		if err == nil != (c.field == "") || err != nil && (!errors.As(err, &e) || e.Field != c.field) {
			t.Errorf("%s: %v, want %q", name, err, c.field)
		}
	}
}

func TestTheSwitchIsChecked(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) *time.Time { return new(now.Add(d)) }
	for field, v := range map[string]HoursSwitch{
		"":          {Position: hours.Closed, Until: at(time.Hour)},
		"/position": {Position: "ajar"},
		"/until":    {Position: hours.Closed, Until: at(-time.Hour)},
	} {
		var e *Error
		if err := v.Check(now); (err != nil || field != "") && (!errors.As(err, &e) || e.Field != field) {
			t.Errorf("%q: %v", field, err)
		}
	}
	for _, v := range []HoursSwitch{{Position: hours.ByHours, Until: at(time.Hour)}, {Position: hours.Open, Until: at(800 * 24 * time.Hour)}} {
		if v.Check(now) == nil {
			t.Errorf("%+v is fine", v)
		}
	}
}

func TestHowThingsStandIsNoPartOfTheVersion(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) // a Monday
	v := Seal(hoursOf(t, `{"time_zone":"UTC","week":[{"day":"monday","from":"09:00","to":"17:00"}]}`))
	s := v.Standing(HoursSwitch{Position: hours.ByHours}, now)
	if !s.Open || s.Why != hours.WhyHours || s.Next == nil || !s.Next.Equal(now.Add(5*time.Hour)) {
		t.Errorf("%+v", s)
	}
	if s := v.Standing(HoursSwitch{Position: hours.Closed}, now); s.Open || s.Why != hours.WhyHand || s.Next != nil {
		t.Errorf("%+v", s)
	}
	seen := v
	seen.Now = &s
	if seen.Version != v.Version || Match(seen, v.Version) != nil {
		t.Error("the version changed")
	}
}
