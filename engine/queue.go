package engine

import (
	"slices"
	"sync"
)

// queue is an unbounded first-in-first-out queue with one reader: facts from the switch are never dropped, and whoever brings them never waits.
type queue[T any] struct {
	mu    sync.Mutex
	items []T
	wake  chan struct{} // holds one token while there may be items
}

func newQueue[T any]() *queue[T] { return &queue[T]{wake: make(chan struct{}, 1)} }

func (q *queue[T]) push(v T) {
	q.mu.Lock()
	q.items = append(q.items, v)
	q.mu.Unlock()
	q.poke()
}

func (q *queue[T]) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue[T]) pop() (v T, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		return v, false
	}
	v = q.items[0]
	q.items = q.items[1:]
	if len(q.items) == 0 {
		q.items = nil
	}
	return v, true
}

// remove takes out and returns the items that match, in order.
func (q *queue[T]) remove(match func(T) bool) (out []T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = slices.DeleteFunc(q.items, func(v T) bool {
		if match(v) {
			out = append(out, v)
			return true
		}
		return false
	})
	return out
}
