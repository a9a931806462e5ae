package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Errors of [Store.Begin] and [Answering.Complete].
var (
	// ErrInProgress: the same request came before and is not answered yet. Try again a little later.
	ErrInProgress = errors.New("the same request is still being worked on")
	// ErrKeyReused: the key came before with another request.
	ErrKeyReused = errors.New("the idempotency key belongs to another request")
	// ErrTooLate: the work took longer than its limit; the key may have been begun anew.
	ErrTooLate = errors.New("the work on the request took longer than it may")
)

// Answer is what a request was answered with.
type Answer struct {
	Status int
	Body   []byte
}

// Answering is the right, and the duty, to answer one request: call Complete or Forget. Not safe for concurrent use.
type Answering struct {
	store *Store
	key   string
	token string
}

// Begin looks a request up by its Idempotency-Key. Scope says whose key it is, such as the agent and the route: keys of different
// scopes are different. Request is all that makes it the same request; only its digest is kept.
//
// Just one of the results is set: the answer that it got before; or an Answering: it is new, do the work. While somebody is at it,
// ErrInProgress; when the key came with another request, ErrKeyReused. Whoever dies at work holds the key for limit.
func (s *Store) Begin(ctx context.Context, scope, key string, request []byte, limit time.Duration) (*Answer, *Answering, error) {
	work := &Answering{store: s, key: s.keys.answer(digest(scope, key)), token: rand.Text()}
	reply, err := s.run(ctx, beginScript, []string{work.key}, digest(string(request)), work.token, limit.Milliseconds())
	if err != nil {
		return nil, nil, fmt.Errorf("redis: look up an idempotency key: %w", err)
	}
	switch {
	case len(reply) == 1 && reply[0] == "begun":
		return nil, work, nil
	case len(reply) == 1 && reply[0] == "busy":
		return nil, nil, ErrInProgress
	case len(reply) == 1 && reply[0] == "other":
		return nil, nil, ErrKeyReused
	case len(reply) == 3 && reply[0] == "done":
		status, err := strconv.Atoi(reply[1])
		if err != nil {
			return nil, nil, fmt.Errorf("redis: look up an idempotency key: status: %w", err)
		}
		return &Answer{Status: status, Body: []byte(reply[2])}, nil, nil
	}
	return nil, nil, unexpected("begin", reply)
}

// Complete remembers the answer for ttl. It may be repeated.
func (w *Answering) Complete(ctx context.Context, a Answer, ttl time.Duration) error {
	reply, err := w.store.run(ctx, completeScript, []string{w.key}, w.token, a.Status, a.Body, ttl.Milliseconds())
	if err != nil {
		return fmt.Errorf("redis: remember an answer: %w", err)
	}
	if len(reply) != 1 || reply[0] != "ok" {
		return ErrTooLate
	}
	return nil
}

// Forget lets the request be done anew, after a failure that a repetition may cure. It may be repeated.
func (w *Answering) Forget(ctx context.Context) error {
	if _, err := w.store.run(ctx, completeScript, []string{w.key}, w.token, "", "", 0); err != nil {
		return fmt.Errorf("redis: forget a request: %w", err)
	}
	return nil
}
