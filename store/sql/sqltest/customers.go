package sqltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/record"
	"switchroom/store/sql"
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
	if again, err := byNumber(s, outer, c.Number); err != nil || again != c {
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

// byNumber is the customer whose number that is.
func byNumber(s *sql.Store, v record.Viewer, number string) (record.Customer, error) {
	page, err := s.Customers(context.Background(), v, record.CustomerQuery{Asked: record.Asked{Limit: 2}, Search: number})
	if err != nil || len(page.Items) != 1 {
		return record.Customer{}, errors.Join(err, fmt.Errorf("%d customers have %s", len(page.Items), number))
	}
	return page.Items[0], nil
}

// customerLists: found by parts of name and number, page by page, by who may open a ticket of theirs.
func customerLists(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	var ids []string
	for i := range 5 {
		clock.Add(time.Second)
		service := map[bool]string{true: "other", false: "demo"}[i == 4]
		ids = append(ids, opened(t, s, fmt.Sprint("c", i), service, fmt.Sprintf("010-1234-567%d", i)).Customer)
	}
	names := []string{"Émile 100%", "O'Brien_x", "김하늘", "\"><script>", "Elsewhere"}
	for i, name := range names {
		_, err := s.ChangeCustomer(ctx, everyone, ids[i], 1, record.CustomerPatch{Name: &name})
		ok(t, err)
	}
	for search, want := range map[string]string{
		"": "Elsewhere \"><script> 김하늘 O'Brien_x Émile 100%", "100%": "Émile 100%", "%": "Émile 100%", "_x": "O'Brien_x", "o'brien": "O'Brien_x", "하늘": "김하늘", "<script": "\"><script>",
		"010 1234 5672": "김하늘", "+82 10-1234-567": "Elsewhere \"><script> 김하늘 O'Brien_x Émile 100%", "' OR 1=1 --": "", "nobody": "",
	} {
		page, err := s.Customers(ctx, everyone, record.CustomerQuery{Asked: record.Asked{Limit: 10}, Search: search})
		var got []string
		for _, c := range page.Items {
			got = append(got, c.Name)
		}
		if err != nil || strings.Join(got, " ") != want || page.Next != "" {
			t.Errorf("%q finds %q, want %q, %v", search, got, want, err)
		}
	}
	var seen []string
	q := record.CustomerQuery{Asked: record.Asked{Limit: 2}}
	for range 5 {
		page, err := s.Customers(ctx, ben, q) // of the service demo
		ok(t, err)
		for _, c := range page.Items {
			seen = append(seen, c.ID)
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	slices.Reverse(seen)
	if !slices.Equal(seen, ids[:4]) {
		t.Errorf("ben sees %v of %v", seen, ids)
	}
	none, err := s.Customers(ctx, record.Viewer{User: "x"}, record.CustomerQuery{Asked: record.Asked{Limit: 2}})
	ok(t, err)
	if len(none.Items) != 0 {
		t.Errorf("nobody sees %v", none.Items)
	}
}
