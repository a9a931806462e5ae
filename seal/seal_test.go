package seal_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"switchroom/seal"
)

// keyOf is a key like no one would use.
func keyOf(b byte) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{b}, 32))
}

func boxOf(t *testing.T, keys ...string) *seal.Box {
	t.Helper()
	b, err := seal.New(strings.Join(keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sealed(t *testing.T, b *seal.Box, place, secret string) string {
	t.Helper()
	s, err := b.Seal(place, []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wantSlug(t *testing.T, err error, slug string) {
	t.Helper()
	var e *seal.Error
	if !errors.As(err, &e) || e.Slug != slug {
		t.Fatalf("got %v, want %s", err, slug)
	}
}

func TestWhatIsSealedOpensAndShowsNothing(t *testing.T) {
	b := boxOf(t, keyOf(1))
	for _, secret := range []string{"", "x", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", strings.Repeat("long ", 1000)} {
		one, two := sealed(t, b, "webhooks/a/secret", secret), sealed(t, b, "webhooks/a/secret", secret)
		if one == two {
			t.Error("the same secret sealed twice is the same text: who reads the database sees which are equal")
		}
		if len(secret) > 1 && strings.Contains(one, secret) {
			t.Error("the secret stands in what is sealed")
		}
		if len(one) > len(secret)*4/3+60 {
			t.Errorf("%d bytes became %d characters", len(secret), len(one))
		}
		got, err := b.Open("webhooks/a/secret", one)
		if err != nil || string(got) != secret {
			t.Errorf("opened: %q, %v", got, err)
		}
	}
}

func TestASealedSecretIsGoodInItsPlaceOnly(t *testing.T) {
	b := boxOf(t, keyOf(1))
	_, err := b.Open("webhooks/b/secret", sealed(t, b, "webhooks/a/secret", "x"))
	wantSlug(t, err, "damaged_secret")
}

func TestEveryChangedCharacterIsNoticed(t *testing.T) {
	b := boxOf(t, keyOf(1))
	text := sealed(t, b, "p", "secret")
	for i := range text {
		other := byte('A')
		if text[i] == other {
			other = 'B'
		}
		changed := text[:i] + string(other) + text[i+1:]
		if got, err := b.Open("p", changed); err == nil && i < len(text)-1 { // the last character's lowest bits say nothing
			t.Errorf("character %d changed, and it opened as %q", i, got)
		}
		if _, err := b.Open("p", text[:i]); err == nil {
			t.Errorf("cut after %d characters, and it opened", i)
		}
	}
}

func TestKeysAreReplacedOneAfterTheOther(t *testing.T) {
	before := boxOf(t, keyOf(1))
	text := sealed(t, before, "p", "secret")
	both := boxOf(t, keyOf(2), keyOf(1))
	got, err := both.Open("p", text)
	if err != nil || string(got) != "secret" {
		t.Fatalf("with the new key in front: %q, %v", got, err)
	}
	if !both.Stale(text) || before.Stale(text) {
		t.Error("only what the new key did not seal is to be sealed again")
	}
	again := sealed(t, both, "p", "secret")
	after := boxOf(t, keyOf(2))
	if got, err := after.Open("p", again); err != nil || string(got) != "secret" || after.Stale(again) {
		t.Fatalf("with the new key alone: %q, %v", got, err)
	}
	_, err = after.Open("p", text)
	wantSlug(t, err, "unknown_secret_key")
}

func TestWithoutAKeyEverythingIsRefused(t *testing.T) {
	b := boxOf(t, " ")
	if b != nil {
		t.Fatalf("made of nothing: %v", b)
	}
	wantSlug(t, b.Ready(), "no_secret_key")
	_, err := b.Seal("p", []byte("x"))
	wantSlug(t, err, "no_secret_key")
	_, err = b.Open("p", sealed(t, boxOf(t, keyOf(1)), "p", "x"))
	wantSlug(t, err, "no_secret_key")
}

func TestWhatIsNoKeyIsRefusedAndNotRepeated(t *testing.T) {
	short := base64.StdEncoding.EncodeToString([]byte("hunter2"))
	for _, keys := range []string{"password", short, keyOf(1) + ",", keyOf(1) + "," + short, keyOf(1)[1:]} {
		_, err := seal.New(keys)
		wantSlug(t, err, "bad_secret_key")
		if strings.Contains(err.Error(), short) || strings.Contains(err.Error(), "password") {
			t.Errorf("the refusal repeats what may be most of a key: %v", err)
		}
	}
}

func TestABoxDoesNotPrintItsKeys(t *testing.T) {
	b := boxOf(t, keyOf('k'))
	for _, text := range []string{fmt.Sprint(b), fmt.Sprintf("%v %+v %s", b, b, b)} {
		if strings.Contains(text, "kkkk") || strings.Contains(text, keyOf('k')) {
			t.Errorf("it prints %q", text)
		}
	}
}

func FuzzOpenRefusesWhatNobodySealed(f *testing.F) {
	b, err := seal.New(keyOf(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("s1..")
	f.Add("s1.0123456789ab.AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := b.Open("p", text); err == nil {
			t.Errorf("%q opened as %q", text, got)
		}
	})
}
