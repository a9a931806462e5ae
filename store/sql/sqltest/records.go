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

	"switchroom/account"
	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/record"
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

// opened is a ticket of a new call.
func opened(t *testing.T, s *sql.Store, id, service, number string) record.Ticket {
	t.Helper()
	n, err := s.OpenTicket(t.Context(), call.Call{ID: id, Service: service, Queue: "sales", Caller: call.Party{Number: number, Name: "Gauss"}}, "anna")
	ok(t, err)
	f, err := s.TicketFile(t.Context(), everyone, n)
	ok(t, err)
	return f.Ticket
}

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

func ticketAccess(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	entries, _ := Served(t, clock.Now(), "pbx1-7")
	x := opened(t, s, "pbx1-7", "demo", "+821012345678")
	for who, want := range map[record.Viewer]string{everyone: "<nil>", anna: "<nil>", ben: "<nil>", outer: "not_yours", {User: "nobody"}: "not_yours"} {
		_, err := s.TicketFile(ctx, who, x.ID)
		_, patch := s.ChangeTicket(ctx, who, x.ID, -1, record.TicketPatch{})
		list, none := s.Tickets(ctx, who, record.TicketQuery{Asked: record.Asked{Limit: 5}})
		ok(t, none)
		if refusal(err) != want || want != "<nil>" && refusal(patch) != want || (len(list.Items) == 1) != (want == "<nil>") {
			t.Errorf("%s: %v, change %v, list %d", who.User, err, patch, len(list.Items))
		}
	}
	ok(t, s.AppendJournal(ctx, entries))
	// olga takes part in a call of a service that is not hers: she is consulted and takes over.
	id := "pbx1-8"
	opened(t, s, id, "demo", "+821012345678")
	leg, second := id+"-a1", id+"-a2"
	entries, end := play(t, clock.Now(), id,
		call.Enter{ID: id, Node: "pbx1", Channel: "chan-2", Service: "demo", Queue: "sales", Caller: call.Party{Number: "+821012345678"},
			Scenario: call.Scenario{Pickup: 20 * time.Second, Music: "default", AnswerNow: true}},
		call.Claimed{Agent: "anna", Device: agent.WebRTC, Endpoint: "anna"},
		call.LegUp{Leg: leg}, call.Joined{Leg: leg}, call.TicketOpened{Ticket: "T-000002"},
		call.Consult{Agent: "anna", To: call.Target{Kind: call.ToAgent, Participant: call.Participant{Agent: "olga", Device: agent.WebRTC, Endpoint: "olga"}}},
		call.LegUp{Leg: second}, call.Complete{Agent: "anna"}, call.LegGone{Leg: leg, Cause: 16}, call.LegGone{Leg: "chan-2", Cause: 16}, call.LegGone{Leg: second, Cause: 16})
	if end.State != call.Ended || end.Served != "olga" {
		t.Fatalf("the test's call is %s, served by %s", end.State, end.Served)
	}
	ok(t, s.AppendJournal(ctx, entries))
	f, err := s.TicketFile(ctx, outer, "T-000002")
	ok(t, err)
	if !slices.Equal(f.Agents, []string{"anna", "olga"}) {
		t.Errorf("agents %v", f.Agents)
	}
	for _, q := range []record.TicketQuery{{}, {Service: "demo"}, {Customer: f.Customer}, {Text: "T-000002"}} {
		q.Limit = 5
		if list, err := s.Tickets(ctx, outer, q); err != nil || len(list.Items) != 1 || list.Items[0].ID != f.ID {
			t.Errorf("olga's tickets by %+v: %d, %v", q, len(list.Items), err)
		}
	}
	calls, err := s.CallFile(ctx, outer, id)
	ok(t, err)
	want := []record.Part{
		{Agent: "anna", Joined: true, Offers: 1, Ring: 2 * time.Second, Talk: 2 * time.Second, Hold: time.Second, Consult: time.Second},
		{Agent: "olga", Joined: true, Offers: 1, Ring: time.Second, Consult: time.Second, Talk: 2 * time.Second},
	}
	for i := range calls.Parts {
		calls.Parts[i].From = time.Time{}
	}
	if !slices.Equal(calls.Parts, want) || calls.TicketID != f.ID || calls.Times != (record.Times{Queue: time.Second, Ring: 2 * time.Second, Talk: 4 * time.Second, Hold: 2 * time.Second}) {
		t.Errorf("parts %+v, times %+v", calls.Parts, calls.Times)
	}
	if _, err := s.CallFile(ctx, outer, "pbx1-7"); refusal(err) != "not_yours" {
		t.Errorf("a call of another service: %v", err)
	}
}

func ticketChanges(t *testing.T, open Open) {
	ctx, s, _ := twoServices(t, open)
	x := opened(t, s, "c1", "demo", "+821012345678")
	set := func(v string) *string { return &v }
	status := func(v record.Status) *record.Status { return &v }
	version := int64(1)
	for i, step := range []struct {
		patch record.TicketPatch
		want  string
	}{
		{record.TicketPatch{Subject: set("  Broken <b>kettle</b>  ")}, ""}, {record.TicketPatch{Subject: set("two\nlines")}, "invalid"},
		{record.TicketPatch{Subject: set(strings.Repeat("ü", 201))}, "invalid"}, {record.TicketPatch{Subject: set("\xff")}, "invalid"},
		{record.TicketPatch{Disposition: set("free text")}, ""},
		{record.TicketPatch{Status: status(record.Closed)}, "wrong_status"}, {record.TicketPatch{Status: status("gone")}, "wrong_status"},
		{record.TicketPatch{Status: status(record.Pending)}, ""}, {record.TicketPatch{Status: status(record.Solved)}, ""},
		{record.TicketPatch{Status: status(record.Open)}, ""}, {record.TicketPatch{Status: status(record.Solved)}, ""},
		{record.TicketPatch{Status: status(record.Closed)}, ""}, {record.TicketPatch{Status: status(record.Open)}, "wrong_status"},
		{record.TicketPatch{Assignee: set("ben")}, ""}, {record.TicketPatch{Assignee: set("olga")}, "invalid"}, {record.TicketPatch{Assignee: set("none")}, "invalid"},
		{record.TicketPatch{Assignee: set("")}, ""},
		{record.TicketPatch{Tags: &[]string{"VIP", " vip ", "refund"}}, ""}, {record.TicketPatch{Tags: &[]string{""}}, "invalid"},
	} {
		got, err := s.ChangeTicket(ctx, anna, x.ID, version, step.patch)
		if step.want != "" {
			if refusal(err) != step.want {
				t.Errorf("step %d: %v, want %s", i, err, step.want)
			}
			continue
		}
		ok(t, err)
		if version++; got.Version != version {
			t.Errorf("step %d: version %d", i, got.Version)
		}
	}
	f, err := s.TicketFile(ctx, ben, x.Number)
	ok(t, err)
	if f.Subject != "Broken <b>kettle</b>" || f.Status != record.Closed || !slices.Equal(f.Tags, []string{"refund", "vip"}) || len(f.Changes) != int(version) {
		t.Errorf("%+v", f)
	}
	if last := f.Changes[len(f.Changes)-1]; last.What != "tags" || last.Who != "anna" || last.After != "refund, vip" {
		t.Errorf("%+v", last)
	}
	if _, err := s.ChangeTicket(ctx, ben, x.ID, version-1, record.TicketPatch{Subject: set("mine")}); refusal(err) != "changed_meanwhile" {
		t.Errorf("a change of what was seen before: %v", err)
	}
	r, err := s.PutRetention(ctx, "root", "demo", record.Retention{Dispositions: []string{"Sold", "Not sold"}, Version: 1})
	ok(t, err)
	if _, err := s.PutRetention(ctx, "root", "demo", record.Retention{Version: 1}); refusal(err) != "changed_meanwhile" {
		t.Errorf("settings seen before: %v", err)
	}
	if again, err := s.Retention(ctx, "demo"); err != nil || !slices.Equal(again.Dispositions, r.Dispositions) || again.Version != 2 {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := s.ChangeTicket(ctx, ben, x.ID, version, record.TicketPatch{Disposition: set("sold")}); refusal(err) != "bad_disposition" {
		t.Errorf("a disposition that is not the service's: %v", err)
	}
	_, err = s.ChangeTicket(ctx, ben, x.ID, version, record.TicketPatch{Disposition: set("Sold")})
	ok(t, err)
}

func lostNotes(t *testing.T, open Open) {
	ctx, s, _ := twoServices(t, open)
	x := opened(t, s, "c1", "demo", "+821012345678")
	errs := make([]error, 20)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			subject := fmt.Sprint("subject ", i)
			_, errs[i] = s.ChangeTicket(ctx, anna, x.ID, 1, record.TicketPatch{Subject: &subject})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if refusal(err) != "changed_meanwhile" {
			t.Error(err)
		}
	}
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.AddNote(ctx, ben, x.ID, fmt.Sprint("note ", i)) })
	}
	wg.Wait()
	ok(t, errors.Join(errs...))
	f, err := s.TicketFile(ctx, anna, x.ID)
	ok(t, err)
	if won != 1 || len(f.Notes) != len(errs) || f.Version != int64(2+len(errs)) {
		t.Errorf("%d of the changes counted, %d notes, version %d", won, len(f.Notes), f.Version)
	}
	for _, text := range []string{"", " \n", "a\x00", strings.Repeat("x", record.MaxNote+1)} {
		if _, err := s.AddNote(ctx, anna, x.ID, text); refusal(err) != "invalid" {
			t.Errorf("a note of %d characters: %v", len(text), err)
		}
	}
	if _, err := s.AddNote(ctx, outer, x.ID, "hello"); refusal(err) != "not_yours" {
		t.Errorf("a stranger's note: %v", err)
	}
}

func ticketLists(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	var ids []string
	for i := range 25 {
		clock.Add(time.Hour)
		x := opened(t, s, fmt.Sprint("c", i), []string{"demo", "other"}[i%2], "+821012345678")
		ids = append(ids, x.ID)
	}
	slices.Reverse(ids)
	var got []string
	for after, pages := "", 0; ; pages++ {
		page, err := s.Tickets(ctx, everyone, record.TicketQuery{Asked: record.Asked{Limit: 10, After: after}})
		ok(t, err)
		for _, x := range page.Items {
			got = append(got, x.ID)
		}
		opened(t, s, fmt.Sprint("new", pages), "demo", "") // comes in between, and moves nothing
		if after = page.Next; after == "" {
			break
		}
	}
	if !slices.Equal(got, ids) {
		t.Errorf("pages give %d tickets, want %d", len(got), len(ids))
	}
	solved, assignee := record.Solved, "ben"
	_, err := s.ChangeTicket(ctx, everyone, ids[0], 1, record.TicketPatch{Status: &solved, Assignee: &assignee, Tags: &[]string{"Vip"}})
	ok(t, err)
	_, err = s.AddNote(ctx, everyone, ids[0], "100% sure_ about it")
	ok(t, err)
	customer, err := s.CustomerByNumber(ctx, everyone, "+821012345678")
	ok(t, err)
	for name, c := range map[string]struct {
		q    record.TicketQuery
		want int
	}{
		"status": {record.TicketQuery{Status: record.Solved}, 1}, "assignee": {record.TicketQuery{Assignee: "ben"}, 1}, "both": {record.TicketQuery{Assignee: "ben", Status: record.Open}, 0},
		"service": {record.TicketQuery{Service: "other"}, 12}, "no service": {record.TicketQuery{Service: "none"}, 0}, "tag": {record.TicketQuery{Tag: "VIP"}, 1},
		"customer": {record.TicketQuery{Customer: customer.ID}, 25}, "customer's solved": {record.TicketQuery{Customer: customer.ID, Status: record.Solved}, 1},
		"text": {record.TicketQuery{Text: "100% SURE_"}, 1}, "a wildcard is none": {record.TicketQuery{Text: "100%sure"}, 0},
		"a number as it is dialled": {record.TicketQuery{Text: "010-1234-5678"}, 25}, "hostile": {record.TicketQuery{Text: "\xff' OR 1=1 --\x00!%"}, 0},
		"since": {record.TicketQuery{Asked: record.Asked{From: clock.Now().Add(-90 * time.Minute)}, Service: "other"}, 1},
		"until": {record.TicketQuery{Asked: record.Asked{Until: clock.Now().Add(-23*time.Hour - time.Minute)}}, 1},
	} {
		c.q.Limit = 100
		page, err := s.Tickets(ctx, everyone, c.q)
		if err != nil || len(page.Items) != c.want || page.Next != "" {
			t.Errorf("%s: %d tickets, %v; want %d", name, len(page.Items), err, c.want)
		}
	}
	for _, bad := range []string{"x", "' OR 1=1", strings.Repeat("Z", 26)} {
		if _, err := s.Tickets(ctx, everyone, record.TicketQuery{Asked: record.Asked{Limit: 5, After: bad}}); refusal(err) != "bad_cursor" {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
}

// history writes calls of two services: those with an odd number are the other's.
func history(t *testing.T, s *sql.Store, clock *Clock, n int) {
	t.Helper()
	for i := range n {
		clock.Add(time.Hour)
		entries, _ := Served(t, clock.Now(), fmt.Sprintf("call-%02d", i))
		if i%2 == 1 {
			for j := range entries {
				entries[j].Input = []byte(strings.Replace(string(entries[j].Input), `"demo"`, `"other"`, 1))
			}
		}
		ok(t, s.AppendJournal(t.Context(), entries))
	}
}

func callLists(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	history(t, s, clock, 25)
	for name, c := range map[string]struct {
		who  record.Viewer
		q    record.CallQuery
		want int
	}{
		"all": {everyone, record.CallQuery{}, 25}, "own service": {ben, record.CallQuery{}, 13}, "took part": {anna, record.CallQuery{}, 25}, "nobody": {record.Viewer{User: "x"}, record.CallQuery{}, 0},
		"service": {everyone, record.CallQuery{Service: "other"}, 12}, "foreign service": {ben, record.CallQuery{Service: "other"}, 0},
		"queue": {ben, record.CallQuery{Queue: "sales"}, 13}, "no queue": {everyone, record.CallQuery{Queue: "none"}, 0},
		"agent": {everyone, record.CallQuery{Agent: "anna"}, 25}, "agent as another sees": {ben, record.CallQuery{Agent: "anna"}, 13}, "no agent": {everyone, record.CallQuery{Agent: "ben"}, 0},
		"number": {everyone, record.CallQuery{Number: "+49301234567"}, 25}, "number and agent": {ben, record.CallQuery{Number: "+49301234567", Agent: "anna"}, 13},
		"direction": {everyone, record.CallQuery{Direction: record.Outbound}, 0}, "class": {everyone, record.CallQuery{Class: call.Completed, Direction: record.Inbound}, 25},
		"slug": {ben, record.CallQuery{Slug: "caller_hangup", Class: call.Completed, Queue: "sales"}, 13}, "wrong slug": {everyone, record.CallQuery{Slug: "agent_hangup"}, 0},
		"from": {everyone, record.CallQuery{Asked: record.Asked{From: clock.Now().Add(-time.Minute)}}, 1}, "until": {anna, record.CallQuery{Asked: record.Asked{Until: clock.Now()}}, 24},
	} {
		var got []string
		c.q.Limit = 7
		for {
			page, err := s.Calls(ctx, c.who, c.q)
			ok(t, err)
			for _, x := range page.Items {
				got = append(got, x.ID)
			}
			if c.q.After = page.Next; page.Next == "" {
				break
			}
		}
		if len(got) != c.want || !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b, a) }) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("%s: %v, want %d", name, got, c.want)
		}
	}
	for _, bad := range []string{"x", "1", "1.", "a.b", "-.x"} {
		if _, err := s.Calls(ctx, everyone, record.CallQuery{Asked: record.Asked{Limit: 5, After: bad}}); refusal(err) != "bad_cursor" {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
	at := clock.Now()
	note := engine.Entry{Call: "call-00", At: at, WrapUp: &engine.WrapUp{Agent: "anna", Since: at, Until: at.Add(40 * time.Second)}}
	more := engine.Entry{Call: "call-00", At: at, WrapUp: &engine.WrapUp{Agent: "anna", Since: at, Until: at.Add(50 * time.Second)}}
	stray := engine.Entry{Call: "none", At: at, WrapUp: note.WrapUp}
	ok(t, s.AppendJournal(ctx, []engine.Entry{note, stray, note}))
	ok(t, s.AppendJournal(ctx, []engine.Entry{note, more}))
	f, err := s.CallFile(ctx, ben, "call-00")
	ok(t, err)
	if f.Parts[0].WrapUp != 50*time.Second {
		t.Errorf("wrap-up %v", f.Parts[0].WrapUp)
	}
	if f.Times != (record.Times{Queue: time.Second, Ring: 3 * time.Second, Talk: 2 * time.Second}) || f.Class != call.Completed || len(f.Parts) != 1 || f.Ended.IsZero() {
		t.Errorf("%+v", f)
	}
}

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
	_, err := s.PutRetention(ctx, "root", "demo", record.Retention{Days: 30, Dispositions: []string{"Sold"}, Version: 1})
	ok(t, err)
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
	if _, err := s.PutRetention(ctx, "root", "demo", record.Retention{Days: -1, Version: 2}); refusal(err) != "invalid" {
		t.Errorf("a negative time: %v", err)
	}
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
