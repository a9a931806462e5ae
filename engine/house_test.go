package engine_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

// house is one queue called "sales" in a bubble of fake time: a scripted switch, a store in memory, and one controller.
type house struct {
	*testing.T
	sw    *enginetest.Switch
	store *enginetest.Store
	home  *enginetest.House
	opt   engine.Options
	e     *engine.Engine
	ended chan error
	end   context.CancelFunc
	log   *lockedBuffer
	loose atomic.Bool // the store holds what does not belong together, on purpose
	lost  atomic.Pointer[string]
	delay atomic.Int64 // how long each request and each event is on its way
}

// lose makes the switch not do what it is asked to, of one kind, nor answer. Empty: all is well.
func (h *house) lose(op string) { h.lost.Store(&op) }

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// scenario is the queue's, unless a test wants another.
var scenario = call.Scenario{Pickup: 20 * time.Second, Music: "default", AnswerNow: true, MissLimit: 1}

// inHouse runs f in a bubble, in a house where the agents ann, bob, … are Ready, in this order of idle time.
func inHouse(t *testing.T, agents []string, f func(*house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		defer h.stop()
		h.start()
		for _, id := range agents {
			h.home.Hire(id, agent.Desk, "sales")
			h.sw.Register("p-"+id, true)
			h.ready(id)
			time.Sleep(time.Second)
		}
		f(h)
	})
}

func build(t *testing.T) *house {
	h := &house{T: t, sw: enginetest.NewSwitch(), store: enginetest.NewStore(), home: enginetest.NewHouse(), log: &lockedBuffer{}}
	h.sw.Broken = func(format string, args ...any) { t.Errorf(format, args...) }
	h.sw.Faults = func(op string) enginetest.Fault {
		lost := h.lost.Load()
		delay := time.Duration(h.delay.Load())
		return enginetest.Fault{Lose: lost != nil && *lost == op, Before: delay, After: delay}
	}
	h.sw.Late = func() time.Duration { return time.Duration(h.delay.Load()) }
	h.store.Check = func(calls map[string]call.Call, agents map[string]agent.Agent) {
		if !h.loose.Load() {
			agree(t, calls, agents)
		}
	}
	h.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, Scenario: scenario})
	h.opt = engine.Options{
		Node: "fake", Owner: "c1", Switch: h.sw, Store: h.store, Settings: h.home, Ledger: h.home,
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelInfo})),
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the controller's log:\n%s", h.log)
		}
	})
	return h
}

// agree holds calls and agents against each other: an agent is held if and only if that very call says so.
func agree(t *testing.T, calls map[string]call.Call, agents map[string]agent.Agent) {
	for id, c := range calls {
		if err := c.Check(); err != nil {
			t.Errorf("saved: %v", err)
		}
		for _, agentID := range c.Parties() {
			if held := agents[agentID].Held; held == nil || held.Call != id || held.Token != c.Part(agentID).Token {
				t.Errorf("call %s is with agent %s as %s, whose record says %+v", id, agentID, c.Part(agentID).Token, held)
			}
		}
	}
	for id, a := range agents {
		if a.Held == nil {
			continue
		}
		c, ok := calls[a.Held.Call]
		if !ok || c.Part(id) == nil || c.Part(id).Token != a.Held.Token {
			t.Errorf("agent %s is held as %+v by a call that does not say so", id, a.Held)
		}
	}
}

// start makes a controller and waits until it is ready.
func (h *house) start() {
	h.Helper()
	h.e, h.ended = engine.New(h.opt), make(chan error, 1)
	var ctx context.Context
	ctx, h.end = context.WithCancel(context.Background())
	go func(e *engine.Engine, ended chan<- error) {
		ended <- e.Run(ctx, func(ctx context.Context) error { return h.sw.Run(ctx, e) })
	}(h.e, h.ended)
	h.until(10*time.Second, "the controller is ready", func() bool { return h.e.Ready() == nil })
}

// stop ends the controller; the bubble finds what it leaves running.
func (h *house) stop() {
	h.Helper()
	h.end()
	if err := <-h.ended; err != nil {
		h.Errorf("the controller ended with %v", err)
	}
}

// until waits for a condition.
func (h *house) until(limit time.Duration, what string, ok func() bool) {
	h.Helper()
	for end := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		synctest.Wait()
		if ok() {
			return
		}
		if time.Now().After(end) {
			h.Fatalf("after %v still not: %s", limit, what)
		}
	}
}

// ready logs the agent in and makes them Ready.
func (h *house) ready(id string) {
	h.Helper()
	if err := h.e.Login(h.Context(), id); err != nil {
		h.Fatal(err)
	}
	if err := h.e.Choose(h.Context(), id, agent.Ready, ""); err != nil {
		h.Fatal(err)
	}
}

// only is the one live call.
func (h *house) only() call.Call {
	h.Helper()
	calls, err := h.store.Calls(h.Context(), "fake")
	if err != nil || len(calls) != 1 {
		h.Fatalf("%d live calls, %v; want one", len(calls), err)
	}
	return calls[0]
}

func (h *house) agent(id string) agent.Agent {
	h.Helper()
	a, ok, err := h.store.Agent(h.Context(), id)
	if err != nil || !ok {
		h.Fatalf("agent %s: there: %t, %v", id, ok, err)
	}
	return a
}

// in waits until the one live call is in the state.
func (h *house) in(limit time.Duration, s call.State) {
	h.Helper()
	h.until(limit, "the call is "+string(s), func() bool {
		calls, err := h.store.Calls(h.Context(), "fake")
		return err == nil && len(calls) == 1 && calls[0].State == s
	})
}

// quiet waits until nothing is left of any call.
func (h *house) quiet(limit time.Duration) {
	h.Helper()
	h.until(limit, "nothing is left", func() bool {
		calls, err := h.store.Calls(h.Context(), "fake")
		return err == nil && len(calls) == 0 && len(h.sw.Leftovers()) == 0
	})
}

// refused tells whether err is the engine's own refusal with that slug.
func refused(err error, slug string) bool {
	var e *engine.Error
	return errors.As(err, &e) && e.Slug == slug
}
