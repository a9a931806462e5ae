package routing_test

import (
	"slices"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/routing"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// waiting is a call that came in that long after start.
func waiting(id string, came time.Duration, change ...func(*call.Call)) call.Call {
	c := call.Call{ID: id, State: call.Queued, QueuedAt: start.Add(came)}
	for _, f := range change {
		f(&c)
	}
	return c
}

func priority(n int) func(*call.Call) { return func(c *call.Call) { c.Scenario.Priority = n } }
func front(c *call.Call)              { c.Front = true }
func missedBy(agent string, at time.Duration) func(*call.Call) {
	return func(c *call.Call) {
		c.Tries = append(c.Tries, call.Try{Agent: agent, Why: "no_answer", At: start.Add(at)})
	}
}

// ready is an agent who became idle that long after start.
func ready(id string, idle time.Duration, change ...func(*agent.Agent)) agent.Agent {
	a := agent.Agent{ID: id, Chosen: agent.Ready, IdleSince: start.Add(idle), Phone: agent.Phone{Reachable: true}}
	for _, f := range change {
		f(&a)
	}
	return a
}

func TestDecide(t *testing.T) {
	const now = time.Hour
	type considered = []call.Considered
	for _, tt := range []struct {
		name   string
		calls  []call.Call
		agents []agent.Agent
		want   []string // "call agent", in order
		why    []considered
		again  time.Duration // after start; 0: never
	}{
		{name: "nobody waits", agents: []agent.Agent{ready("ann", 0)}},
		{name: "nobody is there", calls: []call.Call{waiting("c1", 0)}},
		{
			name:   "the agent who has been idle longest gets the call, in whatever order they are listed",
			calls:  []call.Call{waiting("c1", 0)},
			agents: []agent.Agent{ready("ann", 3), ready("bob", 1), ready("cid", 2)},
			want:   []string{"c1 bob"},
		},
		{
			name:   "idle equally long: by name, so that every controller decides alike",
			calls:  []call.Call{waiting("c1", 0)},
			agents: []agent.Agent{ready("bob", 1), ready("ann", 1)},
			want:   []string{"c1 ann"},
		},
		{
			name:   "first in, first out; one agent gets one call, and who has none says why",
			calls:  []call.Call{waiting("c2", 2*time.Second), waiting("c1", time.Second), waiting("c3", 3*time.Second)},
			agents: []agent.Agent{ready("ann", 1), ready("bob", 2)},
			want:   []string{"c1 ann", "c2 bob"},
			why:    []considered{nil, {{Agent: "ann", Why: "taken_by_earlier_caller"}}},
		},
		{
			name:   "a higher priority goes before a longer wait",
			calls:  []call.Call{waiting("old", 0), waiting("vip", 30*time.Minute, priority(1))},
			agents: []agent.Agent{ready("ann", 0)},
			want:   []string{"vip ann"},
		},
		{
			name:   "who already talked to somebody goes before longer waits of the same priority",
			calls:  []call.Call{waiting("old", 0), waiting("again", 50*time.Minute, front)},
			agents: []agent.Agent{ready("ann", 0)},
			want:   []string{"again ann"},
		},
		{
			name:   "but not before a higher priority",
			calls:  []call.Call{waiting("vip", 50*time.Minute, priority(1)), waiting("again", 0, front)},
			agents: []agent.Agent{ready("ann", 0)},
			want:   []string{"vip ann"},
		},
		{
			name:   "S16: an agent who missed the call is passed over while another is there",
			calls:  []call.Call{waiting("c1", 0, missedBy("ann", time.Minute))},
			agents: []agent.Agent{ready("ann", 1), ready("bob", 2)},
			want:   []string{"c1 bob"},
			why:    []considered{{{Agent: "ann", Why: "missed_this_call_and_another_is_ready"}}},
		},
		{
			name:   "S16: and is asked again when nobody else is there",
			calls:  []call.Call{waiting("c1", 0, missedBy("ann", time.Minute))},
			agents: []agent.Agent{ready("ann", 1)},
			want:   []string{"c1 ann"},
		},
		{
			name:   "not within the pause, which ends that long after the miss and not after the decision",
			calls:  []call.Call{waiting("c1", 0, missedBy("ann", now-3*time.Second))},
			agents: []agent.Agent{ready("ann", 1)},
			again:  now - 3*time.Second + call.ReofferPause,
		},
		{
			name:   "the last miss counts, and of two pauses the one that ends first",
			calls:  []call.Call{waiting("c1", 0, missedBy("ann", 0), missedBy("bob", now-4*time.Second), missedBy("ann", now-time.Second))},
			agents: []agent.Agent{ready("ann", 1), ready("bob", 2)},
			again:  now - 4*time.Second + call.ReofferPause,
		},
		{
			name:   "the pause of one call does not keep the agent from another",
			calls:  []call.Call{waiting("c1", 0, missedBy("ann", now)), waiting("c2", time.Second)},
			agents: []agent.Agent{ready("ann", 1)},
			want:   []string{"c2 ann"},
			again:  now + call.ReofferPause,
		},
		{
			name:  "S10–S12: who is not available is explained and never matched",
			calls: []call.Call{waiting("c1", 0)},
			agents: []agent.Agent{
				ready("a", 1, func(a *agent.Agent) { a.Chosen, a.Reason = agent.Rest, "lunch" }),
				ready("b", 2, func(a *agent.Agent) { a.Chosen = agent.Business }),
				ready("c", 3, func(a *agent.Agent) { a.Held = &agent.Reservation{} }),
				ready("d", 4, func(a *agent.Agent) { a.Phone.Reachable = false }),
				ready("e", 5, func(a *agent.Agent) { a.Phone.Blocked, a.Phone.Fault = start.Add(2*now), "busy" }),
				ready("f", 6, func(a *agent.Agent) { a.Phone.Blocked, a.Phone.Fault = start.Add(now), "busy" }),
			},
			want: []string{"c1 f"},
			why: []considered{{
				{Agent: "a", Why: "rest_lunch"}, {Agent: "b", Why: "business"}, {Agent: "c", Why: "in_call"},
				{Agent: "d", Why: "phone_unreachable"}, {Agent: "e", Why: "phone_busy"},
			}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.agents)
			r := routing.Decide(start.Add(now), tt.calls, tt.agents)
			var got []string
			for i, m := range r.Matches {
				got = append(got, m.Call+" "+m.Agent.ID)
				if tt.why != nil && !slices.Equal(m.Considered, tt.why[i]) {
					t.Errorf("%s: considered %v, want %v", m.Call, m.Considered, tt.why[i])
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("matches %v, want %v", got, tt.want)
			}
			var again time.Time
			if tt.again != 0 {
				again = start.Add(tt.again)
			}
			if !r.Again.Equal(again) {
				t.Errorf("again at %v, want %v", r.Again, again)
			}
			for i := range before {
				if before[i].ID != tt.agents[i].ID {
					t.Fatal("the caller's list was sorted in place")
				}
			}
		})
	}
}

// TestDecideNeverMatchesTwice: whatever waits and whoever is there, nobody is in two matches, and nobody is who is not available.
func TestDecideNeverMatchesTwice(t *testing.T) {
	for calls := range 12 {
		for agents := range 12 {
			var cs []call.Call
			for i := range calls {
				cs = append(cs, waiting(string(rune('a'+i)), time.Duration(i%3)*time.Second, missedBy(string(rune('A'+i%4)), time.Duration(i)*time.Second)))
			}
			var as []agent.Agent
			for i := range agents {
				as = append(as, ready(string(rune('A'+i)), time.Duration(i%5), func(a *agent.Agent) { a.Phone.Reachable = i%3 != 1 }))
			}
			seen := map[string]bool{}
			r := routing.Decide(start.Add(time.Hour), cs, as)
			for _, m := range r.Matches {
				if seen[m.Call] || seen[m.Agent.ID] || !m.Agent.Phone.Reachable {
					t.Fatalf("%d calls, %d agents: %+v", calls, agents, r.Matches)
				}
				seen[m.Call], seen[m.Agent.ID] = true, true
			}
			available := 0
			for _, a := range as {
				if a.Phone.Reachable {
					available++
				}
			}
			if want := min(calls, available); len(r.Matches) != want {
				t.Fatalf("%d calls, %d available agents: %d matches", calls, available, len(r.Matches))
			}
		}
	}
}
