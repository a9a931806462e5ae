package redis_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/store/redis"
)

func TestARepeatedRequestGetsTheFirstAnswer(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	begin := func(scope, key, request string) (*redis.Answer, *redis.Answering, error) {
		return w.Begin(ctx, scope, key, []byte(request), time.Minute)
	}
	_, work, err := begin("anna", "k1", "answer c1")
	if err != nil || work == nil {
		t.Fatal(work, err)
	}
	if _, _, err := begin("anna", "k1", "answer c1"); !errors.Is(err, redis.ErrInProgress) {
		t.Errorf("while it is worked on: %v", err)
	}
	if _, _, err := begin("anna", "k1", "hang up c1"); !errors.Is(err, redis.ErrKeyReused) {
		t.Errorf("another request: %v", err)
	}
	for _, other := range [][2]string{{"ben", "k1"}, {"anna", "k2"}, {"annak", "1"}} {
		if a, work, err := begin(other[0], other[1], "answer c1"); a != nil || work == nil || err != nil {
			t.Errorf("%v is another key: %+v, %v, %v", other, a, work, err)
		}
	}
	for range 2 {
		if err := work.Complete(ctx, redis.Answer{Status: 200, Body: []byte("{\"ok\":\"\x00\xff\"}")}, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	a, work, err := begin("anna", "k1", "answer c1")
	if err != nil || work != nil || a == nil || a.Status != 200 || string(a.Body) != "{\"ok\":\"\x00\xff\"}" {
		t.Errorf("repeated: %+v, %v, %v", a, work, err)
	}
	if _, _, err := begin("anna", "k1", "hang up c1"); !errors.Is(err, redis.ErrKeyReused) {
		t.Errorf("another request after the answer: %v", err)
	}
	client, prefix := w.raw()
	names, err := client.Keys(ctx, prefix+"answer:*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if ttl := client.PTTL(ctx, name).Val(); ttl <= 0 || ttl > time.Hour {
			t.Errorf("%s is kept for %v", name, ttl)
		}
	}
}

func TestAnEmptyAnswerIsAnAnswer(t *testing.T) {
	w := newWorld(t)
	_, work, err := w.Begin(t.Context(), "anna", "k", nil, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := work.Complete(t.Context(), redis.Answer{Status: 204}, time.Hour); err != nil {
		t.Fatal(err)
	}
	a, _, err := w.Begin(t.Context(), "anna", "k", nil, time.Minute)
	if err != nil || a == nil || a.Status != 204 || len(a.Body) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestAForgottenRequestIsDoneAnew(t *testing.T) {
	w := newWorld(t)
	_, work, err := w.Begin(t.Context(), "anna", "k", nil, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := work.Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, again, err := w.Begin(t.Context(), "anna", "k", []byte("other"), time.Minute); again == nil || err != nil {
		t.Errorf("begun anew: %v, %v", again, err)
	}
	if err := work.Complete(t.Context(), redis.Answer{Status: 200}, time.Hour); !errors.Is(err, redis.ErrTooLate) {
		t.Errorf("the first one completes: %v", err)
	}
}

func TestWhoDiesAtWorkHoldsTheKeyForItsLimitOnly(t *testing.T) {
	w := newWorld(t)
	_, dead, err := w.Begin(t.Context(), "anna", "k", nil, 30*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(5 * time.Second)
	for {
		_, work, err := w.Begin(t.Context(), "anna", "k", nil, time.Minute)
		if work != nil {
			break
		}
		if !errors.Is(err, redis.ErrInProgress) || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if err := dead.Complete(t.Context(), redis.Answer{Status: 200}, time.Hour); !errors.Is(err, redis.ErrTooLate) {
		t.Errorf("it comes back: %v", err)
	}
}

func TestOneOfManyConcurrentRequestsIsDone(t *testing.T) {
	w := newWorld(t)
	var begun, busy atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			_, work, err := w.Begin(t.Context(), "anna", "k", []byte("x"), time.Minute)
			switch {
			case work != nil:
				begun.Add(1)
			case errors.Is(err, redis.ErrInProgress):
				busy.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if begun.Load() != 1 || busy.Load() != 49 {
		t.Errorf("%d begun, %d told to wait", begun.Load(), busy.Load())
	}
}
