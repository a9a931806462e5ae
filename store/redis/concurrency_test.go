package redis_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// claim is what a call's owner does: find somebody, take them together with the call. It returns the agent, or "" when nobody is left.
func (w *world) claim(c call.Call) (string, error) {
	for {
		candidates, err := w.Ready(w.t.Context(), c.Queue, 5)
		if err != nil || len(candidates) == 0 {
			return "", err
		}
		a := candidates[int(c.Caller.Number[len(c.Caller.Number)-1])%len(candidates)] // do not all want the same one
		next, _, err := c.Apply(start, call.Claimed{Agent: a.ID, Device: a.Phone.Device, Endpoint: a.Phone.Endpoint})
		if err != nil {
			return "", err
		}
		next.Version++
		held, err := a.Apply(start, agent.Reserve{Call: c.ID, Token: next.Agent.Token})
		if err != nil {
			return "", err // the index holds only agents who are free in their record
		}
		held.Version++
		b := w.batch(held)
		b.Call = &next
		b.Journal = &engine.Entry{Call: c.ID, Version: next.Version, State: next.State}
		b.Feed = []engine.Message{{Agent: a.ID, Type: engine.MessageView, Data: json.RawMessage(`{}`)}}
		err = w.Save(w.t.Context(), b)
		var stale *engine.StaleError
		if errors.As(err, &stale) && stale.Record == "agent" {
			continue // somebody else was faster
		}
		return a.ID, err
	}
}

func TestTwoHundredCallsClaimFiftyAgentsEachOnce(t *testing.T) {
	const agents, callers = 50, 200
	w := newWorld(t)
	for i := range agents {
		w.must(w.batch(readyAgent(fmt.Sprintf("agent-%02d", i), "sales")))
	}
	calls := make([]call.Call, callers)
	for i := range calls {
		calls[i] = queuedCall(t, fmt.Sprintf("call-%03d", i), "sales")
		calls[i].Caller.Number = fmt.Sprintf("+49%03d", i)
		b := w.batch()
		b.Call = &calls[i]
		w.must(b)
	}
	got := make([]string, callers)
	var all sync.WaitGroup
	for i, c := range calls {
		all.Go(func() {
			var err error
			if got[i], err = w.claim(c); err != nil {
				t.Errorf("%s: %v", c.ID, err)
			}
		})
	}
	all.Wait()

	holder := map[string]string{} // agent → call
	for i, id := range got {
		if id == "" {
			continue
		}
		if other, twice := holder[id]; twice {
			t.Errorf("%s is claimed by %s and %s", id, other, calls[i].ID)
		}
		holder[id] = calls[i].ID
	}
	if len(holder) != agents {
		t.Errorf("%d agents were claimed, want %d", len(holder), agents)
	}
	w.checkClaims(holder, callers-agents)
	if n, err := w.Undrained(t.Context()); err != nil || n != agents {
		t.Errorf("journal: %d entries, %v; want one per claim", n, err)
	}
}

// checkClaims compares the records and the indexes with what the claims returned.
func (w *world) checkClaims(holder map[string]string, waiting int) {
	w.t.Helper()
	records, err := w.Agents(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range records {
		if a.Held == nil || a.Held.Call != holder[a.ID] || a.Version != 2 {
			w.t.Errorf("agent %s: version %d, held by %+v, claimed by %q", a.ID, a.Version, a.Held, holder[a.ID])
		}
	}
	calls, err := w.Calls(w.t.Context(), node)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range calls {
		if c.State == call.Offering && holder[c.Agent.Agent] != c.ID || c.State == call.Queued && c.Version != 1 {
			w.t.Errorf("call %s: %s, version %d, agent %+v", c.ID, c.State, c.Version, c.Agent)
		}
	}
	if ids, err := w.Waiting(w.t.Context(), "sales", 1000); err != nil || len(ids) != waiting {
		w.t.Errorf("%d calls wait, %v; want %d", len(ids), err, waiting)
	}
	if ready, err := w.Ready(w.t.Context(), "sales", 1000); err != nil || len(ready) != 0 {
		w.t.Errorf("%d agents are ready, %v; want none", len(ready), err)
	}
}

func TestFeedNumbersAreGaplessUnderConcurrency(t *testing.T) {
	const savers, rounds = 20, 20
	w := newWorld(t)
	var all sync.WaitGroup
	for i := range savers {
		all.Go(func() {
			a := readyAgent(fmt.Sprintf("own-%02d", i))
			for n := range rounds {
				a.Version = uint64(n + 1)
				b := w.batch(a)
				for _, to := range []string{a.ID, "everybody", "everybody"} {
					text := fmt.Sprintf(`{"from":%q,"n":%d}`, a.ID, n)
					b.Feed = append(b.Feed, engine.Message{Agent: to, Type: engine.MessageView, Data: json.RawMessage(text)})
				}
				if err := w.Save(t.Context(), b); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	last, after, epochs := map[string]uint64{}, "", map[string]bool{}
	for total := 0; total < 3*savers*rounds; {
		items, err := w.Feed(t.Context(), after)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range items {
			if m.Seq != last[m.Agent]+1 {
				t.Errorf("%s: %d after %d", m.Agent, m.Seq, last[m.Agent])
			}
			last[m.Agent], after, epochs[m.Epoch] = m.Seq, m.ID, true
		}
		total += len(items)
	}
	all.Wait()
	if last["everybody"] != 2*savers*rounds || len(epochs) != 1 {
		t.Errorf("everybody's last is %d, epochs %v", last["everybody"], epochs)
	}
	if seq, err := w.FeedSeq(t.Context(), "everybody"); err != nil || seq != last["everybody"] {
		t.Errorf("FeedSeq: %d, %v", seq, err)
	}
}
