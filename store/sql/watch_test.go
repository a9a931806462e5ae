package sql_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"switchroom/store/sql"
)

func TestAChangeByAnotherProcessCountsWithinASecondOrTwo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	here, there := open(t, path, nil), open(t, path, nil)
	ctx, cancel := context.WithCancel(t.Context())
	if err := here.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if err := here.SeedDemo(ctx, map[string]string{"anna": "a", "ben": "b", "carla": "c"}); err != nil {
		t.Fatal(err)
	}
	told, done := make(chan struct{}, 100), make(chan struct{})
	go func() {
		defer close(done)
		here.Watch(ctx, func(context.Context) { told <- struct{}{} })
	}()
	defer func() { cancel(); <-done }()
	for name, by := range map[string]*sql.Store{"another process": there, "this process": here} {
		v, err := by.ServiceSettings(ctx, "demo")
		if err != nil {
			t.Fatal(err)
		}
		if before, err := here.Service(ctx, "demo"); err != nil || before.Outbound != v.Outbound { // it is in memory now
			t.Fatalf("%+v, %v", before, err)
		}
		v.Outbound = !v.Outbound
		for len(told) > 0 {
			<-told
		}
		began := time.Now()
		if _, err := by.ChangeService(ctx, "root", v.Version, v); err != nil {
			t.Fatal(err)
		}
		for after, err := here.Service(ctx, "demo"); err != nil || after.Outbound != v.Outbound; after, err = here.Service(ctx, "demo") {
			select {
			case <-told:
			case <-time.After(5 * time.Second):
				t.Fatalf("%s: not told, and it is still %t", name, after.Outbound)
			}
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("a change by %s counted after %v", name, took)
		}
	}
}
