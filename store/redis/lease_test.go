package redis_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"switchroom/engine"
)

func TestALeaseIsOneOwners(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if _, err := w.Acquire(ctx, node, "controller-2", lease); !errors.Is(err, engine.ErrLeased) {
		t.Fatalf("another owner: %v", err)
	}
	if _, err := w.Acquire(ctx, "a2", "controller-2", lease); err != nil {
		t.Fatalf("another node: %v", err)
	}
	again, err := w.Acquire(ctx, node, "controller-1", lease)
	if err != nil || again != w.epoch+1 {
		t.Fatalf("the same owner: epoch %d after %d, %v", again, w.epoch, err)
	}
	for _, tt := range []struct {
		owner string
		epoch uint64
		want  error
	}{
		{"controller-1", again, nil},
		{"controller-1", w.epoch, engine.ErrFenced}, // its former self
		{"controller-1", again + 1, engine.ErrFenced},
		{"controller-2", again, engine.ErrFenced},
	} {
		if err := w.Renew(ctx, node, tt.owner, tt.epoch, lease); !errors.Is(err, tt.want) {
			t.Errorf("renew %s %d: %v, want %v", tt.owner, tt.epoch, err, tt.want)
		}
	}
	if err := w.Renew(ctx, "unknown", "controller-1", 1, lease); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("renew a lease that never was: %v", err)
	}
}

func TestALeaseThatRanOutIsFreeAndFencesItsFormerOwner(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if err := w.Renew(ctx, node, "controller-1", w.epoch, 50*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	w.must(w.batch(readyAgent("anna", "sales")))
	epoch := acquireSoon(t, w, "controller-2")
	if epoch != w.epoch+1 {
		t.Errorf("epoch %d after %d", epoch, w.epoch)
	}
	a := w.agent("anna")
	a.Version++
	if err := w.Save(ctx, w.batch(a)); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("save under the old epoch: %v", err)
	}
	if err := w.Renew(ctx, node, "controller-1", w.epoch, lease); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("renew under the old epoch: %v", err)
	}
	if got := w.agent("anna").Version; got != 1 {
		t.Errorf("a fenced save wrote version %d", got)
	}
	w.epoch = epoch
	w.must(w.batch(a))
}

// acquireSoon tries until the lease is free.
func acquireSoon(t *testing.T, w *world, owner string) uint64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		epoch, err := w.Acquire(ctx, node, owner, lease)
		if err == nil {
			return epoch
		}
		if !errors.Is(err, engine.ErrLeased) {
			t.Fatal(err)
		}
	}
}

func TestALeaseThatRanOutCanBeRenewedWhileNobodyTookIt(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if err := w.Renew(ctx, node, "controller-1", w.epoch, time.Millisecond); err != nil {
		t.Fatal(err)
	}
	// Redis' clock passes the end: a lease taken later and shorter has run out too.
	if _, err := w.Acquire(ctx, "clock", "x", time.Millisecond); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := w.Acquire(ctx, "clock", "y", lease); err == nil {
			break
		} else if !errors.Is(err, engine.ErrLeased) {
			t.Fatal(err)
		}
	}
	w.must(w.batch(readyAgent("anna")))
	if err := w.Renew(ctx, node, "controller-1", w.epoch, lease); err != nil {
		t.Error(err)
	}
	if _, err := w.Acquire(ctx, node, "controller-2", lease); !errors.Is(err, engine.ErrLeased) {
		t.Errorf("another owner: %v", err)
	}
}

func TestAReleasedLeaseIsFreeAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if err := w.Release(ctx, node, "controller-2", w.epoch); err != nil {
		t.Fatal(err)
	}
	w.must(w.batch(readyAgent("anna"))) // that was not its own
	for range 2 {
		if err := w.Release(ctx, node, "controller-1", w.epoch); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Save(ctx, w.batch(readyAgent("ben"))); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("save after the release: %v", err)
	}
	epoch, err := w.Acquire(ctx, node, "controller-2", lease)
	if err != nil || epoch <= w.epoch {
		t.Errorf("epoch %d after %d, %v", epoch, w.epoch, err)
	}
}

func TestLeasesAfterALossOfDataAreNewerThanThoseBefore(t *testing.T) {
	w := newWorld(t)
	client, prefix := w.raw()
	if err := client.Del(t.Context(), prefix+"node:"+node).Err(); err != nil {
		t.Fatal(err)
	}
	if err := w.Save(t.Context(), w.batch(readyAgent("anna"))); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("save under a lease that is lost: %v", err)
	}
	epoch, err := w.Acquire(t.Context(), node, "controller-2", lease)
	if err != nil || epoch <= w.epoch {
		t.Errorf("epoch %d after %d, %v", epoch, w.epoch, err)
	}
}
