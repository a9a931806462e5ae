package sql_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/engine"
	"switchroom/store/sql"
	"switchroom/store/sql/migrations"
	"switchroom/store/sql/sqltest"
)

func open(t *testing.T, path string, now func() time.Time) *sql.Store {
	t.Helper()
	s, err := sql.Open(t.Context(), sql.Config{URL: "sqlite:" + path, Now: now, Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	sqltest.Run(t, func(t *testing.T, now func() time.Time) *sql.Store {
		return open(t, filepath.Join(t.TempDir(), "switchroom?.db"), now) // a name that a URL would misread
	})
}

func TestMigrationsGoForwardOnDataThatIsThere(t *testing.T) {
	ctx := t.Context()
	s := open(t, filepath.Join(t.TempDir(), "a.db"), nil)
	all := migrations.All()
	if pending, err := s.Pending(ctx); err != nil || len(pending) != len(all) {
		t.Fatalf("pending %v, %v", pending, err)
	}
	if err := s.MigrateTo(ctx, all[0].ID); err != nil {
		t.Fatal(err)
	}
	q := sql.QueueSettings{Name: "sales", Service: "demo", Scenario: call.Scenario{Pickup: time.Second, Music: "m"}}
	if err := s.PutService(ctx, "x", sql.Service{ID: "demo", Name: "Demo", DefaultStatus: "business"}); err == nil {
		t.Fatal("the audit trail's table is not there yet, but a change went through")
	}
	if err := s.Raw(ctx, `INSERT INTO services (id, name, inbound, outbound, default_status, default_reason) VALUES ('demo', 'Demo', 1, 1, 'business', '')`); err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if err := s.MigrateTo(ctx, all[i].ID); err != nil {
			t.Fatal(err)
		}
	}
	if pending, err := s.Pending(ctx); err != nil || len(pending) != 0 {
		t.Fatalf("pending %v, %v", pending, err)
	}
	if err := s.PutQueue(ctx, "x", q); err != nil {
		t.Fatalf("the service made before the later migrations is gone: %v", err)
	}
	wantSettings := sql.OutboundSettings{Country: "KR", HoldWarn: 2 * time.Minute, TransferRing: 20 * time.Second, ForwardCap: 2 * time.Hour, FarewellCap: 30 * time.Second}
	if got, err := s.OutboundSettings(ctx, "demo"); err != nil || got != wantSettings {
		t.Errorf("the service made before has the outbound settings %+v, %v", got, err)
	}
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestManyProcessesMigrateAtOnceAndOneDoesTheWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	stores := make([]*sql.Store, 8)
	for i := range stores {
		stores[i] = open(t, path, nil)
	}
	errs := make([]error, len(stores))
	var wg sync.WaitGroup
	for i, s := range stores {
		wg.Go(func() { errs[i] = s.Migrate(t.Context()) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if pending, err := stores[0].Pending(t.Context()); err != nil || len(pending) != 0 {
		t.Errorf("pending %v, %v", pending, err)
	}
}

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

func TestBadAddressesAreRefusedWithACode(t *testing.T) {
	for _, url := range []string{"", "sqlite:", "postgres://x/y", "mysql:x"} {
		_, err := sql.Open(context.Background(), sql.Config{URL: url})
		var e *sql.Error
		if !errors.As(err, &e) || e.Slug != "bad_url" {
			t.Errorf("Open(%q): %v", url, err)
		}
	}
	if _, err := sql.Open(t.Context(), sql.Config{URL: filepath.Join(t.TempDir(), "no", "such", "folder.db")}); err == nil {
		t.Error("a database in a folder that is not there was opened")
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

func TestTheDatabaseItselfKeepsOneDefaultNumberAndWhatServicesReferTo(t *testing.T) {
	ctx := t.Context()
	s := open(t, filepath.Join(t.TempDir(), "a.db"), nil)
	if err := errors.Join(s.Migrate(ctx), s.SeedDemo(ctx, map[string]string{"anna": "a", "ben": "b", "carla": "c"})); err != nil {
		t.Fatal(err)
	}
	for statement, want := range map[string]string{
		"UPDATE calling_numbers SET is_default = 1":                              "taken",
		"UPDATE services SET farewell_prompt = 'none'":                           "in_use",
		"DELETE FROM queues WHERE name = 'support'":                              "in_use",
		"INSERT INTO destination_rules VALUES ('nowhere', 1, 'allow', '+')":      "in_use",
		"INSERT INTO outbound_route_trunks VALUES ('nowhere', 1, 'no such')":     "in_use",
		"INSERT INTO calling_numbers VALUES ('demo', '+82255550100', 'x', NULL)": "taken",
	} {
		var e *sql.Error
		if err := s.Raw(ctx, statement); !errors.As(err, &e) || e.Slug != want {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
