package engine_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

func TestASecondControllerTakesOverWithinTheLeaseAndTheFirstStops(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		customer := h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		other := h.opt
		other.Owner = "c2"
		second := engine.New(other)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() {
			ended <- second.Run(ctx, func(ctx context.Context) error { return h.sw.Run(ctx, second) })
		}()
		time.Sleep(20 * time.Second)
		if second.Ready() == nil {
			t.Error("the second works while the first lives")
		}
		h.end() // the first is gone
		<-h.ended
		h.ended <- nil
		died := time.Now()
		h.until(5*time.Second, "the second works", func() bool { return second.Ready() == nil })
		if took := time.Since(died); took > 4*time.Second {
			t.Errorf("taken over after %v", took)
		}
		if what, _ := h.sw.Hears(customer); what != call.Person {
			t.Errorf("the customer hears %q", what)
		}
		if err := second.Command(h.Context(), h.only().ID, call.Hangup{Agent: "ann"}); err != nil {
			t.Error(err)
		}
		h.quiet(10 * time.Second)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// cutStore is a store that one controller cannot reach any more.
type cutStore struct {
	engine.Store
	cut atomic.Bool
}

func (s *cutStore) Save(ctx context.Context, b engine.Batch) error {
	if s.cut.Load() {
		return errAway
	}
	return s.Store.Save(ctx, b)
}

func (s *cutStore) Renew(ctx context.Context, node, owner string, epoch uint64, ttl time.Duration) error {
	if s.cut.Load() {
		return errAway
	}
	return s.Store.Renew(ctx, node, owner, epoch, ttl)
}

func TestAControllerThatLostItsLeaseStopsInTheMiddleOfAStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		var once atomic.Bool
		cut := &cutStore{Store: h.store}
		h.opt.Store = cut
		h.sw.Faults = func(op string) enginetest.Fault {
			if op == "answer_customer" && once.CompareAndSwap(false, true) {
				cut.cut.Store(true)
				return enginetest.Fault{After: 4 * time.Second} // longer than the lease
			}
			return enginetest.Fault{}
		}
		defer h.stop()
		h.start()
		h.sw.CallIn("sales")
		time.Sleep(30 * time.Second)
		if n := h.sw.Done("play_music"); n != 0 {
			t.Error("the rest of the step was carried out without a lease")
		}
		cut.cut.Store(false)
		h.until(5*time.Second, "it is carried out once the lease is sure again", func() bool { return h.sw.Done("play_music") > 0 })
	})
}

func TestBeforeItHasTheLeaseAControllerRefusesAndDoesNotFail(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		other := h.opt
		other.Owner = "c2"
		second := engine.New(other)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() {
			ended <- second.Run(ctx, func(ctx context.Context) error { return h.sw.Run(ctx, second) })
		}()
		time.Sleep(time.Second)
		if err := second.Choose(h.Context(), "ann", agent.Rest, ""); !refused(err, "not_ready") {
			t.Errorf("got %v", err)
		}
		h.end()
		<-h.ended
		h.ended <- nil
		h.until(10*time.Second, "the second works", func() bool { return second.Ready() == nil })
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
