package main

import (
	"context"
	"errors"
	"time"

	"switchroom/api"
	"switchroom/api/feed"
	"switchroom/engine"
	"switchroom/store/redis"
	"switchroom/store/sql"
)

// The API and the live store do not know each other; here they meet.

type liveFeed struct{ *redis.Store }

// Feed implements feed.Source.
func (l liveFeed) Feed(ctx context.Context, after string) ([]feed.Item, error) {
	items, err := l.Store.Feed(ctx, after)
	out := make([]feed.Item, len(items))
	for i, it := range items {
		out[i] = feed.Item(it)
	}
	return out, err
}

// Snapshot implements feed.Source.
func (l liveFeed) Snapshot(ctx context.Context, agentID string) (feed.Snapshot, error) {
	s, err := l.Store.Snapshot(ctx, agentID)
	return feed.Snapshot(s), err
}

type answers struct{ live *redis.Store }

// Begin implements api.Answers.
func (a answers) Begin(ctx context.Context, scope, key string, request []byte, limit time.Duration) (*api.Answer, api.Work, error) {
	answer, work, err := a.live.Begin(ctx, scope, key, request, limit)
	switch {
	case errors.Is(err, redis.ErrInProgress):
		return nil, nil, api.ErrInProgress
	case errors.Is(err, redis.ErrKeyReused):
		return nil, nil, api.ErrKeyReused
	case err != nil:
		return nil, nil, err
	case answer != nil:
		return (*api.Answer)(answer), nil, nil
	}
	return nil, answering{work}, nil
}

type answering struct{ *redis.Answering }

// Complete implements api.Work.
func (w answering) Complete(ctx context.Context, a api.Answer, ttl time.Duration) error {
	return w.Answering.Complete(ctx, redis.Answer(a), ttl)
}

// history is a call's journal, wherever its entries are now.
type history struct {
	live *redis.Store
	db   *sql.Store
}

// Journal implements api.History. What is not drained is read first: an entry that moves meanwhile is then found twice, not missed.
func (h history) Journal(ctx context.Context, callID string) ([]engine.Entry, error) {
	fresh, err := h.live.Undelivered(ctx, callID)
	if err != nil {
		return nil, err
	}
	out, err := h.db.Journal(ctx, callID)
	if err != nil {
		return nil, err
	}
	for _, e := range fresh {
		if e.Version != 0 && (len(out) == 0 || e.Version > out[len(out)-1].Version) {
			out = append(out, e)
		}
	}
	return out, nil
}
