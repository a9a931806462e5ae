package lab

import (
	"context"
	"os"
	"testing"
	"time"
)

// Need returns the servers, fetching them on first use. The test fails if it cannot.
func Need(t testing.TB) Bundle {
	t.Helper()
	return need(t, Ensure)
}

// NeedDatabases returns PostgreSQL and MariaDB, fetching them on first use. The test fails if it cannot.
func NeedDatabases(t testing.TB) Bundle {
	t.Helper()
	return need(t, Databases)
}

func need(t testing.TB, fetch func(context.Context, Options) (Bundle, error)) Bundle {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	b, err := fetch(ctx, Options{Progress: testLog{t}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Logf("%s", b)
	return len(b), nil
}

// NewRedis starts a Redis that is stopped at the test's end.
func NewRedis(t testing.TB) *Redis {
	t.Helper()
	r, err := StartRedis(t.Context(), Need(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r.stopAfter(t)
	return r
}

// NewPostgres starts a PostgreSQL that is stopped at the test's end.
func NewPostgres(t testing.TB) *Postgres {
	t.Helper()
	p, err := StartPostgres(t.Context(), NeedDatabases(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p.stopAfter(t)
	return p
}

// NewMariaDB starts a MariaDB that is stopped at the test's end.
func NewMariaDB(t testing.TB) *MariaDB {
	t.Helper()
	m, err := StartMariaDB(t.Context(), NeedDatabases(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m.stopAfter(t)
	return m
}

func (s *server) stopAfter(t testing.TB) {
	t.Cleanup(func() {
		dumpOnFailure(t, s.name, s.LogPath())
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
}

// NewAsterisk starts a node that is stopped at the test's end. When the test failed, the
// end of its log is printed. The options' Dir, when empty, is the test's own.
func NewAsterisk(t testing.TB, o AsteriskOptions) *Asterisk {
	t.Helper()
	b := Need(t)
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	a, err := StartAsterisk(t.Context(), b, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		dumpOnFailure(t, "asterisk", a.outPath())
		dumpOnFailure(t, "asterisk", a.LogPath())
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func dumpOnFailure(t testing.TB, who, path string) {
	t.Helper()
	if !t.Failed() {
		return
	}
	if _, err := os.Stat(path); err != nil {
		return
	}
	t.Logf("%s: the end of %s:\n%s", who, path, tail(path, 16<<10))
}
