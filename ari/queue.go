package ari

import (
	"context"
	"sync"
	"time"
)

// entry is one thing in the queue: an item, or a message that the consumer decodes when it gets to it.
type entry struct {
	item     Item // if not nil, the rest is unused
	kind     EventType
	raw      []byte
	received time.Time
	epoch    uint64
}

// entryCost is what an entry weighs beyond its message, roughly.
const entryCost = 96

func (e *entry) size() int64 { return int64(len(e.raw)) + entryCost }

// open returns the item, decoding it if need be.
func (e *entry) open() Item {
	if e.item != nil {
		return e.item
	}
	ev := decodeEvent(e.kind, e.raw)
	h := ev.Header()
	h.Received, h.Epoch = e.received, e.epoch
	return ev
}

// QueueStats measures the queue between the socket and the consumer.
type QueueStats struct {
	Length, HighWater           int   // items waiting now, and the most that ever were
	Bytes, HighWaterBytes       int64 // the same by weight
	Received, Skipped, Overflow uint64
}

// queue is unbounded in items and bounded by weight: push says so when the ceiling is reached, and the caller resets
// the connection instead of dropping an event. The reader pushes, one consumer pops.
type queue struct {
	ceiling int64
	wake    chan struct{} // holds a token when there may be something new
	room    chan struct{} // holds a token when the weight fell below half the ceiling

	mu     sync.Mutex
	in     []entry // filled by push
	out    []entry // being emptied by pop, swapped with in when used up
	next   int     // index into out
	stats  QueueStats
	closed error // pop returns it once everything was taken
}

func newQueue(ceiling int64) *queue {
	return &queue{ceiling: ceiling, wake: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// push appends. It returns false, and appends nothing, if the ceiling is reached; items (not messages) always fit.
func (q *queue) push(e entry) bool {
	q.mu.Lock()
	size := e.size()
	if e.item == nil && q.stats.Bytes+size > q.ceiling {
		q.stats.Overflow++
		q.mu.Unlock()
		return false
	}
	q.in = append(q.in, e)
	s := &q.stats
	s.Length++
	s.Bytes += size
	s.HighWater = max(s.HighWater, s.Length)
	s.HighWaterBytes = max(s.HighWaterBytes, s.Bytes)
	q.mu.Unlock()
	signal(q.wake)
	return true
}

// pop returns the oldest entry, waiting for one. After close it returns what is left, then the reason of the close.
func (q *queue) pop(ctx context.Context) (entry, error) {
	for {
		e, ok, err := q.tryPop()
		if ok || err != nil {
			return e, err
		}
		select {
		case <-q.wake:
		case <-ctx.Done():
			return entry{}, ctx.Err()
		}
	}
}

func (q *queue) tryPop() (entry, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.next == len(q.out) {
		if len(q.in) == 0 {
			if q.closed != nil {
				signal(q.wake) // for the next call
			}
			return entry{}, false, q.closed
		}
		q.out, q.in, q.next = q.in, q.reuse(q.out), 0
	}
	e := q.out[q.next]
	q.out[q.next] = entry{} // let go of the message
	q.next++
	q.stats.Length--
	before := q.stats.Bytes
	q.stats.Bytes -= e.size()
	if before > q.ceiling/2 && q.stats.Bytes <= q.ceiling/2 {
		signal(q.room)
	}
	return e, true, nil
}

// reuse keeps a small slice for the next round and lets a large one go, so that a burst does not hold its memory.
func (q *queue) reuse(s []entry) []entry {
	if cap(s) > 4096 {
		return nil
	}
	return s[:0]
}

// waitForRoom returns when the weight is at most half of the ceiling.
func (q *queue) waitForRoom(ctx context.Context) error {
	for {
		q.mu.Lock()
		fits := q.stats.Bytes <= q.ceiling/2
		q.mu.Unlock()
		if fits {
			return nil
		}
		select {
		case <-q.room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// count notes a message that was read, and whether it was skipped.
func (q *queue) count(skipped bool) {
	q.mu.Lock()
	q.stats.Received++
	if skipped {
		q.stats.Skipped++
	}
	q.mu.Unlock()
}

func (q *queue) snapshot() QueueStats {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.stats
}

func (q *queue) close(err error) {
	q.mu.Lock()
	if q.closed == nil {
		q.closed = err
	}
	q.mu.Unlock()
	signal(q.wake)
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
