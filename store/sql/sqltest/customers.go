package sqltest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"switchroom/call"
	"switchroom/record"
)

func customers(t *testing.T, open Open) {
	ctx, s, _ := twoServices(t, open)
	first := opened(t, s, "c1", "demo", "010-1234-5678")
	if first.Customer == "" || !slices.Equal(first.Agents, []string{"anna"}) || first.Direction != record.Inbound || first.Queue != "sales" || first.Assignee != "anna" {
		t.Fatalf("%+v", first)
	}
	for i, same := range []string{"+821012345678", "+82 10 1234 5678", "01012345678"} {
		if got := opened(t, s, fmt.Sprint("same", i), "other", same); got.Customer != first.Customer {
			t.Errorf("%s is another customer", same)
		}
	}
	for i, nobody := range []string{"", "anonymous", "Restricted", "119", "*98", "0", "1' OR '1'='1", strings.Repeat("9", 60), "+82101234567890123"} {
		if got := opened(t, s, fmt.Sprint("nobody", i), "demo", nobody); got.Customer != "" {
			t.Errorf("%q matches customer %s", nobody, got.Customer)
		}
	}
	c, err := s.Customer(ctx, anna, first.Customer)
	ok(t, err)
	if c.Number != "+821012345678" || c.Name != "Gauss" || c.Version != 1 {
		t.Errorf("%+v", c)
	}
	if again, err := s.CustomerByNumber(ctx, outer, c.Number); err != nil || again != c {
		t.Errorf("by number: %+v, %v", again, err)
	}
	stranger := opened(t, s, "only-demo", "demo", "+821099998888")
	_, err = s.Customer(ctx, outer, stranger.Customer)
	_, none := s.Customer(ctx, outer, "nobody")
	if refusal(err) != "not_yours" || refusal(none) != "unknown" {
		t.Errorf("another service's customer: %v, none: %v", err, none)
	}
	name, notes, bad := "Carl Friedrich", "likes numbers\n<b>", "a\x00b"
	changed, err := s.ChangeCustomer(ctx, anna, c.ID, 1, record.CustomerPatch{Name: &name, Notes: &notes})
	if err != nil || changed.Name != name || changed.Notes != notes || changed.Version != 2 {
		t.Errorf("%+v, %v", changed, err)
	}
	if _, err := s.ChangeCustomer(ctx, ben, c.ID, 1, record.CustomerPatch{Name: &notes}); refusal(err) != "changed_meanwhile" {
		t.Errorf("a change of what was seen before: %v", err)
	}
	if _, err := s.ChangeCustomer(ctx, ben, c.ID, 2, record.CustomerPatch{Name: &bad}); refusal(err) != "invalid" {
		t.Errorf("a name with NUL: %v", err)
	}
	acts, err := s.Audits(ctx, c.ID, 10)
	ok(t, err)
	if len(acts) != 1 || acts[0].Who != "anna" || strings.Contains(acts[0].After, "Carl") {
		t.Errorf("audit %+v", acts)
	}
	if page, err := s.Tickets(ctx, anna, record.TicketQuery{Asked: record.Asked{Limit: 10}, Text: "FRIEDRICH"}); err != nil || len(page.Items) != 4 {
		t.Errorf("found by the new name: %d, %v", len(page.Items), err)
	}
}

func oneCustomer(t *testing.T, open Open) {
	_, s, _ := seeded(t, open)
	got := make([]error, 30)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			_, got[i] = s.OpenTicket(t.Context(), call.Call{ID: fmt.Sprint("c", i), Service: "demo", Caller: call.Party{Number: "+821012345678"}}, "anna")
		})
	}
	wg.Wait()
	ok(t, errors.Join(got...))
	page, err := s.Tickets(t.Context(), everyone, record.TicketQuery{Asked: record.Asked{Limit: 100}})
	ok(t, err)
	for _, x := range page.Items {
		if len(page.Items) != len(got) || x.Customer == "" || x.Customer != page.Items[0].Customer {
			t.Fatalf("%d tickets, customers %q and %q", len(page.Items), x.Customer, page.Items[0].Customer)
		}
	}
}

func acquaintance(t *testing.T, open Open) {
	ctx, s, _ := twoServices(t, open)
	for i := range 7 {
		opened(t, s, fmt.Sprint("c", i), "demo", "+821012345678")
	}
	theirs := opened(t, s, "o1", "other", "+821012345678")
	a, err := s.Acquaintance(ctx, ben, "demo", "010-1234-5678", "now")
	ok(t, err)
	if a.Customer == nil || a.Tickets != 7 || len(a.Latest) != record.LatestTickets || a.Latest[0].Call != "c6" {
		t.Errorf("ben is shown %+v", a)
	}
	a, err = s.Acquaintance(ctx, outer, "other", "+821012345678", "now")
	ok(t, err)
	if a.Tickets != 1 || a.Latest[0].ID != theirs.ID {
		t.Errorf("olga is shown %+v", a)
	}
	if a, err = s.Acquaintance(ctx, outer, "other", "+821012345678", "o1"); err != nil || a.Tickets != 0 || a.Customer == nil {
		t.Errorf("the call's own ticket is earlier: %+v, %v", a, err)
	}
	for _, nobody := range []string{"+821055555555", "anonymous", ""} {
		if a, err = s.Acquaintance(ctx, ben, "demo", nobody, "now"); err != nil || a.Customer != nil || a.Tickets != 0 {
			t.Errorf("%q: %+v, %v", nobody, a, err)
		}
	}
}
