package sqltest

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/store/sql"
)

// play makes the journal of a call by the core itself.
func play(t *testing.T, start time.Time, id string, inputs ...call.Input) ([]engine.Entry, call.Call) {
	t.Helper()
	var c call.Call
	var out []engine.Entry
	for i, in := range inputs {
		at := start.Truncate(time.Microsecond).Add(time.Duration(i) * time.Second) // as the engine's clock
		next, effects, err := c.Apply(at, in)
		ok(t, err)
		next.Version = c.Version + 1
		input, err := call.EncodeInput(in)
		ok(t, err)
		done, err := call.EncodeEffects(effects)
		ok(t, err)
		out = append(out, engine.Entry{Call: id, Version: next.Version, At: at, State: next.State, Input: input, Effects: done})
		c = next
	}
	return out, c
}

// Served is the journal of a call that anna took and that ended, and the call.
func Served(t *testing.T, start time.Time, id string) ([]engine.Entry, call.Call) {
	leg := id + "-a1"
	return play(t, start, id,
		call.Enter{ID: id, Node: "pbx1", Channel: "chan-1", Service: "demo", Queue: "sales", Caller: call.Party{Number: "+49301234567", Name: "Gauss"}, Called: "1000",
			Scenario: call.Scenario{Pickup: 20 * time.Second, MaxWait: time.Hour, Music: "default", AnswerNow: true, MissLimit: 1}},
		call.Claimed{Agent: "anna", Device: agent.WebRTC, Endpoint: "anna"},
		call.LegRinging{Leg: leg}, call.LegUp{Leg: leg}, call.Joined{Leg: leg}, call.TicketOpened{Ticket: "T-000001"},
		call.LegGone{Leg: "chan-1", Cause: 16}, call.LegGone{Leg: leg, Cause: 16},
	)
}

func journal(t *testing.T, open Open) {
	ctx, s, clock := fresh(t, open)
	entries, end := Served(t, clock.Now(), "pbx1-7")
	if end.State != call.Ended || end.End.Class != call.Completed {
		t.Fatalf("the test's call ended as %+v", end)
	}
	ok(t, s.AppendJournal(ctx, nil))
	ok(t, s.AppendJournal(ctx, entries[:3]))
	ok(t, s.AppendJournal(ctx, entries[1:5])) // delivered twice in part
	live, err := s.Call(ctx, "pbx1-7")
	ok(t, err)
	if live.State != call.Talking || live.Agent != "anna" || live.Ended != nil {
		t.Errorf("in mid-call: %+v", live)
	}
	ok(t, s.AppendJournal(ctx, entries))
	ok(t, s.AppendJournal(ctx, entries))
	got, err := s.Journal(ctx, "pbx1-7")
	ok(t, err)
	if len(got) != len(entries) {
		t.Fatalf("%d entries, want %d", len(got), len(entries))
	}
	for i := range got {
		if g, w := got[i], entries[i]; g.Version != w.Version || g.State != w.State || !g.At.Equal(w.At) || !sameJSON(g.Input, w.Input) || !sameJSON(g.Effects, w.Effects) {
			t.Errorf("entry %d = %+v, want %+v", i, g, w)
		}
	}
	c, err := s.Call(ctx, "pbx1-7")
	ok(t, err)
	connected, ended := end.ConnectedAt, end.End.At
	want := sql.CallSummary{
		ID: "pbx1-7", State: call.Ended, Node: "pbx1", Service: "demo", Queue: "sales", Caller: call.Party{Number: "+49301234567", Name: "Gauss"}, Called: "1000",
		Agent: "anna", Ticket: "T-000001", Entered: end.EnteredAt, Connected: &connected, Ended: &ended, Class: end.End.Class, Slug: end.End.Slug,
	}
	if !sameCall(c, want) {
		t.Errorf("call = %+v, want %+v", c, want)
	}
	if err := s.AppendJournal(ctx, []engine.Entry{{Version: 1}}); slug(err) != "invalid" {
		t.Errorf("an entry without a call: %v", err)
	}
}

func divergence(t *testing.T, open Open) {
	ctx, s, clock := fresh(t, open)
	entries, _ := Served(t, clock.Now(), "a")
	gap := append(append([]engine.Entry(nil), entries[0]), entries[2:]...)
	ok(t, s.AppendJournal(ctx, gap))
	c, err := s.Call(ctx, "a")
	ok(t, err)
	if !c.Diverged || c.State != call.Ended || c.Ended == nil {
		t.Errorf("with a gap: %+v", c)
	}
	other, _ := Served(t, clock.Now(), "b")
	other[1].Input = json.RawMessage(`{"kind":"of_the_future","data":{}}`)
	other[2].State = "of_the_future"
	ok(t, s.AppendJournal(ctx, other))
	c, err = s.Call(ctx, "b")
	ok(t, err)
	if !c.Diverged || c.State != call.Ended {
		t.Errorf("unknown input: %+v", c)
	}
	if got, err := s.Journal(ctx, "b"); err != nil || len(got) != len(other) {
		t.Errorf("%d entries, %v", len(got), err)
	}
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

func sameCall(a, b sql.CallSummary) bool {
	same := func(x, y *time.Time) bool { return (x == nil) == (y == nil) && (x == nil || x.Equal(*y)) }
	times := a.Entered.Equal(b.Entered) && same(a.Connected, b.Connected) && same(a.Ended, b.Ended)
	a.Entered, a.Connected, a.Ended = b.Entered, b.Connected, b.Ended
	return times && reflect.DeepEqual(a, b)
}
