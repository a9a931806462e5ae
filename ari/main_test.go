package ari_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/ari"
	"switchroom/lab"
)

// dialplan is what the tests' Local channels run.
const dialplan = `
[ari-test]
exten => echo,1,Answer()
 same => n,Echo()
exten => ring,1,Ringing()
 same => n,Wait(60)
exten => busy,1,Hangup(17)
`

const patience = 20 * time.Second // for what takes milliseconds on a quiet machine

// shared is one Asterisk for all tests that do not hurt it. Applications keep them apart.
var shared struct {
	sync.Once
	node *lab.Asterisk
	dir  string
	err  error
}

func node(t testing.TB) *lab.Asterisk {
	t.Helper()
	shared.Do(func() {
		bundle := lab.Need(t)
		if shared.dir, shared.err = os.MkdirTemp("", "ari-test"); shared.err == nil {
			o := lab.AsteriskOptions{Dir: shared.dir, Variables: true, Extra: map[string]string{"extensions.conf": dialplan}}
			shared.node, shared.err = lab.StartAsterisk(context.Background(), bundle, o)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.node
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.node != nil {
		if err := errors.Join(shared.node.Stop(), os.RemoveAll(shared.dir)); err != nil {
			fmt.Fprintln(os.Stderr, "stopping Asterisk:", err)
			code = 1
		}
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// ownNode is an Asterisk that the test may kill.
func ownNode(t testing.TB, extra map[string]string) *lab.Asterisk {
	t.Helper()
	conf := map[string]string{"extensions.conf": dialplan}
	for k, v := range extra {
		conf[k] += v
	}
	return lab.NewAsterisk(t, lab.AsteriskOptions{Variables: true, Extra: conf})
}

func config(a *lab.Asterisk, app string) ari.Config {
	return ari.Config{URL: a.ARIURL, User: a.User, Password: a.Password, App: app, MaxBackoff: time.Second}
}

// appName makes an application of the test's own.
func appName(t testing.TB) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, t.Name())
}

func open(t testing.TB, cfg ari.Config) *ari.Session {
	t.Helper()
	s, err := ari.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// connected opens a session and takes its first item.
func connected(t testing.TB, cfg ari.Config) *ari.Session {
	t.Helper()
	s := open(t, cfg)
	if c := next[ari.Connected](t, s); c.Epoch != 1 {
		t.Fatalf("the first epoch is %d", c.Epoch)
	}
	return s
}

// take returns the next item, whatever it is.
func take(t testing.TB, s *ari.Session) ari.Item {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	item, err := s.Next(ctx)
	if err != nil {
		t.Fatalf("waiting for an item: %v; status %+v", err, s.Status())
	}
	return item
}

// next returns the next item of a type, for which all conditions hold, and skips the others.
func next[T ari.Item](t testing.TB, s *ari.Session, conditions ...func(T) bool) T {
	t.Helper()
	var skipped []string
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		ctx, cancel := context.WithDeadline(context.Background(), deadline)
		item, err := s.Next(ctx)
		cancel()
		if err != nil {
			break
		}
		if v, ok := item.(T); ok && holds(v, conditions) {
			return v
		}
		skipped = append(skipped, fmt.Sprintf("%T", item))
	}
	var want T
	t.Fatalf("no %T came; skipped %v; status %+v", want, skipped, s.Status())
	return want
}

func holds[T any](v T, conditions []func(T) bool) bool {
	for _, c := range conditions {
		if !c(v) {
			return false
		}
	}
	return true
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually polls until f holds.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("did not happen: %s", what)
		}
	}
}
