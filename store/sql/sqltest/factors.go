package sqltest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/account"
)

func factors(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	has := func(want bool, codes int) {
		t.Helper()
		if confirmed, left, err := s.Factor(ctx, "anna"); err != nil || confirmed != want || left != codes {
			t.Errorf("%t, %d codes, %v; want %t, %d", confirmed, left, err, want, codes)
		}
	}
	if err := s.ConfirmFactor(ctx, "anna", "000000", nil); slug(err) != "unknown_factor" {
		t.Error(err)
	}
	first, err := s.BeginFactor(ctx, "anna")
	ok(t, err)
	secret, err := s.BeginFactor(ctx, "anna")
	ok(t, err)
	has(false, 0)
	hash := account.HashRecoveryCode("abcd-efgh")
	if err := s.ConfirmFactor(ctx, "anna", account.TOTPCode(first, clock.Now()), []string{hash}); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("by the secret that was replaced: %v", err)
	}
	code := account.TOTPCode(secret, clock.Now())
	ok(t, s.ConfirmFactor(ctx, "anna", code, []string{hash, "another"}))
	has(true, 2)
	if _, err := s.BeginFactor(ctx, "anna"); slug(err) != "factor_exists" {
		t.Error(err)
	}
	if err := s.UseCode(ctx, "anna", code); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("the code that confirmed it, again: %v", err)
	}

	// Of twenty who send the same code at once one gets in.
	for _, of := range []func() string{
		func() string { clock.Add(time.Minute); return account.TOTPCode(secret, clock.Now()) },
		func() string { return "ABCD EFGH" },
	} {
		code, errs := of(), [20]error{}
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = s.UseCode(ctx, "anna", code) })
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
		if won != 1 {
			t.Errorf("%q let %d in", code, won)
		}
	}
	has(true, 1)
	ok(t, s.RemoveFactor(ctx, root, "anna"))
	has(false, 0)
	if err := s.RemoveFactor(ctx, root, "anna"); slug(err) != "unknown_factor" {
		t.Error(err)
	}
	acts, err := s.Audits(ctx, "anna", 50)
	ok(t, err)
	var whats []string
	for _, a := range acts {
		if strings.Contains(a.What, "factor") || strings.Contains(a.What, "recovery") {
			whats = append(whats, a.What+" "+a.Who)
		}
		if _, text := account.TOTPAddress(secret, "", ""); strings.Contains(a.Before+a.After, text) {
			t.Error("the secret is in the audit trail")
		}
	}
	slices.Sort(whats)
	if want := []string{"begin_second_factor anna", "begin_second_factor anna", "confirm_second_factor anna", "remove_second_factor root", "use_recovery_code anna"}; !slices.Equal(whats, want) {
		t.Errorf("%q, want %q", whats, want)
	}
}
