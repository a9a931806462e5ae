package sqltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/call"
	"switchroom/record"
	"switchroom/settings"
	"switchroom/store/sql"
)

// refusal is the slug of a record's refusal.
func refusal(err error) string {
	var e *record.Error
	if errors.As(err, &e) {
		return e.Slug
	}
	return fmt.Sprint(err)
}

var (
	everyone = record.Viewer{User: "root", All: true}
	anna     = record.Viewer{User: "anna"}
	ben      = record.Viewer{User: "ben"}
	outer    = record.Viewer{User: "olga"} // of another service
)

// twoServices has the demo and another service with one agent, olga.
func twoServices(t *testing.T, open Open) (context.Context, *sql.Store, *Clock) {
	t.Helper()
	ctx, s, clock := seeded(t, open)
	ok(t, s.PutService(ctx, "root", sql.Service{ID: "other", Name: "Other", Inbound: true, DefaultStatus: agent.Business}))
	ok(t, s.PutUser(ctx, "root", account.User{ID: "olga", Login: "olga", Name: "Olga", Roles: []account.Role{account.Agent}}, "x"))
	ok(t, s.Permit(ctx, "root", "olga", "other", true))
	return ctx, s, clock
}

// kept sets what the demo's service says about its records.
func kept(t *testing.T, s *sql.Store, v settings.Records) {
	t.Helper()
	old, err := s.RecordSettings(t.Context(), "demo")
	ok(t, err)
	now, err := s.SetRecordSettings(t.Context(), root, "demo", old.Version, v)
	ok(t, err)
	if !slices.Equal(now.Dispositions, v.Dispositions) || now.RetentionDays != v.RetentionDays || now.Version == old.Version {
		t.Errorf("set %+v, is %+v", v, now)
	}
	if _, err := s.SetRecordSettings(t.Context(), root, "demo", old.Version, v); refusedAt(err) != "changed_meanwhile" {
		t.Errorf("settings seen before: %v", err)
	}
}

// opened is a ticket of a new call.
func opened(t *testing.T, s *sql.Store, id, service, number string) record.Ticket {
	t.Helper()
	n, err := s.OpenTicket(t.Context(), call.Call{ID: id, Service: service, Queue: "sales", Caller: call.Party{Number: number, Name: "Gauss"}}, "anna")
	ok(t, err)
	f, err := s.TicketFile(t.Context(), everyone, n)
	ok(t, err)
	return f.Ticket
}
