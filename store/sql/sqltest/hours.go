package sqltest

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"switchroom/engine"
	"switchroom/hours"
	"switchroom/prompt"
	"switchroom/settings"
	"switchroom/store/sql"
)

// newHours reads hours as they come over the API.
func newHours(t *testing.T, text string) settings.Hours {
	t.Helper()
	v := settings.NewHours()
	ok(t, json.Unmarshal([]byte(text), &v))
	return v
}

func openingHours(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	seen, err := s.Hours(ctx, "demo")
	ok(t, err)
	if q, err := s.Queue(ctx, "sales"); err != nil || !q.Hours.OpenAt(clock.Now()) || seen.Closed.Action != settings.ClosedDialplan || len(seen.Week) != 7 {
		t.Errorf("a service begins with %+v and runs by %+v, %v", seen, q.Hours, err)
	}
	if _, err := s.Hours(ctx, "nowhere"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("no service: %v", err)
	}
	closed, err := s.AddPrompt(ctx, root, "demo", "We are closed", recording("abcd"))
	ok(t, err)
	night := settings.NewQueue()
	night.Name, night.Service = "night", "other"
	_, err = s.CreateQueue(ctx, root, night)
	ok(t, err)

	v := newHours(t, `{"week":[{"day":"monday","from":"09:00","to":"24:00"}],"holidays":[{"date":"2026-12-25","yearly":true,"name":"성탄절"}],
		"closed":{"action":"message","prompt":"`+closed.ID+`","waiting":true}}`)
	now, err := s.SetHours(ctx, root, "demo", seen.Version, v)
	ok(t, err)
	if now.Version == seen.Version || now.TimeZone != "Asia/Seoul" || len(now.Week) != 1 || now.Week[0].To != 24*60 || now.Holidays[0].Name != "성탄절" || now.Holidays[0].Spans == nil {
		t.Errorf("%+v", now)
	}
	q, err := s.Queue(ctx, "sales")
	ok(t, err)
	if !q.Hours.Closed.Waiting || q.Hours.Closed.Message != closed.File || q.Hours.Closed.MessageTime != 125*time.Second || q.Hours.Calendar.Zone != "Asia/Seoul" {
		t.Errorf("calls run by %+v", q.Hours)
	}
	for at, text := range map[string]string{
		"invalid /closed/prompt":            `{"closed":{"action":"message","prompt":"nothing"}}`,
		"invalid /closed/queue":             `{"closed":{"action":"queue","queue":"nowhere"}}`,
		"invalid /closed/queue the own one": `{"closed":{"action":"queue","queue":"sales"}}`,
	} {
		if _, err := s.SetHours(ctx, root, "demo", now.Version, newHours(t, text)); !strings.HasPrefix(at, refusedAt(err)) {
			t.Errorf("%s: %v", at, err)
		}
	}
	if _, err := s.SetHours(ctx, root, "demo", seen.Version, v); refusedAt(err) != "changed_meanwhile" {
		t.Errorf("seen before: %v", err)
	}
	if _, err := s.SetHours(ctx, root, "other", must1(s.Hours(ctx, "other")).Version, v); refusedAt(err) != "invalid /closed/prompt" {
		t.Errorf("another service's message: %v", err)
	}
	if err := s.RemovePrompt(ctx, root, closed.ID); !errors.Is(err, prompt.ErrInUse) {
		t.Errorf("a message in use: %v", err)
	}
	now, err = s.SetHours(ctx, root, "demo", now.Version, newHours(t, `{"closed":{"action":"queue","queue":"night"}}`))
	ok(t, err)
	if err := s.DeleteQueue(ctx, root, "night"); refusedAt(err) != "in_use" {
		t.Errorf("a queue in use: %v", err)
	}
	ok(t, s.RemovePrompt(ctx, root, closed.ID))

	hoursSwitch(t, s, clock)
	if again, err := s.Hours(ctx, "demo"); err != nil || again.Version != now.Version {
		t.Errorf("the switch changed the hours' version: %+v, %v", again, err)
	}
	acts, err := s.Audits(ctx, "demo", 2)
	if err != nil || acts[0].What != "set_hours_switch" || !strings.Contains(acts[1].Before, `"position":"hours"`) {
		t.Errorf("%+v, %v", acts, err)
	}
}

func hoursSwitch(t *testing.T, s *sql.Store, clock *Clock) {
	t.Helper()
	ctx := t.Context()
	hand, err := s.HoursSwitch(ctx, "demo")
	ok(t, err)
	clock.Add(time.Second) // so that the audit trail has an order
	until := clock.Now().Add(time.Hour).UTC().Truncate(time.Second)
	shut, err := s.SetHoursSwitch(ctx, root, "demo", hand.Version, settings.HoursSwitch{Position: hours.Closed, Until: &until})
	ok(t, err)
	if hand.Position != hours.ByHours || shut.Version == hand.Version || !shut.Until.Equal(until) {
		t.Errorf("%+v, then %+v", hand, shut)
	}
	if q, err := s.Queue(ctx, "sales"); err != nil || q.Hours.OpenAt(until.Add(-1)) || !q.Hours.OpenAt(until) {
		t.Errorf("%+v, %v", q.Hours, err)
	}
	if _, err := s.SetHoursSwitch(ctx, root, "demo", hand.Version, settings.HoursSwitch{Position: hours.Open}); refusedAt(err) != "changed_meanwhile" {
		t.Errorf("seen before: %v", err)
	}
	if _, err := s.SetHoursSwitch(ctx, root, "nowhere", "", settings.HoursSwitch{Position: hours.Open}); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("no service: %v", err)
	}
	clock.Add(time.Second)
	if v, err := s.SetHoursSwitch(ctx, root, "demo", shut.Version, settings.HoursSwitch{Position: hours.Open}); err != nil || v.Until != nil {
		t.Errorf("%+v, %v", v, err)
	}
}

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
