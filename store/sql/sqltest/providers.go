package sqltest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/settings"
)

func keycloak() settings.Provider {
	v := settings.NewProvider()
	v.ID, v.Name, v.Issuer, v.ClientID = "keycloak", "Büro", "https://login.example.com/realms/main", "switchroom"
	return v
}

func managedProviders(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	v, err := s.CreateProvider(ctx, root, keycloak(), "first secret")
	ok(t, err)
	if got, err := s.ProviderSettings(ctx, "keycloak"); err != nil || got != v || !got.Enabled || !got.PasswordLogin || got.Claim != "email" {
		t.Errorf("%+v, %v", got, err)
	}
	secret := func(want string) {
		t.Helper()
		if got, err := s.ProviderSecret(ctx, "keycloak"); err != nil || got != want {
			t.Errorf("%q, %v", got, err)
		}
	}
	secret("first secret")
	for name, c := range map[string]struct {
		want   string
		change func(*settings.Provider)
		secret string
	}{
		"the same ID":     {"taken", func(v *settings.Provider) { v.Issuer += "2" }, "x"},
		"the same issuer": {"taken", func(v *settings.Provider) { v.ID = "another" }, "x"},
		"no secret":       {"invalid", func(v *settings.Provider) { v.ID, v.Issuer = "a", v.Issuer+"2" }, ""},
		"large letters":   {"invalid", func(v *settings.Provider) { v.ID = "Keycloak" }, "x"},
		"not https":       {"invalid", func(v *settings.Provider) { v.Issuer = "http://login.example.com" }, "x"},
		"a query":         {"invalid", func(v *settings.Provider) { v.Issuer += "?x=1" }, "x"},
		"no issuer":       {"invalid", func(v *settings.Provider) { v.Issuer = "login.example.com" }, "x"},
		"no claim":        {"invalid", func(v *settings.Provider) { v.Claim = "e mail" }, "x"},
		"no client":       {"invalid", func(v *settings.Provider) { v.ClientID = "" }, "x"},
		"no name":         {"invalid", func(v *settings.Provider) { v.Name = " " }, "x"},
	} {
		bad := keycloak()
		c.change(&bad)
		if _, err := s.CreateProvider(ctx, root, bad, c.secret); slug(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	next := v
	next.Name, next.PasswordLogin = "House", false
	after, err := s.ChangeProvider(ctx, root, v.Version, next, "")
	if err != nil || after.Name != "House" || after.PasswordLogin || after.Version == v.Version {
		t.Fatalf("%+v, %v", after, err)
	}
	secret("first secret")
	if _, err := s.ChangeProvider(ctx, root, v.Version, next, ""); slug(err) != "changed_meanwhile" {
		t.Error(err)
	}
	moved := after
	moved.Issuer = "https://other.example.com"
	if _, err := s.ChangeProvider(ctx, root, after.Version, moved, ""); slug(err) != "invalid" {
		t.Errorf("another issuer is told the secret of the one before: %v", err)
	}
	if _, err := s.ChangeProvider(ctx, root, after.Version, moved, "second secret"); err != nil {
		t.Error(err)
	}
	secret("second secret")
	acts, err := s.Audits(ctx, "keycloak", 20)
	ok(t, err)
	whats := map[string]int{}
	for _, a := range acts {
		whats[a.What]++
		if text := a.Before + a.After; strings.Contains(text, "first") || strings.Contains(text, "second secret") {
			t.Errorf("a secret is in the audit trail: %+v", a)
		}
	}
	if whats["create_provider"] != 1 || whats["change_provider"] != 2 || whats["replace_client_secret"] != 1 {
		t.Errorf("%v", whats)
	}
	ok(t, s.KeepAttempt(ctx, account.Attempt{State: "s", Browser: "b", Provider: "keycloak"}, time.Minute))
	ok(t, s.DeleteProvider(ctx, root, "keycloak"))
	for _, err := range []error{s.DeleteProvider(ctx, root, "keycloak"), func() error { _, err := s.ProviderSecret(ctx, "keycloak"); return err }()} {
		if slug(err) != "unknown_provider" {
			t.Error(err)
		}
	}
	for i := range 20 {
		v := keycloak()
		v.ID, v.Issuer = fmt.Sprint("p", i), fmt.Sprintf("https://%s.example.com/%d", strings.Repeat("x", 40), i)
		_, err := s.CreateProvider(ctx, root, v, "x")
		ok(t, err)
	}
	if _, err := s.CreateProvider(ctx, root, keycloak(), "x"); slug(err) != "too_many" {
		t.Error(err)
	}
	if list, err := s.ListProviders(ctx); err != nil || len(list) != 20 {
		t.Errorf("%d, %v", len(list), err)
	}
}

func attempts(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	_, err := s.CreateProvider(ctx, root, keycloak(), "x")
	ok(t, err)
	a := account.Attempt{State: "state", Browser: "browser", Provider: "keycloak", ReturnTo: "/tickets/T-000001"}
	keep := func() { ok(t, s.KeepAttempt(ctx, a, 10*time.Minute)) }
	keep()
	for name, at := range map[string][3]string{"another browser": {"state", "b", "keycloak"}, "no browser": {"state", "", "keycloak"}, "another provider": {"state", "browser", "google"}, "another state": {"s", "browser", "keycloak"}} {
		if _, err := s.TakeAttempt(ctx, at[0], at[1], at[2]); !errors.Is(err, account.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var wg sync.WaitGroup
	errs, got := [20]error{}, [20]account.Attempt{}
	for i := range errs {
		wg.Go(func() { got[i], errs[i] = s.TakeAttempt(ctx, "state", "browser", "keycloak") })
	}
	wg.Wait()
	won := 0
	for i, err := range errs {
		switch {
		case err == nil:
			if won++; got[i] != a {
				t.Errorf("%+v", got[i])
			}
		case !errors.Is(err, account.ErrUnknown):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of twenty got it", won)
	}
	keep()
	clock.Add(10 * time.Minute)
	if _, err := s.TakeAttempt(ctx, "state", "browser", "keycloak"); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("too late: %v", err)
	}
	clock.Add(time.Second)
	a.User = "anna"
	keep() // the one of before is swept away: it has the same state
	if got, err := s.TakeAttempt(ctx, "state", "browser", "keycloak"); err != nil || got != a {
		t.Errorf("%+v, %v", got, err)
	}
}

const issuer = "https://login.example.com/realms/main"

func identities(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	refused := func(want, subject, login string) {
		t.Helper()
		if u, err := s.Identify(ctx, issuer, subject, login); slug(err) != want {
			t.Errorf("%q as %q: %+v, %v", subject, login, u, err)
		}
	}
	refused("claim_missing", "s-1", "")
	refused("not_registered", "s-1", "nobody@example.com")
	u, err := s.Identify(ctx, issuer, "s-1", "anna")
	if err != nil || u.ID != "anna" {
		t.Fatalf("%+v, %v", u, err)
	}
	clock.Add(time.Hour)
	for _, login := range []string{"", "ben", "other@example.com"} { // later the subject alone counts
		if u, err := s.Identify(ctx, issuer, "s-1", login); err != nil || u.ID != "anna" {
			t.Errorf("%+v, %v", u, err)
		}
	}
	refused("identity_taken", "s-2", "anna") // an address that was given to somebody else
	refused("not_registered", "S-1", "nobody")
	if u, err := s.Identify(ctx, "https://other.example.com", "s-1", "ben"); err != nil || u.ID != "ben" {
		t.Errorf("the same subject of another issuer: %+v, %v", u, err)
	}
	long := strings.Repeat("x", settings.MaxSubject)
	if u, err := s.Identify(ctx, "https://"+strings.Repeat("l", 392), long, "carla"); err != nil || u.ID != "carla" {
		t.Errorf("%+v, %v", u, err)
	}
	list, err := s.Identities(ctx, "anna")
	ok(t, err)
	if len(list) != 1 || list[0].Subject != "s-1" || list[0].Issuer != issuer || list[0].Login != "anna" || !list[0].Linked.Equal(clock.Now().Add(-time.Hour)) || !list[0].LastUsed.Equal(clock.Now()) {
		t.Errorf("%+v", list)
	}
	if _, err := s.Identities(ctx, "none"); slug(err) != "unknown_person" {
		t.Error(err)
	}

	// Who is deactivated stays out, linked or not.
	for _, id := range []string{"anna", "ben"} {
		v, err := s.PersonSettings(ctx, id)
		ok(t, err)
		v.Active = false
		_, _, err = s.ChangePerson(ctx, root, v.Version, v)
		ok(t, err)
	}
	refused("deactivated", "s-1", "anna")
	refused("deactivated", "s-9", "ben")

	// Unlinked, it is nobody's, and the sessions end.
	session, err := s.StartSession(ctx, "carla", "h", month, account.Terms{})
	ok(t, err)
	list, err = s.Identities(ctx, "carla")
	ok(t, err)
	if _, err := s.Unlink(ctx, root, "anna", list[0].ID); slug(err) != "unknown_identity" {
		t.Errorf("another's: %v", err)
	}
	clock.Add(time.Second)
	if ended, err := s.Unlink(ctx, root, "carla", list[0].ID); err != nil || !slices.Equal(ended, []string{session.ID}) {
		t.Errorf("%v, %v", ended, err)
	}
	acts, err := s.Audits(ctx, "carla", 5)
	ok(t, err)
	if acts[0].What != "unlink_identity" || acts[0].Who != root || acts[1].What != "link_identity" || acts[1].Who != "carla" || !strings.Contains(acts[0].Before, long) {
		t.Errorf("%+v", acts)
	}
	if list, err := s.Identities(ctx, "carla"); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}

// oneIdentity: of several first logins of a moment all are of one account, or one counts.
func oneIdentity(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	race := func(subject func(i int) string) (won int) {
		errs := [12]error{}
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { _, errs[i] = s.Identify(ctx, issuer, subject(i), "anna") })
		}
		wg.Wait()
		for _, err := range errs {
			if err == nil {
				won++
			} else if slug(err) != "identity_taken" {
				t.Error(err)
			}
		}
		list, err := s.Identities(ctx, "anna")
		ok(t, err)
		if len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		_, err = s.Unlink(ctx, root, "anna", list[0].ID)
		ok(t, err)
		return won
	}
	if won := race(func(int) string { return "same" }); won != 12 {
		t.Errorf("%d of twelve of the same account", won)
	}
	if won := race(func(i int) string { return fmt.Sprint("s-", i) }); won != 1 {
		t.Errorf("%d of twelve accounts", won)
	}
}

func signsInBy(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	by := func(want string) {
		t.Helper()
		if got, err := s.SignsInBy(ctx, "anna"); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	v := keycloak()
	v.PasswordLogin = false
	v, err := s.CreateProvider(ctx, root, v, "x")
	ok(t, err)
	by("")
	_, err = s.Identify(ctx, issuer, "s-1", "anna")
	ok(t, err)
	by("Büro")
	change := func(f func(*settings.Provider)) {
		t.Helper()
		f(&v)
		v, err = s.ChangeProvider(ctx, root, v.Version, v, "")
		ok(t, err)
	}
	change(func(v *settings.Provider) { v.Enabled = false })
	by("")
	change(func(v *settings.Provider) { v.Enabled, v.PasswordLogin = true, true })
	by("")
	change(func(v *settings.Provider) { v.PasswordLogin = false })
	by("Büro")
	ok(t, s.DeleteProvider(ctx, root, v.ID))
	by("")
}

func sessionTerms(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	ends := clock.Now().Add(20 * time.Hour)
	first, err := s.StartSession(ctx, "anna", "t1", month, account.Terms{SecondFactor: true, Ends: ends})
	ok(t, err)
	if got, err := s.Session(ctx, first.ID); err != nil || !got.Expires.Equal(ends) || !got.Ends.Equal(ends) || !got.SecondFactor {
		t.Errorf("%+v, %v", got, err)
	}
	clock.Add(19 * time.Hour)
	next, err := s.RefreshSession(ctx, "t1", "t2", month)
	if err != nil || !next.Expires.Equal(ends) || !next.SecondFactor {
		t.Errorf("%+v, %v", next, err)
	}
	clock.Add(time.Hour)
	if _, err := s.RefreshSession(ctx, "t2", "t3", month); !errors.Is(err, account.ErrExpired) {
		t.Error(err)
	}
}
