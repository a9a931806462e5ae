package account

import (
	"strings"
	"testing"
	"time"
)

func TestAPasswordMatchesOnlyItsOwnHash(t *testing.T) {
	var h Hasher
	hash, err := h.Hash("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	other, _ := h.Hash("correct horse")
	if hash == other {
		t.Error("two hashes of one password are the same: the salt is not random")
	}
	if hash, err = h.Hash("Bl\u00fcte"); err != nil {
		t.Fatal(err)
	}
	if ok, err := h.Check(hash, "Blu\u0308te"); err != nil || !ok {
		t.Errorf("the same text in another form of Unicode: %t, %v", ok, err)
	}
	hash = other
	for password, want := range map[string]bool{"correct horse": true, "Correct horse": false, "": false, "correct horse\x00": false} {
		if ok, err := h.Check(hash, password); err != nil || ok != want {
			t.Errorf("Check(%q) = %t, %v; want %t", password, ok, err, want)
		}
	}
}

func TestNobodysHashCostsAsMuchToCheckAsAUsersAndMatchesNothing(t *testing.T) {
	const parameters = 4 // fields before the salt
	for _, h := range []Hasher{{}, QuickHasher()} {
		hash, _ := h.Hash("x")
		nobody := h.Nobodys()
		if a, b := strings.Split(hash, "$"), strings.Split(nobody, "$"); strings.Join(a[:parameters], "$") != strings.Join(b[:parameters], "$") || len(hash) != len(nobody) {
			t.Errorf("%s is not like %s", nobody, hash)
		}
		if ok, err := h.Check(nobody, ""); ok || err != nil {
			t.Errorf("Check = %t, %v", ok, err)
		}
		if nobody == h.Nobodys() {
			t.Error("it is always the same")
		}
	}
}

func TestARealSystemsHashesCostWhatTheyShould(t *testing.T) {
	const want = "$argon2id$v=19$m=65536,t=3,p=1$"
	hash, err := Hasher{}.Hash("x")
	if err != nil || !strings.HasPrefix(hash, want) || !strings.HasPrefix(Hasher{}.Nobodys(), want) {
		t.Errorf("%s, %v; want %s", hash, err, want)
	}
	if ok, err := QuickHasher().Check(hash, "x"); err != nil || !ok {
		t.Errorf("a quick hasher does not know it: %t, %v", ok, err)
	}
}

func TestADamagedHashIsRefusedAndCostsNothing(t *testing.T) {
	var h Hasher
	hash, _ := h.Hash("x")
	for name, bad := range map[string]string{
		"empty":       "",
		"other":       "$2y$10$abcdefghijklmnopqrstuv",
		"huge memory": strings.Replace(hash, "m=65536", "m=4294967295", 1),
		"huge time":   strings.Replace(hash, "t=3", "t=4000000000", 1),
		"no threads":  strings.Replace(hash, "p=1", "p=0", 1),
		"cut":         hash[:len(hash)-8],
		"bad salt":    strings.Replace(hash, "$m=65536,t=3,p=1$", "$m=65536,t=3,p=1$!!", 1),
		"version":     strings.Replace(hash, "v=19", "v=16", 1),
	} {
		start := time.Now()
		if ok, err := h.Check(bad, "x"); ok || err == nil {
			t.Errorf("%s: Check = %t, %v; want an error", name, ok, err)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
}

func TestTokensAreUnguessableAndStoredHashed(t *testing.T) {
	a, b := NewToken(), NewToken()
	if a == b || len(a) < 43 {
		t.Errorf("tokens %q, %q", a, b)
	}
	if HashToken(a) == a || HashToken(a) == HashToken(b) || len(HashToken(a)) != 43 {
		t.Error("hash of a token")
	}
}

func TestASessionIsLiveUntilItExpiresOrIsRevoked(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	s := Session{Expires: now.Add(time.Hour)}
	if !s.Live(now) || s.Live(now.Add(time.Hour)) {
		t.Error("expiry")
	}
	s.Revoked = now
	if s.Live(now) {
		t.Error("revoked, but live")
	}
}
