package sql_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"switchroom/engine"
	"switchroom/store/sql"
	"switchroom/store/sql/sqltest"
)

func TestCallsGoOnWithSettingsInMemoryWhileTheDatabaseIsAway(t *testing.T) {
	clock := sqltest.NewClock()
	s, err := sql.Open(t.Context(), sql.Config{URL: filepath.Join(t.TempDir(), "a.db"), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if err := errors.Join(s.Migrate(ctx), s.SeedDemo(ctx, map[string]string{"anna": "a", "ben": "b", "carla": "c"})); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Queue(ctx, "sales"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Service(ctx, "demo"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Frequent(ctx, "anna"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	clock.Add(time.Hour)
	if v, err := s.Service(ctx, "demo"); err != nil || len(v.CallerIDs) != 2 {
		t.Errorf("service %+v, %v", v, err)
	}
	if list, err := s.Frequent(ctx, "anna"); err != nil || len(list) != 2 {
		t.Errorf("frequently used numbers %+v, %v", list, err)
	}
	if q, err := s.Queue(ctx, "sales"); err != nil || q.Service != "demo" {
		t.Errorf("queue %+v, %v", q, err)
	}
	if _, err := s.Queue(ctx, "support"); err == nil || errors.Is(err, engine.ErrUnknown) {
		t.Errorf("a queue never seen: %v; want an error that says the database is away", err)
	}
}

func BenchmarkQueueFromMemory(b *testing.B) {
	ctx := context.Background()
	s, err := sql.Open(ctx, sql.Config{URL: filepath.Join(b.TempDir(), "a.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the benchmark is over
	if err := errors.Join(s.Migrate(ctx), s.SeedDemo(ctx, map[string]string{"anna": "a", "ben": "b", "carla": "c"})); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Queue(ctx, "sales"); err != nil {
			b.Fatal(err)
		}
	}
}
