package main

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/call"
	"switchroom/record"
	"switchroom/store/sql"
)

func TestADemoHasAPastOnce(t *testing.T) {
	ctx := t.Context()
	config := sql.Config{URL: filepath.Join(t.TempDir(), "demo.db"), Passwords: account.QuickHasher(), Log: slog.New(slog.DiscardHandler)}
	db, err := sql.Open(ctx, config)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	must(db.Migrate(ctx))
	must(db.SeedDemo(ctx, map[string]string{"anna": "a", "ben": "b", "carla": "c"}))
	for range 2 {
		must(givePast(ctx, config))
	}
	all := record.Viewer{All: true}
	calls, err := db.Calls(ctx, all, record.CallQuery{Asked: record.Asked{Limit: 100}})
	must(err)
	if len(calls.Items) != len(thePast) {
		t.Errorf("%d calls, want %d", len(calls.Items), len(thePast))
	}
	for _, c := range calls.Items {
		if c.State != call.Ended || c.Class == "" || time.Since(c.Entered) < time.Hour {
			t.Errorf("%+v", c)
		}
	}
	tickets, err := db.Tickets(ctx, all, record.TicketQuery{Asked: record.Asked{Limit: 100}})
	must(err)
	taken := 0
	for _, p := range thePast {
		if p.agent != "" {
			taken++
		}
	}
	if len(tickets.Items) != taken {
		t.Errorf("%d tickets of %d calls that were taken", len(tickets.Items), taken)
	}
	for _, ticket := range tickets.Items {
		if ticket.Subject == "" || time.Since(ticket.Opened) < time.Hour {
			t.Errorf("%+v", ticket)
		}
	}
	known, err := db.Acquaintance(ctx, record.Viewer{User: "anna"}, demoService, "0301234567", "")
	must(err)
	if known.Tickets != 2 {
		t.Errorf("the demo customer has %d earlier tickets: %+v", known.Tickets, known)
	}
	if reasons, err := db.StatusReasons(ctx, demoService); err != nil || len(reasons.Reasons.Reasons) != len(demoReasons) {
		t.Errorf("%+v, %v", reasons, err)
	}
}
