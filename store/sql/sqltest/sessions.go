package sqltest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"switchroom/account"
)

const month = 30 * 24 * time.Hour

func refresh(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	first, err := s.StartSession(ctx, "anna", "h1", month, account.Terms{})
	ok(t, err)
	if !first.Live(clock.Now()) || first.User != "anna" {
		t.Fatalf("session %+v", first)
	}
	clock.Add(20 * 24 * time.Hour)
	second, err := s.RefreshSession(ctx, "h1", "h2", month)
	ok(t, err)
	if second.ID != first.ID || !second.Expires.Equal(clock.Now().Add(month)) {
		t.Errorf("refreshed %+v", second)
	}
	if _, err := s.RefreshSession(ctx, "unknown", "h3", month); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("unknown token: %v", err)
	}
	third, err := s.RefreshSession(ctx, "h2", "h3", month)
	if err != nil || third.ID != first.ID {
		t.Errorf("%+v, %v", third, err)
	}
	if _, err := s.RefreshSession(ctx, "h1", "h4", month); !errors.Is(err, account.ErrRevoked) {
		t.Errorf("old token again: %v", err)
	}
	if _, err := s.RefreshSession(ctx, "h3", "h5", month); !errors.Is(err, account.ErrRevoked) {
		t.Errorf("good token of a revoked session: %v", err)
	}
	if got, err := s.Session(ctx, first.ID); err != nil || got.Live(clock.Now()) {
		t.Errorf("session %+v, %v", got, err)
	}

	late, err := s.StartSession(ctx, "ben", "l1", month, account.Terms{})
	ok(t, err)
	clock.Add(month)
	if _, err := s.RefreshSession(ctx, "l1", "l2", month); !errors.Is(err, account.ErrExpired) {
		t.Errorf("expired: %v", err)
	}
	over, err := s.StartSession(ctx, "ben", "m1", month, account.Terms{})
	ok(t, err)
	ok(t, s.EndSession(ctx, over.ID))
	ok(t, s.EndSession(ctx, over.ID))
	ok(t, s.EndSession(ctx, "never"))
	if _, err := s.RefreshSession(ctx, "m1", "m2", month); !errors.Is(err, account.ErrRevoked) {
		t.Errorf("after logout: %v", err)
	}
	clock.Add(48 * time.Hour)
	_, err = s.StartSession(ctx, "ben", "n1", month, account.Terms{})
	ok(t, err)
	if _, err := s.Session(ctx, late.ID); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("a session long over is still there: %v", err)
	}
}

// Whoever did not get the answer has the old token only, and asks again.
func refreshLost(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	first, err := s.StartSession(ctx, "anna", "a1", month, account.Terms{})
	ok(t, err)
	for _, next := range []string{"lost", "lost too", "a2"} {
		if got, err := s.RefreshSession(ctx, "a1", next, month); err != nil || got.ID != first.ID {
			t.Fatalf("asked again for %s: %+v, %v", next, got, err)
		}
	}
	if got, err := s.RefreshSession(ctx, "a2", "a3", month); err != nil || got.ID != first.ID {
		t.Fatalf("the answer that came: %+v, %v", got, err)
	}
	// What was taken for lost and turns up is held by another.
	if _, err := s.RefreshSession(ctx, "lost", "x", month); !errors.Is(err, account.ErrRevoked) {
		t.Errorf("a token that was replaced: %v", err)
	}
	if got, err := s.Session(ctx, first.ID); err != nil || got.Live(clock.Now()) {
		t.Errorf("session %+v, %v", got, err)
	}
}

func refreshRace(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	first, err := s.StartSession(ctx, "anna", "first", month, account.Terms{})
	ok(t, err)
	atOnce := func(of func(i int) string, next string) (won int) {
		errs := make([]error, 20)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { _, errs[i] = s.RefreshSession(ctx, of(i), fmt.Sprint(next, i), month) })
		}
		wg.Wait()
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, account.ErrRevoked) {
				t.Error(err)
			}
		}
		return won
	}
	// One of them may have lost the answers of the others; but of what they got one token only is good, and the others show that several hold it.
	if won := atOnce(func(int) string { return "first" }, "r"); won != 20 {
		t.Errorf("%d of twenty got an answer", won)
	}
	if won := atOnce(func(i int) string { return fmt.Sprint("r", i) }, "s"); won > 1 {
		t.Errorf("%d went on", won)
	}
	if got, err := s.Session(ctx, first.ID); err != nil || got.Live(clock.Now()) {
		t.Errorf("session %+v, %v", got, err)
	}
}

func newPassword(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	first, err := s.StartSession(ctx, "anna", "p1", month, account.Terms{})
	ok(t, err)
	u, err := s.User(ctx, "anna")
	ok(t, err)
	u.Name = "Anna B."
	ok(t, s.PutUser(ctx, "root", u, ""))
	if got, err := s.Session(ctx, first.ID); err != nil || !got.Live(clock.Now()) {
		t.Errorf("a new name ended the session: %+v, %v", got, err)
	}
	other, err := s.StartSession(ctx, "anna", "p2", month, account.Terms{})
	ok(t, err)
	foreign, err := s.StartSession(ctx, "ben", "p3", month, account.Terms{})
	ok(t, err)
	if ended, err := s.SetPassword(ctx, "anna", "anna", noHash, other.ID); err != nil || !slices.Equal(ended, []string{first.ID}) {
		t.Errorf("all but one session end: %v, %v", ended, err)
	}
	if got, err := s.Session(ctx, other.ID); err != nil || !got.Live(clock.Now()) {
		t.Errorf("the session that changed the password ended: %+v, %v", got, err)
	}
	before, err := s.User(ctx, "anna")
	ok(t, err)
	for _, keep := range []string{first.ID, foreign.ID, "none"} {
		if _, err := s.SetPassword(ctx, "anna", "anna", "other", keep); !errors.Is(err, account.ErrRevoked) {
			t.Errorf("by a session that is over, or another's: %v", err)
		}
	}
	if after, err := s.User(ctx, "anna"); err != nil || after.Hash != before.Hash {
		t.Errorf("a session that is over changed the password: %v", err)
	}
	first = other
	ok(t, s.PutUser(ctx, "root", u, "fresh"))
	if got, err := s.Session(ctx, first.ID); err != nil || got.Live(clock.Now()) {
		t.Errorf("a new password left the session: %+v, %v", got, err)
	}
}
