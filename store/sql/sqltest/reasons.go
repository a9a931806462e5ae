package sqltest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/engine"
	"switchroom/settings"
)

func statusReasons(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	seen, err := s.StatusReasons(ctx, "demo")
	ok(t, err)
	v := settings.Reasons{Reasons: agent.Reasons{Required: true, Reasons: []agent.Reason{
		{Code: "training", Name: "교육", Statuses: []agent.Choice{agent.Business, agent.Rest}, Active: true}, {Code: "lunch", Name: "Lunch", Statuses: []agent.Choice{agent.Rest}},
	}}}
	now, err := s.SetStatusReasons(ctx, root, "demo", seen.Version, v)
	if err != nil || now.Version == seen.Version || !reflect.DeepEqual(now.Reasons, v.Reasons) {
		t.Errorf("%+v, %v", now, err)
	}
	if p, err := s.Person(ctx, "anna"); err != nil || !reflect.DeepEqual(p.Reasons, v.Reasons) {
		t.Errorf("anna chooses from %+v, %v", p.Reasons, err)
	}
	if _, err := s.SetStatusReasons(ctx, root, "demo", seen.Version, v); refusedAt(err) != "changed_meanwhile" {
		t.Errorf("seen before: %v", err)
	}
	v.Reasons.Reasons[1].Code = agent.ReasonMissed
	if _, err := s.SetStatusReasons(ctx, root, "demo", now.Version, v); refusedAt(err) != "invalid /reasons/1/code" {
		t.Errorf("a reason of the system's: %v", err)
	}
	if _, err := s.StatusReasons(ctx, "nowhere"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("no service: %v", err)
	}
	clock.Add(time.Minute)
	if _, err := s.SetStatusReasons(ctx, root, "demo", now.Version, settings.Reasons{}); err != nil {
		t.Errorf("none any more: %v", err)
	}
	if acts, err := s.Audits(ctx, "demo", 1); err != nil || acts[0].What != "set_status_reasons" {
		t.Errorf("%+v, %v", acts, err)
	}
}

func screenPop(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	seen, err := s.ScreenPop(ctx, "demo")
	ok(t, err)
	v := settings.ScreenPop{URL: "https://crm.example/s?phone={caller_number}", When: settings.PopOnAnswer}
	now, err := s.SetScreenPop(ctx, root, "demo", seen.Version, v)
	if err != nil || seen.URL != "" || seen.When != settings.PopOnRing || now.URL != v.URL || now.When != v.When || now.Version == seen.Version {
		t.Errorf("%+v, then %+v, %v", seen, now, err)
	}
	if _, err := s.SetScreenPop(ctx, root, "demo", seen.Version, v); refusedAt(err) != "changed_meanwhile" {
		t.Errorf("seen before: %v", err)
	}
	if _, err := s.SetScreenPop(ctx, root, "demo", now.Version, settings.ScreenPop{URL: "https://crm.example/{x}", When: settings.PopOnRing}); refusedAt(err) != "unknown_placeholder /url" {
		t.Errorf("an unknown field: %v", err)
	}
	if _, err := s.ScreenPop(ctx, "nowhere"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("no service: %v", err)
	}
}
