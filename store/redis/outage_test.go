package redis_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/engine"
	"switchroom/lab"
	"switchroom/store/redis"
)

func TestNothingIsLostOrDoubledWhenRedisIsKilled(t *testing.T) {
	own, err := lab.StartRedisWith(t.Context(), lab.Need(t), t.TempDir(), lab.RedisOptions{Fsync: "always"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Stop(); err != nil {
			t.Error(err)
		}
	})
	w := newWorldAt(t, own.Addr())
	before, err := w.Snapshot(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	const steps = 2000
	var saved atomic.Int64
	done := make(chan error, 1)
	go func() { done <- w.stepUntilSaved(steps, &saved) }()
	for kills := range int64(3) { // while it saves
		for saved.Load() < (kills+1)*steps/8 {
			time.Sleep(time.Millisecond)
		}
		own.Kill()
		if err := own.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	after, err := w.Snapshot(t.Context(), "anna")
	if err != nil || after.Epoch != before.Epoch || after.Seq != steps || after.Agent.Version != steps {
		t.Errorf("before %+v, after %+v, %v", before, after, err)
	}
	for i, e := range w.drain(steps) {
		if e.Version != uint64(i+1) {
			t.Fatalf("journal entry %d is of version %d", i, e.Version)
		}
	}
	if again, err := w.Acquire(t.Context(), node, "controller-1", lease); err != nil || again != w.epoch+1 {
		t.Errorf("lease epoch %d after %d, %v", again, w.epoch, err)
	}
}

// stepUntilSaved saves versions 1 to n of a call and an agent, each again and again until it is saved.
func (w *world) stepUntilSaved(n uint64, saved *atomic.Int64) error {
	c, a := queuedCall(w.t, "c1", "sales"), readyAgent("anna", "sales")
	for version := range n {
		c.Version, a.Version = version+1, version+1
		b := w.batch(a)
		b.Call, b.Journal = &c, &engine.Entry{Call: "c1", Version: c.Version, State: call.Queued}
		b.Feed = []engine.Message{{Agent: "anna", Type: engine.MessageView, Data: json.RawMessage(`{}`)}}
		for {
			err := w.Save(w.t.Context(), b)
			if err == nil {
				break
			}
			var stale *engine.StaleError
			if errors.As(err, &stale) || errors.Is(err, engine.ErrFenced) || w.t.Context().Err() != nil {
				return err
			}
		}
		saved.Add(1)
	}
	return nil
}

func TestALostAnswerIsNoSecondSave(t *testing.T) {
	p := newProxy(t, server.Addr())
	w := newWorldAt(t, p.addr)
	a := readyAgent("anna", "sales")
	w.must(w.batch(a))
	for version := range uint64(20) {
		a.Version = version + 2
		b := w.batch(a)
		b.Feed = []engine.Message{{Agent: "anna", Type: engine.MessageView, Data: json.RawMessage(`{}`)}}
		p.cutNext()
		w.must(b)
	}
	if seq, err := w.FeedSeq(t.Context(), "anna"); err != nil || seq != 20 {
		t.Errorf("sequence %d, %v", seq, err)
	}
	if p.cuts.Load() != 20 {
		t.Errorf("%d answers were lost, want 20", p.cuts.Load())
	}
	p.cutNext()
	if _, work, err := w.Begin(t.Context(), "anna", "k", nil, time.Minute); work == nil || err != nil {
		t.Errorf("begin: %v, %v", work, err)
	}
}

// proxy passes bytes on to Redis and, when told to, hangs up instead of passing the next answer back, or swallows all answers.
type proxy struct {
	addr  string
	armed atomic.Bool
	mute  atomic.Bool
	cuts  atomic.Int64
}

func (p *proxy) cutNext() { p.armed.Store(true) }

func newProxy(t *testing.T, backend string) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: l.Addr().String()}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { p.serve(client, backend) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return p
}

func (p *proxy) serve(client net.Conn, backend string) {
	defer client.Close()
	redis, err := net.Dial("tcp", backend)
	if err != nil {
		return
	}
	defer redis.Close()
	go func() {
		defer redis.Close()
		_, _ = io.Copy(redis, client)
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := redis.Read(buf)
		if err != nil {
			return
		}
		if p.armed.CompareAndSwap(true, false) {
			p.cuts.Add(1)
			return
		}
		if p.mute.Load() {
			continue
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

// methods calls everything that asks Redis something.
func methods(s *redis.Store) map[string]func(context.Context) error {
	b := engine.Batch{Node: node, Epoch: 1}
	b.Agents = append(b.Agents, readyAgent("anna", "sales"))
	return map[string]func(context.Context) error{
		"Ping":      s.Ping,
		"Acquire":   func(ctx context.Context) error { _, err := s.Acquire(ctx, node, "x", lease); return err },
		"Renew":     func(ctx context.Context) error { return s.Renew(ctx, node, "x", 1, lease) },
		"Release":   func(ctx context.Context) error { return s.Release(ctx, node, "x", 1) },
		"Save":      func(ctx context.Context) error { return s.Save(ctx, b) },
		"Calls":     func(ctx context.Context) error { _, err := s.Calls(ctx, node); return err },
		"Agent":     func(ctx context.Context) error { _, _, err := s.Agent(ctx, "anna"); return err },
		"Agents":    func(ctx context.Context) error { _, err := s.Agents(ctx); return err },
		"Ready":     func(ctx context.Context) error { _, err := s.Ready(ctx, "sales", 5); return err },
		"Waiting":   func(ctx context.Context) error { _, err := s.Waiting(ctx, "sales", 5); return err },
		"Feed":      func(ctx context.Context) error { _, err := s.Feed(ctx, ""); return err },
		"FeedEnd":   func(ctx context.Context) error { _, err := s.FeedEnd(ctx); return err },
		"FeedSeq":   func(ctx context.Context) error { _, err := s.FeedSeq(ctx, "anna"); return err },
		"Snapshot":  func(ctx context.Context) error { _, err := s.Snapshot(ctx, "anna"); return err },
		"Undrained": func(ctx context.Context) error { _, err := s.Undrained(ctx); return err },
		"Begin":     func(ctx context.Context) error { _, _, err := s.Begin(ctx, "anna", "k", nil, lease); return err },
		"Drain": func(ctx context.Context) error {
			return s.DrainJournal(ctx, 0, func([]engine.Entry) error { return nil })
		},
	}
}

func TestARedisThatIsDownOrStuckIsAnErrorSoon(t *testing.T) {
	stuck, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, into its backlog, and never says a word
	if err != nil {
		t.Fatal(err)
	}
	defer stuck.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	mute := newProxy(t, server.Addr())
	stores := map[string]*redis.Store{
		"stuck": open(t, stuck.Addr().String(), "default"),
		"down":  open(t, gone.Addr().String(), "default"),
		"mute":  open(t, mute.addr, "default"), // fell silent on connections that were in use
	}
	if err := stores["mute"].Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	mute.mute.Store(true)
	var all sync.WaitGroup
	for what, s := range stores {
		for name, method := range methods(s) {
			all.Go(func() {
				begun := time.Now()
				err := method(context.Background())
				if took := time.Since(begun); err == nil || !strings.HasPrefix(err.Error(), "redis: ") || took > 7*time.Second {
					t.Errorf("%s, %s: after %v: %v", what, name, took, err)
				}
			})
		}
	}
	all.Wait()
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	for name, o := range map[string]redis.Options{
		"no address":          {},
		"not a URL":           {URL: "redis//user:secret@host"},
		"not a URL of Redis":  {URL: "http://user:secret@host"},
		"braces in the org":   {Addr: "x:1", Org: "{a}"},
		"braces in the start": {Addr: "x:1", Prefix: "}"},
	} {
		s, err := redis.Open(o)
		if err == nil || s != nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, err := redis.Open(redis.Options{URL: "redis://" + server.Addr() + "/0"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
