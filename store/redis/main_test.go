package redis_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/lab"
	"switchroom/store/redis"
)

// server is the one that most tests share; each has an organisation of its own.
var server *lab.Redis

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "store-redis-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	bundle, err := lab.Ensure(ctx, lab.Options{Progress: os.Stderr})
	if err == nil {
		server, err = lab.StartRedis(ctx, bundle, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial")); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	return code
}

const (
	node  = "a1"
	lease = time.Minute
)

// start is a moment without a monotonic clock, as stored records have it.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// world is a store with the node's lease.
type world struct {
	*redis.Store
	t     testing.TB
	org   string
	epoch uint64
}

// worlds numbers the organisations: a test that is run again has a new one.
var worlds atomic.Int64

func newWorld(t testing.TB) *world { return newWorldAt(t, server.Addr()) }

func newWorldAt(t testing.TB, addr string) *world {
	t.Helper()
	org := fmt.Sprintf("%s-%d", t.Name(), worlds.Add(1))
	s := open(t, addr, org)
	epoch, err := s.Acquire(t.Context(), node, "controller-1", lease)
	if err != nil {
		t.Fatal(err)
	}
	return &world{Store: s, t: t, org: org, epoch: epoch}
}

func open(t testing.TB, addr, org string) *redis.Store {
	t.Helper()
	s, err := redis.Open(redis.Options{Addr: addr, Org: org})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// raw is a plain client, to look at what the store wrote, and the prefix of the organisation's keys.
func (w *world) raw() (*goredis.Client, string) {
	c := goredis.NewClient(&goredis.Options{Addr: server.Addr()})
	w.t.Cleanup(func() { c.Close() })
	return c, "switchroom:{" + w.org + "}:"
}

// batch is one under the world's lease.
func (w *world) batch(agents ...agent.Agent) engine.Batch {
	return engine.Batch{Node: node, Epoch: w.epoch, Agents: agents}
}

// must saves, or ends the test.
func (w *world) must(b engine.Batch) {
	w.t.Helper()
	if err := w.Save(w.t.Context(), b); err != nil {
		w.t.Fatal(err)
	}
}

// agent loads one that must be there.
func (w *world) agent(id string) agent.Agent {
	w.t.Helper()
	a, ok, err := w.Agent(w.t.Context(), id)
	if err != nil || !ok {
		w.t.Fatalf("agent %s: there: %t, %v", id, ok, err)
	}
	return a
}

// readyAgent is a new one who is ready for calls of the queues.
func readyAgent(id string, queues ...string) agent.Agent {
	return agent.Agent{
		ID: id, Version: 1, Name: "Agent " + id, CTI: "cti-" + id, Queues: queues,
		Chosen: agent.Ready, ChosenAt: start, IdleSince: start,
		Phone: agent.Phone{Device: agent.WebRTC, Endpoint: "ep-" + id, Number: "10", Reachable: true},
	}
}

// queuedCall is a new one that waits.
func queuedCall(t testing.TB, id, queue string) call.Call {
	t.Helper()
	c, _, err := call.Call{}.Apply(start, call.Enter{
		ID: id, Node: node, Channel: "ch-" + id, Service: "demo", Queue: queue, Answered: true,
		Scenario: call.Scenario{Pickup: 20 * time.Second, Music: "default"}, Caller: call.Party{Number: "+4930123"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Version = 1
	return c
}

// apply is one step of a call, with its version counted.
func apply(t testing.TB, c call.Call, in call.Input) call.Call {
	t.Helper()
	next, _, err := c.Apply(start, in)
	if err != nil {
		t.Fatal(err)
	}
	next.Version++
	return next
}

// change is one step of an agent, with its version counted.
func change(t testing.TB, a agent.Agent, in agent.Input) agent.Agent {
	t.Helper()
	next, err := a.Apply(start, in)
	if err != nil {
		t.Fatal(err)
	}
	next.Version++
	return next
}
