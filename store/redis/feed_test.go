package redis_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// tell saves the agent's next version with one message to their clients.
func (w *world) tell(a *agent.Agent, data string) {
	w.t.Helper()
	a.Version++
	b := w.batch(*a)
	b.Feed = []engine.Message{{Agent: a.ID, Type: engine.MessageView, Data: json.RawMessage(data)}}
	w.must(b)
}

func TestFeedGivesWhatIsNewAndWaitsForIt(t *testing.T) {
	w := newWorld(t)
	if end, err := w.FeedEnd(t.Context()); end != "" || err != nil {
		t.Errorf("end of an empty feed: %q, %v", end, err)
	}
	a := readyAgent("anna", "sales")
	a.Version = 0
	w.tell(&a, `{"n":1}`)
	w.tell(&a, `{"n":"<&>\u0000"}`)
	items, err := w.Feed(t.Context(), "")
	if err != nil || len(items) != 2 {
		t.Fatalf("%+v, %v", items, err)
	}
	m := items[1]
	if m.Agent != "anna" || m.Seq != 2 || m.Type != engine.MessageView || string(m.Data) != `{"n":"<&>\u0000"}` || m.Epoch == "" {
		t.Errorf("message: %+v", m)
	}
	if end, err := w.FeedEnd(t.Context()); end != m.ID || err != nil {
		t.Errorf("end of the feed: %q, %v, want %q", end, err, m.ID)
	}
	got := make(chan string)
	go func() {
		items, err := w.Feed(t.Context(), m.ID)
		got <- fmt.Sprint(len(items), err)
	}()
	select {
	case s := <-got:
		t.Fatalf("did not wait: %s", s)
	case <-time.After(700 * time.Millisecond): // longer than one blocking read
	}
	w.tell(&a, `{"n":3}`)
	if s := <-got; s != "1 <nil>" {
		t.Errorf("got %s", s)
	}
}

func TestFeedEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err := w.Feed(ctx, "")
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 2*time.Second {
		t.Errorf("after %v: %v", time.Since(begun), err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	begun = time.Now()
	if _, err := w.Feed(ctx, ""); !errors.Is(err, context.Canceled) || time.Since(begun) > 2*time.Second {
		t.Errorf("after %v: %v", time.Since(begun), err)
	}
}

func TestFeedKeepsABoundedNumberOfMessages(t *testing.T) {
	w := newWorld(t)
	a := readyAgent("anna")
	b := w.batch(a)
	for range 25_000 / 100 {
		b.Agents[0].Version = a.Version
		b.Feed = nil
		for n := range 100 {
			b.Feed = append(b.Feed, engine.Message{Agent: "anna", Type: engine.MessageView, Data: json.RawMessage(fmt.Sprint(n))})
		}
		w.must(b)
		a.Version++
	}
	items, err := w.Feed(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if kept := 25_000 - items[0].Seq + 1; kept < 20_000 || kept > 20_500 {
		t.Errorf("%d messages are kept", kept)
	}
}

func TestSnapshotIsOneMoment(t *testing.T) {
	w := newWorld(t)
	nobody, err := w.Snapshot(t.Context(), "anna")
	if err != nil || nobody.Known || nobody.Seq != 0 || nobody.Epoch == "" || nobody.Call != nil {
		t.Fatalf("no record: %+v, %v", nobody, err)
	}
	a := readyAgent("anna", "sales")
	a.Version = 0
	w.tell(&a, `{}`)
	s, err := w.Snapshot(t.Context(), "anna")
	if err != nil || !s.Known || s.Seq != 1 || s.Call != nil || s.Epoch != nobody.Epoch || !reflect.DeepEqual(s.Agent, a) {
		t.Errorf("free agent: %+v, %v", s, err)
	}
	items, err := w.Feed(t.Context(), "")
	if err != nil || items[0].Epoch != s.Epoch {
		t.Errorf("the feed's epoch is not the snapshot's %q: %+v, %v", s.Epoch, items, err)
	}

	c := queuedCall(t, "c1", "sales")
	c = apply(t, c, call.Claimed{Agent: "anna", Device: agent.WebRTC, Endpoint: "ep-anna"})
	c.Version = 1
	held := change(t, a, agent.Reserve{Call: "c1", Token: c.Agent.Token})
	b := w.batch(held)
	b.Call = &c
	w.must(b)
	s, err = w.Snapshot(t.Context(), "anna")
	if err != nil || s.Seq != 1 || !reflect.DeepEqual(s.Agent, held) || s.Call == nil || !reflect.DeepEqual(*s.Call, c) {
		t.Errorf("agent with a call: %+v, %v", s, err)
	}
}

// Every save raises the record's version and the sequence by one: a snapshot that mixed two moments would show it.
func TestSnapshotsAndSequencesBelongTogether(t *testing.T) {
	w := newWorld(t)
	a := readyAgent("anna")
	a.Version = 0
	w.tell(&a, `{}`)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 300 {
			w.tell(&a, `{}`)
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		s, err := w.Snapshot(t.Context(), "anna")
		if err != nil {
			t.Fatal(err)
		}
		if s.Agent.Version != s.Seq {
			t.Fatalf("version %d with sequence %d", s.Agent.Version, s.Seq)
		}
	}
}

func TestALossOfDataIsANewFeedEpoch(t *testing.T) {
	w := newWorld(t)
	a := readyAgent("anna")
	a.Version = 0
	w.tell(&a, `{}`)
	before, err := w.Snapshot(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	client, prefix := w.raw()
	names, err := client.Keys(t.Context(), prefix+"*").Result()
	if err != nil || len(names) == 0 {
		t.Fatalf("keys: %v, %v", names, err)
	}
	if err := client.Del(t.Context(), names...).Err(); err != nil {
		t.Fatal(err)
	}
	if w.epoch, err = w.Acquire(t.Context(), node, "controller-1", lease); err != nil {
		t.Fatal(err)
	}
	a.Version = 0
	w.tell(&a, `{}`)
	after, err := w.Snapshot(t.Context(), "anna")
	if err != nil || after.Epoch == before.Epoch || after.Seq != 1 {
		t.Errorf("before %+v, after %+v, %v", before, after, err)
	}
	items, err := w.Feed(t.Context(), "")
	if err != nil || len(items) != 1 || items[0].Epoch != after.Epoch {
		t.Errorf("feed: %+v, %v", items, err)
	}
}
