package sql_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/record"
	"switchroom/settings"
	"switchroom/store/sql"
)

// everythingRead is what the store's reads give, as text.
func everythingRead(t *testing.T, s *sql.Store, ticket string) string {
	t.Helper()
	ctx := t.Context()
	var all []any
	read := func(v any, err error) {
		t.Helper()
		must(t, err)
		all = append(all, v)
	}
	viewer := record.Viewer{User: "root", All: true}
	services, err := s.ListServices(ctx, nil)
	read(services, err)
	queues, err := s.ListQueues(ctx, nil)
	read(queues, err)
	hours, err := s.Hours(ctx, "demo")
	read(hours, err)
	reasons, err := s.StatusReasons(ctx, "demo")
	read(reasons, err)
	outbound, err := s.Service(ctx, "demo")
	read(outbound, err)
	anna, err := s.Person(ctx, "anna")
	read(anna, err)
	accounts, err := s.Accounts(ctx)
	read(accounts, err)
	file, err := s.TicketFile(ctx, viewer, ticket)
	read(file, err)
	acts, err := s.Audits(ctx, "", 100)
	read(acts, err)
	text, err := json.Marshal(all)
	must(t, err)
	return string(text)
}

// As docs/operations.md says: back up while the controller works, lose the database, put the backup in its place.
func TestABackupOfSQLiteIsRestoredAsItWas(t *testing.T) {
	ctx, folder := t.Context(), t.TempDir()
	path, backup := filepath.Join(folder, "switchroom.db"), filepath.Join(folder, "backup.db")
	s := open(t, "sqlite:"+path, nil)
	must(t, s.Migrate(ctx), s.SeedDemo(ctx, map[string]string{"anna": "a", "ben": "b", "carla": "c"}))
	seen, err := s.StatusReasons(ctx, "demo")
	must(t, err)
	lunch := settings.Reasons{Reasons: agent.Reasons{Reasons: []agent.Reason{{Code: "lunch", Name: "점심", Statuses: []agent.Choice{agent.Rest}, Active: true}}}}
	_, err = s.SetStatusReasons(ctx, "root", "demo", seen.Version, lunch)
	must(t, err)
	ticket, err := s.OpenTicket(ctx, call.Call{ID: "c1", Service: "demo", Queue: "sales", Caller: call.Party{Number: "+821012345678", Name: "Gauß"}}, "anna")
	must(t, err)
	before := everythingRead(t, s, ticket)

	must(t, s.BackUp(ctx, backup))
	_, err = s.OpenTicket(ctx, call.Call{ID: "c2", Service: "demo", Queue: "sales"}, "anna") // after the backup: it is lost
	must(t, err, s.Close())
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	must(t, os.Rename(backup, path))

	restored := open(t, "sqlite:"+path, nil)
	must(t, restored.Migrate(ctx))
	if after := everythingRead(t, restored, ticket); after != before {
		t.Errorf("restored otherwise:\n%s\nwas\n%s", after, before)
	}
	if next, err := restored.OpenTicket(ctx, call.Call{ID: "c3", Service: "demo", Queue: "sales"}, "anna"); err != nil || next != "T-000002" {
		t.Errorf("goes on with %s, %v", next, err)
	}
}
