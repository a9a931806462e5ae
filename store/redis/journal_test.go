package redis_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/engine"
)

// journal saves n steps of one call and returns their entries.
func (w *world) journal(id string, n int) []engine.Entry {
	w.t.Helper()
	c := queuedCall(w.t, id, "sales")
	var entries []engine.Entry
	for version := range uint64(n) {
		c.Version = version + 1
		e := engine.Entry{
			Call: id, Version: c.Version, At: start, State: call.Queued,
			Input: json.RawMessage(`{"kind":"deadline"}`), Effects: json.RawMessage(`[]`),
		}
		b := w.batch()
		b.Call, b.Journal = &c, &e
		w.must(b)
		entries = append(entries, e)
	}
	return entries
}

// drain collects n entries; more than that is an error.
func (w *world) drain(n int) []engine.Entry {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	var got []engine.Entry
	err := w.DrainJournal(ctx, 0, func(entries []engine.Entry) error {
		if got = append(got, entries...); len(got) >= n {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		w.t.Fatal(err)
	}
	return got
}

func TestNotesAreDrainedAfterTheStepTheyCameWith(t *testing.T) {
	w := newWorld(t)
	note := func(id string) engine.Entry {
		return engine.Entry{Call: id, At: start, WrapUp: &engine.WrapUp{Agent: "ann", Since: start, Until: start.Add(time.Minute)}}
	}
	c := queuedCall(t, "c1", "sales")
	c.Version = 1
	b := w.batch()
	b.Call, b.Journal, b.Notes = &c, &engine.Entry{Call: "c1", Version: 1, At: start, State: call.Queued, Input: json.RawMessage(`{}`), Effects: json.RawMessage(`[]`)}, []engine.Entry{note("c0"), note("c2")}
	w.must(b)
	w.must(b) // the answer was lost
	got := w.drain(3)
	if len(got) != 3 || got[0].Version != 1 || got[1].Call != "c0" || got[2].Call != "c2" || got[1].Version != 0 || !got[2].WrapUp.Until.Equal(start.Add(time.Minute)) {
		t.Errorf("%+v", got)
	}
}

func TestTheJournalIsDrainedInOrderAndOnce(t *testing.T) {
	w := newWorld(t)
	want := w.journal("c1", 600) // more than two portions
	if got := w.drain(len(want)); !reflect.DeepEqual(got, want) {
		t.Errorf("%d entries, want %d, or another order", len(got), len(want))
	}
	w.wantUndrained(0)
	want = w.journal("c2", 1)
	if got := w.drain(1); !reflect.DeepEqual(got, want) {
		t.Errorf("after the first drain: %+v", got)
	}
}

func (w *world) wantUndrained(want int64) {
	w.t.Helper()
	if n, err := w.Undrained(w.t.Context()); err != nil || n != want {
		w.t.Errorf("%d entries undrained, %v; want %d", n, err, want)
	}
}

func TestADrainThatDiesBeforeItsRemovalDeliversAgain(t *testing.T) {
	w := newWorld(t)
	want := w.journal("c1", 3)
	func() {
		defer func() { _ = recover() }()
		_ = w.DrainJournal(t.Context(), 0, func([]engine.Entry) error { panic("the process dies here") })
	}()
	w.wantUndrained(3)
	failed := errors.New("the database is down")
	if err := w.DrainJournal(t.Context(), 0, func([]engine.Entry) error { return failed }); !errors.Is(err, failed) {
		t.Errorf("the sink's error is %v", err)
	}
	w.wantUndrained(3)
	if got := w.drain(3); !reflect.DeepEqual(got, want) {
		t.Errorf("delivered again: %+v", got)
	}
	w.wantUndrained(0)
}

func TestEntriesWrittenDuringADrainAreNotLost(t *testing.T) {
	w := newWorld(t)
	w.journal("c1", 2)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := w.DrainJournal(ctx, 0, func([]engine.Entry) error {
		w.journal("c2", 3)
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got := w.drain(3); len(got) < 3 || got[len(got)-3].Call != "c2" {
		t.Errorf("%+v", got)
	}
}

func TestACallsEntriesAreThereBeforeTheyAreDrained(t *testing.T) {
	w := newWorld(t)
	mine := w.journal("c-1", 300) // more than one read
	theirs := w.journal("c-2", 3)
	for id, want := range map[string][]engine.Entry{"c-1": mine, "c-2": theirs, "c-3": nil} {
		if got, err := w.Undelivered(t.Context(), id); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d entries, want %d, %v", id, len(got), len(want), err)
		}
	}
	w.drain(303)
	if got, err := w.Undelivered(t.Context(), "c-1"); err != nil || len(got) != 0 {
		t.Errorf("drained: %d entries, %v", len(got), err)
	}
}
