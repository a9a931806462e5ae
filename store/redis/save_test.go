package redis_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

func TestSaveKeepsCallsAndAgentsAsTheyAre(t *testing.T) {
	w := newWorld(t)
	a := readyAgent("anna", "sales", "support")
	w.must(w.batch(a))
	if got := w.agent("anna"); !reflect.DeepEqual(got, a) {
		t.Errorf("agent:\n got %+v\nwant %+v", got, a)
	}
	c := queuedCall(t, "c1", "sales")
	b := w.batch()
	b.Call = &c
	w.must(b)

	// The claim: both in one save.
	c2 := apply(t, c, call.Claimed{Agent: "anna", Device: agent.WebRTC, Endpoint: "ep-anna"})
	a2 := change(t, a, agent.Reserve{Call: "c1", Token: c2.Agent.Token})
	b = w.batch(a2)
	b.Call = &c2
	w.must(b)
	if got := w.agent("anna"); !reflect.DeepEqual(got, a2) {
		t.Errorf("agent:\n got %+v\nwant %+v", got, a2)
	}
	calls, err := w.Calls(t.Context(), node)
	if err != nil || !reflect.DeepEqual(calls, []call.Call{c2}) {
		t.Errorf("calls: %v\n got %+v\nwant %+v", err, calls, c2)
	}
	if agents, err := w.Agents(t.Context()); err != nil || !reflect.DeepEqual(agents, []agent.Agent{a2}) {
		t.Errorf("agents: %v %+v", err, agents)
	}
	if agents, calls, err := w.Everything(t.Context()); err != nil || !reflect.DeepEqual(agents, []agent.Agent{a2}) || !reflect.DeepEqual(calls, []call.Call{c2}) {
		t.Errorf("everything: %v %+v %+v", err, agents, calls)
	}
	if _, ok, err := w.Agent(t.Context(), "nobody"); ok || err != nil {
		t.Errorf("an agent who is not there: %t, %v", ok, err)
	}
}

func TestReadyIndexFollowsTheRecord(t *testing.T) {
	ready := func(change func(*agent.Agent)) agent.Agent {
		a := readyAgent("anna", "sales", "support")
		change(&a)
		return a
	}
	all := []string{"sales", "support"}
	tests := map[string]struct {
		before, then agent.Agent
		want         []string // queues that find the agent ready
	}{
		"ready":            {then: ready(func(*agent.Agent) {}), want: all},
		"business":         {then: ready(func(a *agent.Agent) { a.Chosen = agent.Business })},
		"rest":             {then: ready(func(a *agent.Agent) { a.Chosen = agent.Rest })},
		"logged out":       {then: ready(func(a *agent.Agent) { a.Chosen = agent.LoggedOut })},
		"held":             {then: ready(func(a *agent.Agent) { a.Held = &agent.Reservation{Call: "c", Token: "t"} })},
		"unreachable":      {then: ready(func(a *agent.Agent) { a.Phone.Reachable = false })},
		"blocked":          {then: ready(func(a *agent.Agent) { a.Phone.Blocked, a.Phone.Fault = start, "busy" })},
		"no queues":        {then: ready(func(a *agent.Agent) { a.Queues = nil })},
		"leaves a queue":   {then: ready(func(a *agent.Agent) { a.Queues = []string{"sales"} }), want: []string{"sales"}},
		"leaves them all":  {then: ready(func(a *agent.Agent) { a.Queues = nil })},
		"changes queues":   {then: ready(func(a *agent.Agent) { a.Queues = []string{"vip"} }), want: []string{"vip"}},
		"hostile names":    {then: ready(func(a *agent.Agent) { a.Queues = []string{"a\nb", `"]{x}`} }), want: []string{"a\nb", `"]{x}`}},
		"comes back ready": {before: ready(func(a *agent.Agent) { a.Chosen = agent.Rest }), then: ready(func(*agent.Agent) {}), want: all},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if tt.before.ID == "" {
				tt.before = readyAgent("anna", "sales", "support")
			}
			w.must(w.batch(tt.before))
			tt.then.Version = 2
			w.must(w.batch(tt.then))
			var got []string
			for _, q := range []string{"sales", "support", "vip", "a\nb", `"]{x}`} {
				agents, err := w.Ready(t.Context(), q, 10)
				if err != nil {
					t.Fatal(err)
				}
				if len(agents) > 0 {
					got = append(got, q)
					if !reflect.DeepEqual(agents, []agent.Agent{tt.then}) {
						t.Errorf("queue %s: %+v", q, agents)
					}
				}
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tt.want))
			if !slices.Equal(got, want) {
				t.Errorf("ready in %q, want %q", got, want)
			}
		})
	}
}

func TestReadyGivesTheLongestIdleFirstAndNoMoreThanAsked(t *testing.T) {
	w := newWorld(t)
	for i, id := range []string{"third", "first", "second"} {
		a := readyAgent(id, "sales")
		a.IdleSince = start.Add([]time.Duration{3, 1, 2}[i] * time.Millisecond)
		w.must(w.batch(a))
	}
	for limit, want := range map[int][]string{0: nil, 1: {"first"}, 2: {"first", "second"}, 9: {"first", "second", "third"}} {
		agents, err := w.Ready(t.Context(), "sales", limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range agents {
			got = append(got, a.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: %v, want %v", limit, got, want)
		}
	}
}

func TestQueueIsInTheOrderOfPlaces(t *testing.T) {
	w := newWorld(t)
	save := func(id, queue string, change func(*call.Call)) {
		c := queuedCall(t, id, queue)
		change(&c)
		b := w.batch()
		b.Call = &c
		w.must(b)
	}
	save("late", "sales", func(c *call.Call) { c.QueuedAt = start.Add(time.Millisecond) })
	save("early", "sales", func(*call.Call) {})
	save("front", "sales", func(c *call.Call) { c.Front, c.QueuedAt = true, start.Add(time.Hour) })
	save("high", "sales", func(c *call.Call) { c.Scenario.Priority, c.QueuedAt = 1, start.Add(2*time.Hour) })
	save("moved", "sales", func(*call.Call) {})
	save("moved", "support", func(c *call.Call) { c.Version = 2 })
	save("taken", "sales", func(*call.Call) {})
	save("taken", "sales", func(c *call.Call) { c.Version, c.State = 2, call.Offering })
	for queue, want := range map[string][]string{"sales": {"high", "front", "early", "late"}, "support": {"moved"}} {
		if got, err := w.Waiting(t.Context(), queue, 10); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", queue, got, err, want)
		}
	}
}

func TestAClosedCallIsRemovedAndDoesNotComeBack(t *testing.T) {
	w := newWorld(t)
	c := queuedCall(t, "c1", "sales")
	b := w.batch()
	b.Call = &c
	w.must(b)
	closed := apply(t, c, call.LegGone{Leg: c.Customer.ID})
	if !closed.Closed() {
		t.Fatalf("not closed: %+v", closed)
	}
	b.Call = &closed
	w.must(b)
	w.must(b) // its answer was lost
	if calls, err := w.Calls(t.Context(), node); err != nil || len(calls) != 0 {
		t.Errorf("calls: %+v, %v", calls, err)
	}
	if ids, err := w.Waiting(t.Context(), "sales", 10); err != nil || len(ids) != 0 {
		t.Errorf("waiting: %v, %v", ids, err)
	}
	client, prefix := w.raw()
	if ids, err := client.SMembers(t.Context(), prefix+"live:"+node).Result(); err != nil || len(ids) != 0 {
		t.Errorf("live: %v, %v", ids, err)
	}
	for _, version := range []uint64{1, 3} {
		again := c
		again.Version, again.Called = version, "once more"
		b.Call = &again
		wantStale(t, w.Save(t.Context(), b), "call", "c1")
	}
}

func wantStale(t *testing.T, err error, record, id string) {
	t.Helper()
	var stale *engine.StaleError
	if !errors.As(err, &stale) || *stale != (engine.StaleError{Record: record, ID: id}) {
		t.Errorf("got %v, want %s %s stale", err, record, id)
	}
}

func TestAStaleRecordStopsTheWholeSave(t *testing.T) {
	tests := map[string]struct {
		call, anna, ben uint64 // versions saved; the stored ones are 1
		record, id      string
	}{
		"call behind":  {1, 2, 2, "call", "c1"},
		"call ahead":   {3, 2, 2, "call", "c1"},
		"agent behind": {2, 1, 2, "agent", "anna"},
		"agent ahead":  {2, 2, 3, "agent", "ben"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c, anna, ben := queuedCall(t, "c1", "sales"), readyAgent("anna", "sales"), readyAgent("ben", "sales")
			b := w.batch(anna, ben)
			b.Call = &c
			w.must(b)

			c2, anna2, ben2 := c, anna, ben
			c2.Version, anna2.Version, ben2.Version = tt.call, tt.anna, tt.ben
			c2.State, anna2.Chosen, ben2.Chosen = call.Talking, agent.Rest, agent.Rest
			b = w.batch(anna2, ben2)
			b.Call = &c2
			b.Journal = &engine.Entry{Call: "c1", Version: tt.call}
			b.Feed = []engine.Message{{Agent: "anna", Type: engine.MessageView, Data: json.RawMessage(`{}`)}}
			wantStale(t, w.Save(t.Context(), b), tt.record, tt.id)

			calls, err := w.Calls(t.Context(), node)
			if err != nil || !reflect.DeepEqual(calls, []call.Call{c}) {
				t.Errorf("calls: %+v, %v", calls, err)
			}
			if !reflect.DeepEqual(w.agent("anna"), anna) || !reflect.DeepEqual(w.agent("ben"), ben) {
				t.Error("an agent was changed")
			}
			if n, err := w.Undrained(t.Context()); err != nil || n != 0 {
				t.Errorf("journal: %d, %v", n, err)
			}
			if seq, err := w.FeedSeq(t.Context(), "anna"); err != nil || seq != 0 {
				t.Errorf("feed: %d, %v", seq, err)
			}
		})
	}
}

func TestTheSameBatchTwiceIsSavedOnce(t *testing.T) {
	w := newWorld(t)
	c, a := queuedCall(t, "c1", "sales"), readyAgent("anna", "sales")
	b := w.batch(a)
	b.Call = &c
	b.Journal = &engine.Entry{Call: "c1", Version: 1, At: start, State: call.Queued}
	b.Feed = []engine.Message{{Agent: "anna", Type: engine.MessageView, Data: json.RawMessage(`{"n":1}`)}}
	w.must(b)
	w.must(b)
	alone := w.batch(change(t, a, agent.Choose{Status: agent.Rest}))
	w.must(alone)
	for range 5 { // others save the agent before the repetition comes
		next := w.agent("anna")
		next.Version++
		w.must(w.batch(next))
	}
	last := w.agent("anna")
	w.must(alone)
	w.must(b)
	if got := w.agent("anna"); !reflect.DeepEqual(got, last) {
		t.Errorf("a repetition changed the agent: %+v", got)
	}
	if n, err := w.Undrained(t.Context()); err != nil || n != 1 {
		t.Errorf("journal: %d, %v", n, err)
	}
	if seq, err := w.FeedSeq(t.Context(), "anna"); err != nil || seq != 1 {
		t.Errorf("feed: %d, %v", seq, err)
	}
}

func TestAStepIsRecognisedWhateverItsAgentsAreByThen(t *testing.T) {
	w := newWorld(t)
	c, a := queuedCall(t, "c1", "sales"), readyAgent("anna", "sales")
	w.must(w.batch(a))
	step := w.batch(change(t, a, agent.PhoneChanged{Reachable: true}))
	step.Call, step.Journal = &c, &engine.Entry{Call: "c1", Version: 1, At: start}
	w.must(step) // the answer is lost, somebody else saves the agent, and the call's owner tries again with the new record
	a = change(t, w.agent("anna"), agent.Choose{Status: agent.Rest})
	w.must(w.batch(a))
	step.Agents = []agent.Agent{change(t, a, agent.PhoneChanged{Reachable: true})}
	w.must(step)
	if got := w.agent("anna"); !reflect.DeepEqual(got, a) {
		t.Errorf("a repetition changed the agent: %+v", got)
	}
	other := step
	other.Journal = &engine.Entry{Call: "c1", Version: 1, At: start.Add(1)}
	wantStale(t, w.Save(t.Context(), other), "call", "c1")
}

func TestABatchThatMakesNoSenseIsRefused(t *testing.T) {
	w := newWorld(t)
	a := readyAgent("anna", "sales")
	foreign := queuedCall(t, "c1", "sales")
	foreign.Node = "a2"
	unversioned := queuedCall(t, "c1", "sales")
	unversioned.Version = 0
	nowhere := w.batch(a)
	nowhere.Node = ""
	garbled := w.batch(a)
	garbled.Feed = []engine.Message{{Agent: "anna", Type: engine.MessageView, Data: json.RawMessage(`{`)}}
	for name, b := range map[string]engine.Batch{
		"nothing in it":     w.batch(),
		"no node":           nowhere,
		"agent twice":       w.batch(a, a),
		"agent without id":  w.batch(agent.Agent{Version: 1}),
		"version zero":      w.batch(agent.Agent{ID: "anna"}),
		"another node":      {Node: node, Epoch: w.epoch, Call: &foreign},
		"call's version":    {Node: node, Epoch: w.epoch, Call: &unversioned},
		"message not JSON":  garbled,
		"message to nobody": {Node: node, Epoch: w.epoch, Agents: []agent.Agent{a}, Feed: []engine.Message{{Data: json.RawMessage(`1`)}}},
	} {
		if err := w.Save(t.Context(), b); err == nil {
			t.Errorf("%s: saved", name)
		}
	}
	if agents, err := w.Agents(t.Context()); err != nil || len(agents) != 0 {
		t.Errorf("agents: %+v, %v", agents, err)
	}
}
