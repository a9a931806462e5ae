package sqltest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/engine"
	"switchroom/record"
	"switchroom/settings"
	"switchroom/store/sql"
)

func retention(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	history(t, s, clock, 4)
	var tickets []record.Ticket
	for i := range 4 {
		x := opened(t, s, fmt.Sprintf("call-%02d", i), []string{"demo", "other"}[i%2], "+49301234567")
		_, err := s.AddNote(ctx, everyone, x.ID, "secret words")
		ok(t, err)
		tickets = append(tickets, x)
	}
	live, _ := Served(t, clock.Now(), "live")
	ok(t, s.AppendJournal(ctx, live[:5]))
	kept(t, s, settings.Records{Dispositions: []string{"Sold"}, RetentionDays: 30})
	if n, err := s.Retain(ctx); n != 0 || err != nil {
		t.Errorf("too early: %d, %v", n, err)
	}
	clock.Add(31 * 24 * time.Hour)
	total := 0
	for {
		n, err := s.Retain(ctx)
		ok(t, err)
		if total += n; n == 0 {
			break
		}
	}
	if total == 0 {
		t.Error("nothing was deleted")
	}
	forgotten(t, s, "call-00", tickets[0].ID)
	forgotten(t, s, "call-02", tickets[2].ID)
	if c, err := s.CallFile(ctx, everyone, "call-01"); err != nil || c.Blanked || c.Caller.Number == "" {
		t.Errorf("another service's call: %+v, %v", c, err)
	}
	if j, err := s.Journal(ctx, "live"); err != nil || len(j) != 5 {
		t.Errorf("a live call's journal: %d, %v", len(j), err)
	}
	late, _ := Served(t, clock.Now(), "call-00")
	ok(t, s.AppendJournal(ctx, append(late, engine.Entry{Call: "call-00", Version: 99, At: clock.Now(), Input: []byte(`{"kind":"deadline"}`)})))
	forgotten(t, s, "call-00", tickets[0].ID)
}

// forgotten checks that nothing personal is left, and that what happened is.
func forgotten(t *testing.T, s *sql.Store, callID, ticketID string) {
	t.Helper()
	c, err := s.CallFile(t.Context(), everyone, callID)
	ok(t, err)
	j, err := s.Journal(t.Context(), callID)
	ok(t, err)
	f, err := s.TicketFile(t.Context(), everyone, ticketID)
	ok(t, err)
	if !c.Blanked || c.Caller != (call.Party{}) || c.Called != "" || len(j) != 0 || c.Times.Talk == 0 || c.Slug == "" || c.Customer != "" {
		t.Errorf("call %s: %+v, %d lines of journal", callID, c, len(j))
	}
	if f.Caller != (call.Party{}) || f.Subject != "" || len(f.Notes) != 0 || len(f.Changes) != 0 || len(f.Tags) != 0 || f.Customer != "" || f.Number == "" {
		t.Errorf("ticket %s: %+v", ticketID, f)
	}
	if page, err := s.Tickets(t.Context(), everyone, record.TicketQuery{Asked: record.Asked{Limit: 10}, Text: "secret"}); err != nil || slices.ContainsFunc(page.Items, func(x record.Ticket) bool { return x.ID == ticketID }) {
		t.Errorf("ticket %s is still found by its words, %v", ticketID, err)
	}
}

func erasure(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	history(t, s, clock, 2)
	a, b := opened(t, s, "call-00", "demo", "+49301234567"), opened(t, s, "call-01", "other", "+49301234567")
	subject := "about Gauss"
	_, err := s.ChangeTicket(ctx, everyone, a.ID, 1, record.TicketPatch{Subject: &subject})
	ok(t, err)
	live, _ := Served(t, clock.Now(), "live")
	ok(t, s.AppendJournal(ctx, live[:5]))
	if err := s.Erase(ctx, "root", a.Customer); refusal(err) != "in_call" {
		t.Errorf("in a call: %v", err)
	}
	ok(t, s.AppendJournal(ctx, live))
	ok(t, s.Erase(ctx, "root", a.Customer))
	forgotten(t, s, "call-00", a.ID)
	forgotten(t, s, "call-01", b.ID)
	if _, err := s.Customer(ctx, everyone, a.Customer); refusal(err) != "unknown" {
		t.Errorf("the customer: %v", err)
	}
	if err := s.Erase(ctx, "root", a.Customer); refusal(err) != "unknown" {
		t.Errorf("twice: %v", err)
	}
	acts, err := s.Audits(ctx, a.Customer, 5)
	ok(t, err)
	if len(acts) != 1 || acts[0].Who != "root" || acts[0].What != "erase_customer" || strings.Contains(acts[0].After+acts[0].Before, "301234567") {
		t.Errorf("audit %+v", acts)
	}
	if again := opened(t, s, "back", "demo", "+49301234567"); again.Customer == "" || again.Customer == a.Customer {
		t.Errorf("who calls again is %q", again.Customer)
	}
}
