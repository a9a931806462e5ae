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
	"switchroom/store/sql"
)

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
