package sqltest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"switchroom/account"
)

func resets(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	const day = 24 * time.Hour
	good := func(hash string) bool {
		t.Helper()
		id, err := s.ResetOf(ctx, hash)
		if err != nil && !errors.Is(err, account.ErrUnknown) || err == nil && id != "anna" {
			t.Fatalf("%q, %v", id, err)
		}
		return err == nil
	}
	until, err := s.CreateReset(ctx, root, "anna", "first", day)
	if err != nil || !until.Equal(clock.Now().Add(day)) {
		t.Fatalf("%v, %v", until, err)
	}
	make := func(hash string) {
		t.Helper()
		_, err := s.CreateReset(ctx, root, "anna", hash, day)
		ok(t, err)
	}
	make("second")
	if good("first") || !good("second") || good("") || good("third") {
		t.Error("the newest link, and no other, is good")
	}

	// Of twenty who use it at once one wins; the sessions end, and the lock.
	session, err := s.StartSession(ctx, "anna", "h", month, account.Terms{})
	ok(t, err)
	for range 20 {
		ok(t, s.LoginFailed(ctx, "anna"))
	}
	errs := [20]error{}
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.UseReset(ctx, "second", noHash) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, account.ErrUnknown) {
			t.Error(err)
		}
	}
	u, err := s.User(ctx, "anna")
	ok(t, err)
	got, err := s.Session(ctx, session.ID)
	ok(t, err)
	wait, err := s.Locked(ctx, "anna")
	if ok(t, err); won != 1 || u.Hash != noHash || got.Live(clock.Now()) || wait != 0 {
		t.Errorf("%d won, session %+v, locked for %v", won, got, wait)
	}
	acts, err := s.Audits(ctx, "anna", 10)
	ok(t, err)
	whats := map[string]int{}
	for _, a := range acts {
		whats[a.What+" by "+a.Who]++
	}
	if whats["create_password_reset by root"] != 2 || whats["reset_password by anna"] != 1 {
		t.Errorf("%v", whats)
	}

	// What ends a link.
	for name, end := range map[string]func() error{
		"time":       func() error { clock.Add(day); return nil },
		"revoked":    func() error { return s.RevokeReset(ctx, root, "anna") },
		"a password": func() error { _, err := s.SetPassword(ctx, root, "anna", noHash, ""); return err },
		"deactivated": func() error {
			v, err := s.PersonSettings(ctx, "anna")
			ok(t, err)
			v.Active = false
			v, _, err = s.ChangePerson(ctx, root, v.Version, v)
			ok(t, err)
			if _, err := s.CreateReset(ctx, root, "anna", "x", day); slug(err) != "inactive" {
				t.Errorf("of who cannot log in: %v", err)
			}
			v.Active = true
			_, _, err = s.ChangePerson(ctx, root, v.Version, v)
			return err
		},
	} {
		make("link " + name)
		ok(t, end())
		if good("link " + name) {
			t.Errorf("%s: it is still good", name)
		}
		if _, err := s.UseReset(ctx, "link "+name, "another"); !errors.Is(err, account.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.RevokeReset(ctx, root, "ben"); slug(err) != "unknown_reset" {
		t.Error(err)
	}
	for _, err := range []error{s.RevokeReset(ctx, root, "none"), func() error { _, err := s.CreateReset(ctx, root, "none", "x", day); return err }()} {
		if slug(err) != "unknown_person" {
			t.Error(err)
		}
	}
}
