package sqltest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/record"
	"switchroom/settings"
)

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
	kept(t, s, settings.Records{Dispositions: []string{"Sold", "Not sold"}})
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
	customer, err := byNumber(s, everyone, "+821012345678")
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
