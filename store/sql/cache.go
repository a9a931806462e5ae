package sql

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"switchroom/engine"
)

// CacheFor is how old settings in memory may get before they are read again. A change through this process counts at
// once; one through another process after this time.
const CacheFor = 10 * time.Second

// cache keeps settings of the hot path. When the database is away, what is in memory goes on being used, so that calls go on.
type cache struct {
	queues   kept[engine.Queue]
	people   kept[engine.Person]
	services kept[engine.Service]
	frequent kept[[]engine.FrequentNumber]

	reading sync.RWMutex // read-locked by each read whose askers may have gone; close waits for them
	closed  bool
}

// close waits for the reads under way; from then on there are none.
func (c *cache) close() {
	c.reading.Lock()
	defer c.reading.Unlock()
	c.closed = true
}

// drop forgets everything: settings change rarely, and one change can mean many entries.
func (c *cache) drop() {
	c.queues.drop()
	c.people.drop()
	c.services.drop()
	c.frequent.drop()
}

var errClosed = errors.New("the database is closed")

type kept[T any] struct {
	mu         sync.Mutex
	generation uint64 // counts drops: what was read before one is not kept after it
	items      map[string]item[T]
	flight     singleflight.Group
}

// loaded reads a key for all who ask for it at the same time: when four hundred pages come back at once, one reads. Who asks after a drop joins nobody who began before it.
func (k *kept[T]) loaded(ctx context.Context, s *Store, generation uint64, key string, load func(context.Context, string) (T, error)) (none T, err error) {
	read := k.flight.DoChan(strconv.FormatUint(generation, 10)+" "+key, func() (any, error) {
		s.cache.reading.RLock()
		defer s.cache.reading.RUnlock()
		if s.cache.closed {
			return nil, errClosed
		}
		return load(context.WithoutCancel(ctx), key) // the others want it even when the first has gone; load has a bound in time
	})
	select {
	case r := <-read:
		v, _ := r.Val.(T)
		return v, r.Err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

type item[T any] struct {
	value T
	err   error // engine.ErrUnknown is kept too
	at    time.Time
}

// maxUnknown bounds how many names that do not exist are remembered: callers choose them.
const maxUnknown = 10_000

func (k *kept[T]) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.generation++
	k.items = nil
}

func (k *kept[T]) get(ctx context.Context, s *Store, key string, load func(context.Context, string) (T, error)) (T, error) {
	k.mu.Lock()
	old, found := k.items[key]
	generation := k.generation
	k.mu.Unlock()
	if found && s.now().Sub(old.at) < CacheFor {
		return old.value, old.err
	}
	v, err := k.loaded(ctx, s, generation, key, load)
	if err != nil && !errors.Is(err, engine.ErrUnknown) {
		if found {
			s.log.LogAttrs(ctx, slog.LevelWarn, "database is away, going on with settings in memory", slog.String("error", err.Error()))
			return old.value, old.err
		}
		return v, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.generation == generation {
		if k.items == nil || len(k.items) >= maxUnknown {
			k.items = map[string]item[T]{}
		}
		k.items[key] = item[T]{value: v, err: err, at: s.now()}
	}
	return v, err
}
