package sqltest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/record"
	"switchroom/settings"
)

func machineKeys(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	until := clock.Now().Add(time.Hour)
	for at, k := range map[string]settings.Key{
		"invalid /name":     {Scopes: settings.Scopes},
		"invalid /scopes":   {Name: "x", Scopes: []string{"calls:write"}},
		"invalid /services": {Name: "x", Scopes: settings.Scopes, Services: []string{"nowhere"}},
		"invalid /expires":  {Name: "x", Scopes: settings.Scopes, Expires: &time.Time{}},
	} {
		if _, err := s.CreateKey(ctx, root, k, "h"); refusedAt(err) != at {
			t.Errorf("%+v: %v, want %s", k, err, at)
		}
	}
	k, err := s.CreateKey(ctx, root, settings.Key{Name: "CRM", Scopes: []string{"records:read"}, Services: []string{"demo"}, Expires: &until}, "hash-of-it")
	ok(t, err)
	used, err := s.KeyByHash(ctx, "hash-of-it")
	if err != nil || used.ID != k.ID || used.LastUsed != nil || !slices.Equal(used.Services, []string{"demo"}) || !slices.Equal(used.Scopes, k.Scopes) || !used.Expires.Equal(until) || used.CreatedBy != root {
		t.Errorf("%+v, %v", used, err)
	}
	first := clock.Now()
	clock.Add(30 * time.Second)
	if used, err = s.KeyByHash(ctx, "hash-of-it"); err != nil || used.LastUsed == nil || !used.LastUsed.Equal(first) {
		t.Errorf("%+v, %v", used, err)
	}
	if list, err := s.ListKeys(ctx); err != nil || len(list) != 1 || list[0].ID != k.ID {
		t.Errorf("%+v, %v", list, err)
	}

	// It sees what is of its service.
	mine, other := opened(t, s, "pbx1-1", "demo", "+821012345678"), opened(t, s, "pbx1-2", "other", "+821012345678")
	viewer := record.Viewer{User: settings.KeyUser(k.ID)}
	if _, err := s.TicketFile(ctx, viewer, mine.ID); err != nil {
		t.Error(err)
	}
	if _, err := s.TicketFile(ctx, viewer, other.ID); refusal(err) != "not_yours" {
		t.Error(err)
	}

	// Without its services a key is for all of them, so they stay.
	var e *settings.Error
	service := settings.NewService()
	service.ID, service.Name = "lone", "Lone"
	_, err = s.CreateService(ctx, root, service)
	ok(t, err)
	lone, err := s.CreateKey(ctx, root, settings.Key{Name: "x", Scopes: settings.Scopes, Services: []string{"lone"}}, "another")
	ok(t, err)
	if err := s.DeleteService(ctx, root, "lone"); !errors.As(err, &e) || e.Slug != "in_use" {
		t.Errorf("the only service of a key was deleted: %v", err)
	}
	ok(t, s.RevokeKey(ctx, root, lone.ID))
	ok(t, s.DeleteService(ctx, root, "lone"))

	clock.Add(time.Hour)
	if _, err := s.KeyByHash(ctx, "hash-of-it"); !errors.Is(err, account.ErrExpired) {
		t.Errorf("an hour later: %v", err)
	}
	ok(t, s.RevokeKey(ctx, root, k.ID))
	if _, err := s.KeyByHash(ctx, "hash-of-it"); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("revoked: %v", err)
	}
	if err := s.RevokeKey(ctx, root, k.ID); !errors.As(err, &e) || e.Slug != "unknown_key" {
		t.Errorf("twice: %v", err)
	}
	acts, err := s.Audits(ctx, k.ID, 10)
	if err != nil || len(acts) != 2 || acts[0].What != "revoke_key" || acts[1].What != "create_key" || strings.Contains(acts[1].After+acts[0].Before, "hash-of-it") {
		t.Errorf("%+v, %v", acts, err)
	}
}
