package sqltest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/engine"
	"switchroom/settings"
)

const root = "root" // who changes settings

// refusedAt is a refusal's slug and field.
func refusedAt(err error) string {
	var e *settings.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return strings.TrimSpace(e.Slug + " " + e.Field)
}

func managedServices(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	v := settings.NewService()
	v.ID, v.Name = "brand", "Brand"
	v, err := s.CreateService(ctx, root, v)
	ok(t, err)
	if v.Inbound || v.Outbound || v.DefaultStatus != agent.Business || v.Version == "" {
		t.Errorf("a new service is %+v", v)
	}
	first := v.Version
	v.Inbound, v.Country, v.TimeZone, v.HoldWarn, v.FallbackQueue = true, "DE", "Europe/Berlin", 0, "support"
	v, err = s.ChangeService(ctx, root, first, v)
	ok(t, err)
	got, err := s.ServiceSettings(ctx, "brand")
	ok(t, err)
	if got != v || v.Version == first || !v.Inbound || v.Country != "DE" || v.HoldWarn != 0 {
		t.Errorf("changed to %+v, read %+v", v, got)
	}
	live, err := s.Service(ctx, "brand")
	ok(t, err)
	if !live.Inbound || live.FallbackQueue != "support" || live.TransferRing != 20*time.Second {
		t.Errorf("calls see %+v", live)
	}
	bad := func(f func(*settings.Service)) error {
		w := v
		f(&w)
		_, err := s.ChangeService(ctx, root, v.Version, w)
		return err
	}
	for want, err := range map[string]error{
		"invalid /default_status":        bad(func(v *settings.Service) { v.DefaultStatus = agent.Ready }),
		"invalid /country":               bad(func(v *settings.Service) { v.Country = "xx" }),
		"invalid /fallback_queue":        bad(func(v *settings.Service) { v.FallbackQueue = "none" }),
		"taken /name":                    bad(func(v *settings.Service) { v.Name = "Demo" }),
		"invalid /name":                  bad(func(v *settings.Service) { v.Name = "a\nb" }),
		"invalid /farewell_cap_seconds":  bad(func(v *settings.Service) { v.FarewellCap = 0 }),
		"invalid /transfer_ring_seconds": bad(func(v *settings.Service) { v.TransferRing = 1 << 40 }),
	} {
		if got := refusedAt(err); got != want {
			t.Errorf("%s: %s", want, got)
		}
	}
	if _, err := s.ChangeService(ctx, root, first, v); refusedAt(err) != "changed_meanwhile" {
		t.Errorf("an old version: %v", err)
	}
	if _, err := s.CreateService(ctx, root, v); refusedAt(err) != "taken /id" {
		t.Errorf("twice: %v", err)
	}
	for _, id := range []string{"demo", "none"} {
		want := map[string]string{"demo": "in_use", "none": "unknown_service"}[id]
		if err := s.DeleteService(ctx, root, id); refusedAt(err) != want {
			t.Errorf("delete %s: %v", id, err)
		}
	}
	ok(t, s.DeleteService(ctx, root, "brand"))
	if _, err := s.ServiceSettings(ctx, "brand"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("deleted: %v", err)
	}
	acts, err := s.AuditTrail(ctx, settings.ActQuery{Target: "brand", Limit: 10})
	ok(t, err)
	if len(acts) != 3 || acts[1].What != "change_service" || acts[1].Who != root || !strings.Contains(acts[1].Before, `"country":"KR"`) || !strings.Contains(acts[1].After, `"country":"DE"`) {
		t.Errorf("audited as %+v", acts)
	}
	older, err := s.AuditTrail(ctx, settings.ActQuery{Target: "brand", Before: acts[0].ID, Limit: 1})
	ok(t, err)
	if len(older) != 1 || older[0] != acts[1] {
		t.Errorf("the next page is %+v", older)
	}
}

func lostUpdates(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	v, err := s.ServiceSettings(ctx, "demo")
	ok(t, err)
	errs := make([]error, 20)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			mine := v
			mine.HoldWarn = 1000 + i
			_, errs[i] = s.ChangeService(ctx, root, v.Version, mine)
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if refusedAt(err) != "changed_meanwhile" {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d who changed the same version won", won, len(errs))
	}
}
