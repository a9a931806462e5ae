package main

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/settings"
)

func TestTheFirstAdministratorIsMadeOnceAndALostPasswordIsSet(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	p := adminPassword{Database: "sqlite:" + filepath.Join(t.TempDir(), "a.db")}
	create := adminCreateCmd{adminPassword: p, Login: "Root"}
	if err := create.Run(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	var refused *settings.Error
	if err := create.Run(t.Context(), log); !errors.As(err, &refused) || refused.Slug != "taken" {
		t.Errorf("twice: %v", err)
	}
	db, err := openDatabase(t.Context(), p.Database, nil, log)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	before, err := db.UserByLogin(t.Context(), "root")
	if err != nil || !before.Has(account.Administrator) || before.Name != "Root" {
		t.Errorf("%+v, %v", before, err)
	}
	session, err := db.StartSession(t.Context(), before.ID, "h", time.Hour, account.Terms{})
	if err != nil {
		t.Fatal(err)
	}
	if err := (adminPasswordCmd{adminPassword: p, Login: "ROOT"}).Run(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	if after, err := db.UserByLogin(t.Context(), "root"); err != nil || after.Hash == before.Hash {
		t.Errorf("the password is the old one: %v", err)
	}
	if s, err := db.Session(t.Context(), session.ID); err != nil || s.Revoked.IsZero() {
		t.Errorf("the session goes on: %+v, %v", s, err)
	}
	if err := (adminPasswordCmd{adminPassword: p, Login: "nobody"}).Run(t.Context(), log); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("nobody's password: %v", err)
	}
}

func TestAPasswordComesFromTheFirstLineOrIsMade(t *testing.T) {
	for in, want := range map[string]string{"gravel tulip seven\n": "gravel tulip seven", "tabs\tand blanks \r\nmore": "tabs\tand blanks ", "there is no line's end": "there is no line's end"} {
		if got, made, err := (adminPassword{PasswordStdin: true}).password(strings.NewReader(in)); err != nil || got != want || made {
			t.Errorf("%q: %q, %t, %v", in, got, made, err)
		}
	}
	for _, in := range []string{"", "short\n", strings.Repeat("x", 2000)} {
		if _, _, err := (adminPassword{PasswordStdin: true}).password(strings.NewReader(in)); err == nil {
			t.Errorf("%.10q was taken", in)
		}
	}
	one, made, err := adminPassword{}.password(nil)
	other, _, _ := adminPassword{}.password(nil)
	if err != nil || !made || settings.CheckPassword(one) != nil || one == other {
		t.Errorf("made %q and %q, %v", one, other, err)
	}
}
