package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// TestStore is the contract of engine.Store. open makes an empty store for one test and closes it at the test's end. It takes real time: a
// lease has to run out.
func TestStore(t *testing.T, open func(t *testing.T) engine.Store) {
	for name, f := range map[string]func(*storeTest){
		"a lease is one owner's until it runs out":                            leases,
		"the same owner gets the lease at once and fences its former self":    ownerRestarts,
		"a save counts versions and refuses stale ones, all or nothing":       versions,
		"the same batch may be saved again":                                   repeats,
		"a call is the same step again whatever its agents are by then":       repeatsWithOtherAgents,
		"a closed call is not live and does not come back":                    closes,
		"records come back as they were saved, and shared with nobody":        roundTrip,
		"ready agents are listed by queue, longest idle first":                readySets,
		"of many who claim one agent one wins":                                claims,
		"a call is its node's":                                                nodes,
		"agents and calls that are not there":                                 absent,
		"nothing is done for a context that is over":                          contexts,
		"a save under an epoch that was never given out is fenced":            noEpoch,
		"a lease that ran out and that nobody took is prolonged, not refused": late,
	} {
		t.Run(name, func(t *testing.T) {
			f(&storeTest{T: t, Store: open(t)})
		})
	}
}

type storeTest struct {
	*testing.T
	engine.Store
	epoch uint64
}

const suiteNode = "a1"

var suiteStart = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func (s *storeTest) acquire() {
	s.Helper()
	epoch, err := s.Acquire(s.Context(), suiteNode, "c1", time.Minute)
	if err != nil {
		s.Fatal(err)
	}
	s.epoch = epoch
}

func (s *storeTest) batch(c *call.Call, agents ...agent.Agent) engine.Batch {
	b := engine.Batch{Node: suiteNode, Epoch: s.epoch, Call: c, Agents: agents}
	if c != nil {
		b.Journal = &engine.Entry{Call: c.ID, Version: c.Version, At: suiteStart, State: c.State, Input: []byte("{}"), Effects: []byte("[]")}
	}
	for _, a := range agents {
		b.Feed = append(b.Feed, engine.Message{Agent: a.ID, Type: engine.MessageView, Data: fmt.Appendf(nil, `{"version":%d}`, a.Version)})
	}
	return b
}

func (s *storeTest) must(b engine.Batch) {
	s.Helper()
	if err := s.Save(s.Context(), b); err != nil {
		s.Fatal(err)
	}
}

func (s *storeTest) stale(b engine.Batch, record, id string) {
	s.Helper()
	var stale *engine.StaleError
	if err := s.Save(s.Context(), b); !errors.As(err, &stale) || stale.Record != record || stale.ID != id {
		s.Errorf("saved: %v; want %s %s stale", err, record, id)
	}
}

func readyAgent(id string, idle time.Duration, queues ...string) agent.Agent {
	return agent.Agent{
		ID: id, Version: 1, Name: id, CTI: "cti-" + id, Queues: queues, Chosen: agent.Ready, ChosenAt: suiteStart, IdleSince: suiteStart.Add(idle),
		Phone: agent.Phone{Device: agent.Desk, Endpoint: "p-" + id, Number: "1", Reachable: true},
	}
}

func (s *storeTest) newCall(id string) *call.Call {
	s.Helper()
	c, _, err := call.Call{}.Apply(suiteStart, call.Enter{
		ID: id, Node: suiteNode, Channel: "ch-" + id, Service: "demo", Queue: "sales", Answered: true,
		Scenario: call.Scenario{Pickup: 20 * time.Second, Music: "m"}, Caller: call.Party{Number: "+4930", Name: `"<>\ Zoë`},
	})
	if err != nil {
		s.Fatal(err)
	}
	c.Version = 1
	return &c
}

func (s *storeTest) step(c *call.Call, in call.Input) *call.Call {
	s.Helper()
	next, _, err := c.Apply(suiteStart.Add(time.Second), in)
	if err != nil {
		s.Fatal(err)
	}
	next.Version++
	return &next
}

func (s *storeTest) change(a agent.Agent, in agent.Input) agent.Agent {
	s.Helper()
	b, err := a.Apply(suiteStart.Add(time.Second), in)
	if err != nil {
		s.Fatal(err)
	}
	b.Version++
	return b
}

func (s *storeTest) live() (ids []string) {
	s.Helper()
	calls, err := s.Calls(s.Context(), suiteNode)
	if err != nil {
		s.Fatal(err)
	}
	for _, c := range calls {
		ids = append(ids, c.ID)
	}
	return ids
}

func leases(s *storeTest) {
	const ttl = 300 * time.Millisecond
	first, err := s.Acquire(s.Context(), suiteNode, "c1", ttl)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := s.Acquire(s.Context(), suiteNode, "c2", ttl); !errors.Is(err, engine.ErrLeased) {
		s.Errorf("another owner: %v", err)
	}
	if _, err := s.Acquire(s.Context(), "other", "c2", ttl); err != nil {
		s.Errorf("another node: %v", err)
	}
	if err := s.Renew(s.Context(), suiteNode, "c1", first, ttl); err != nil {
		s.Error(err)
	}
	var second uint64
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if second, err = s.Acquire(s.Context(), suiteNode, "c2", time.Minute); err == nil {
			break
		}
		if time.Now().After(end) {
			s.Fatalf("it does not run out: %v", err)
		}
	}
	if second <= first {
		s.Errorf("epoch %d after %d", second, first)
	}
	if err := s.Renew(s.Context(), suiteNode, "c1", first, ttl); !errors.Is(err, engine.ErrFenced) {
		s.Errorf("the former owner renews: %v", err)
	}
	s.epoch = first
	if err := s.Save(s.Context(), s.batch(s.newCall("x"))); !errors.Is(err, engine.ErrFenced) {
		s.Errorf("the former owner saves: %v", err)
	}
}

func late(s *storeTest) {
	const ttl = 50 * time.Millisecond
	epoch, err := s.Acquire(s.Context(), suiteNode, "c1", ttl)
	if err != nil {
		s.Fatal(err)
	}
	time.Sleep(3 * ttl)
	if err := s.Renew(s.Context(), suiteNode, "c1", epoch, time.Minute); err != nil {
		s.Error(err)
	}
	if _, err := s.Acquire(s.Context(), suiteNode, "c2", ttl); !errors.Is(err, engine.ErrLeased) {
		s.Errorf("another owner then: %v", err)
	}
}

func ownerRestarts(s *storeTest) {
	s.acquire()
	former := s.epoch
	s.must(s.batch(s.newCall("c")))
	s.acquire()
	if s.epoch <= former {
		s.Errorf("epoch %d after %d", s.epoch, former)
	}
	b := s.batch(nil, readyAgent("ann", 0, "sales"))
	b.Epoch = former
	if err := s.Save(s.Context(), b); !errors.Is(err, engine.ErrFenced) {
		s.Errorf("the former self saves: %v", err)
	}
	if err := s.Renew(s.Context(), suiteNode, "c1", former, time.Minute); !errors.Is(err, engine.ErrFenced) {
		s.Errorf("the former self renews: %v", err)
	}
}

func noEpoch(s *storeTest) {
	b := s.batch(nil, readyAgent("ann", 0, "sales"))
	if err := s.Save(s.Context(), b); !errors.Is(err, engine.ErrFenced) {
		s.Errorf("without a lease: %v", err)
	}
	s.acquire()
	b.Epoch = s.epoch + 1
	if err := s.Save(s.Context(), b); !errors.Is(err, engine.ErrFenced) {
		s.Errorf("under an epoch of the future: %v", err)
	}
}

func versions(s *storeTest) {
	s.acquire()
	ann := readyAgent("ann", 0, "sales")
	c := s.newCall("c")
	s.must(s.batch(c, ann))
	other := *c
	other.Scenario.Music = "other"
	s.stale(s.batch(&other), "call", "c")

	next := s.step(c, call.Claimed{Agent: "ann"})
	skipped := *next
	skipped.Version = 7
	s.stale(s.batch(&skipped), "call", "c")

	s.must(s.batch(nil, s.change(ann, agent.Choose{Status: agent.Rest})))
	s.stale(s.batch(next, s.change(ann, agent.Reserve{Call: "c", Token: "c-o1"})), "agent", "ann")
	if calls, err := s.Calls(s.Context(), suiteNode); err != nil || calls[0].State != call.Queued {
		s.Errorf("half of a refused batch was saved: %v, %v", calls, err)
	}
	if list, err := s.Ready(s.Context(), "sales", 9); err != nil || len(list) != 0 {
		s.Errorf("ann, who is at rest, is listed as ready: %v, %v", list, err)
	}
}

func repeats(s *storeTest) {
	s.acquire()
	ann := readyAgent("ann", 0, "sales")
	one := s.batch(s.newCall("c"), ann)
	two := s.batch(nil, s.change(ann, agent.Choose{Status: agent.Rest}))
	for range 3 {
		s.must(one)
	}
	for range 3 {
		s.must(two)
	}
	if a, _, _ := s.Agent(s.Context(), "ann"); a.Version != 2 || a.Chosen != agent.Rest {
		s.Errorf("%+v", a)
	}
	s.must(one) // its answer came late; what came after it stays
	if a, _, _ := s.Agent(s.Context(), "ann"); a.Version != 2 {
		s.Errorf("the repetition undid a later save: %+v", a)
	}
}

func repeatsWithOtherAgents(s *storeTest) {
	s.acquire()
	ann := readyAgent("ann", 0, "sales")
	c := s.newCall("c")
	s.must(s.batch(c, ann))
	next := s.step(c, call.Claimed{Agent: "ann"})
	held := s.change(ann, agent.Reserve{Call: "c", Token: "c-o1"})
	s.must(s.batch(next, held))
	held.Version++ // loaded anew, and applied again
	s.must(s.batch(next, held))
	if a, _, _ := s.Agent(s.Context(), "ann"); a.Version != 2 {
		s.Errorf("version %d", a.Version)
	}
}

func closes(s *storeTest) {
	s.acquire()
	c := s.newCall("c")
	s.must(s.batch(c))
	if got := s.live(); !slices.Equal(got, []string{"c"}) {
		s.Errorf("live: %v", got)
	}
	gone := s.step(c, call.LegGone{Leg: "ch-c", Cause: 16})
	if !gone.Closed() {
		s.Fatal("not closed")
	}
	last := s.batch(gone)
	s.must(last)
	if got := s.live(); len(got) != 0 {
		s.Errorf("live: %v", got)
	}
	s.must(last)
	again := *gone
	again.Version++
	s.stale(s.batch(&again), "call", "c")
}

func roundTrip(s *storeTest) {
	s.acquire()
	ann := readyAgent("ann", 0, "sales", "support")
	ann.Held = &agent.Reservation{Call: "c", Token: "c-o1", Phase: agent.Talking, Since: suiteStart, CallVersion: 3, Node: suiteNode}
	ann.Phone.Blocked, ann.Phone.Fault, ann.WrapUpUntil = suiteStart.Add(time.Second), "busy", suiteStart.Add(time.Minute+time.Microsecond)
	c := s.step(s.newCall("c"), call.Claimed{Agent: "ann", Endpoint: "p"})
	c.Version = 1
	s.must(s.batch(c, ann))
	ann.Held.Token, c.Agent.Token = "scribbled", "scribbled"
	a, ok, err := s.Agent(s.Context(), "ann")
	if err != nil || !ok || a.Held == nil || a.Held.Token != "c-o1" || a.Held.Node != suiteNode || !a.WrapUpUntil.Equal(ann.WrapUpUntil) || len(a.Queues) != 2 {
		s.Errorf("%+v, %t, %v", a, ok, err)
	}
	calls, err := s.Calls(s.Context(), suiteNode)
	if err != nil || len(calls) != 1 {
		s.Fatal(calls, err)
	}
	if got := calls[0]; got.Agent.Token != "c-o1" || got.Caller != c.Caller || !got.Deadline.Equal(c.Deadline) || len(got.Legs) != 1 || got.Version != 1 {
		s.Errorf("%+v", got)
	}
}

func readySets(s *storeTest) {
	s.acquire()
	for _, a := range []agent.Agent{
		readyAgent("ann", 3*time.Second, "sales"), readyAgent("bob", time.Second, "sales", "support"), readyAgent("cid", 2*time.Second, "sales"),
		readyAgent("dan", 0, "support"),
	} {
		s.must(s.batch(nil, a))
	}
	for id, spoil := range map[string]func(*agent.Agent){
		"rests":       func(a *agent.Agent) { a.Chosen = agent.Rest },
		"held":        func(a *agent.Agent) { a.Held = &agent.Reservation{Call: "x", Token: "t"} },
		"unreachable": func(a *agent.Agent) { a.Phone.Reachable = false },
		"blocked":     func(a *agent.Agent) { a.Phone.Blocked = suiteStart },
	} {
		a := readyAgent(id, -time.Hour, "sales")
		spoil(&a)
		s.must(s.batch(nil, a))
	}
	expect := func(queue string, limit int, want ...string) {
		s.Helper()
		list, err := s.Ready(s.Context(), queue, limit)
		var got []string
		for _, a := range list {
			got = append(got, a.ID)
		}
		if err != nil || !slices.Equal(got, want) {
			s.Errorf("%s, %d: %v, %v; want %v", queue, limit, got, err, want)
		}
	}
	expect("sales", 9, "bob", "cid", "ann")
	expect("sales", 2, "bob", "cid")
	expect("sales", 0)
	expect("support", 9, "dan", "bob")
	expect("nobody's", 9)
	bob := s.change(readyAgent("bob", time.Second, "sales", "support"), agent.SetProfile{Profile: agent.Profile{
		Name: "bob", CTI: "cti-bob", Queues: []string{"support"}, Phone: agent.Phone{Device: agent.Desk, Endpoint: "p-bob", Number: "1"},
	}})
	s.must(s.batch(nil, bob))
	expect("sales", 9, "cid", "ann")
	expect("support", 9, "dan", "bob")
}

func claims(s *storeTest) {
	s.acquire()
	const callers = 30
	ann := readyAgent("ann", 0, "sales")
	s.must(s.batch(nil, ann))
	held := func(id string) agent.Agent { return s.change(ann, agent.Reserve{Call: id, Token: id + "-o1"}) }
	var wg sync.WaitGroup
	won := make(chan string, callers)
	for i := range callers {
		id := fmt.Sprintf("c%d", i)
		c := s.newCall(id)
		s.must(s.batch(c))
		b := s.batch(s.step(c, call.Claimed{Agent: "ann"}), held(id))
		wg.Go(func() {
			err := s.Save(s.Context(), b)
			var stale *engine.StaleError
			switch {
			case err == nil:
				won <- id
			case !errors.As(err, &stale):
				s.Error(err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		s.Fatalf("%d won", len(won))
	}
	if a, _, err := s.Agent(s.Context(), "ann"); err != nil || a.Held.Call != <-won {
		s.Errorf("%+v, %v", a.Held, err)
	}
}

func nodes(s *storeTest) {
	s.acquire()
	s.must(s.batch(s.newCall("c")))
	other, err := s.Calls(s.Context(), "other")
	if err != nil || len(other) != 0 {
		s.Errorf("%v, %v", other, err)
	}
	c := s.newCall("d")
	c.Node = "other"
	if err := s.Save(s.Context(), s.batch(c)); err == nil {
		s.Error("a call of another node was saved under this node's lease")
	}
}

func absent(s *storeTest) {
	s.acquire()
	if _, ok, err := s.Agent(s.Context(), "nobody"); ok || err != nil {
		s.Errorf("%t, %v", ok, err)
	}
	if list, err := s.Agents(s.Context()); len(list) != 0 || err != nil {
		s.Errorf("%v, %v", list, err)
	}
	if err := s.Save(s.Context(), engine.Batch{Node: suiteNode, Epoch: s.epoch}); err == nil {
		s.Error("a batch that changes nothing was saved")
	}
}

func contexts(s *storeTest) {
	s.acquire()
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	if err := s.Save(ctx, s.batch(s.newCall("c"))); err == nil {
		s.Error("saved")
	}
	if got := s.live(); len(got) != 0 {
		s.Errorf("live: %v", got)
	}
}
