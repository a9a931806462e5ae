package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/api"
	"switchroom/api/feed"
	"switchroom/engine"
	"switchroom/lab"
	"switchroom/store/redis"
)

// live fits the live store to what the API asks for, as cmd/switchroom does.
type live struct{ *redis.Store }

func (l live) Feed(ctx context.Context, after string) ([]feed.Item, error) {
	items, err := l.Store.Feed(ctx, after)
	out := make([]feed.Item, len(items))
	for i, it := range items {
		out[i] = feed.Item(it)
	}
	return out, err
}

func (l live) Snapshot(ctx context.Context, agentID string) (feed.Snapshot, error) {
	s, err := l.Store.Snapshot(ctx, agentID)
	return feed.Snapshot(s), err
}

func (l live) Begin(ctx context.Context, scope, key string, request []byte, limit time.Duration) (*api.Answer, api.Work, error) {
	a, w, err := l.Store.Begin(ctx, scope, key, request, limit)
	switch {
	case errors.Is(err, redis.ErrInProgress):
		return nil, nil, api.ErrInProgress
	case errors.Is(err, redis.ErrKeyReused):
		return nil, nil, api.ErrKeyReused
	case err != nil:
		return nil, nil, err
	case a != nil:
		return (*api.Answer)(a), nil, nil
	}
	return nil, work{w}, nil
}

type work struct{ *redis.Answering }

func (w work) Complete(ctx context.Context, a api.Answer, ttl time.Duration) error {
	return w.Answering.Complete(ctx, redis.Answer(a), ttl)
}

// node saves agents' records as the engine does.
type node struct {
	t     *testing.T
	store *redis.Store
	epoch uint64
	last  agent.Agent
}

func (n *node) put(name string) {
	n.t.Helper()
	n.last.Name = name
	n.last.Version++
	data, err := json.Marshal(engine.Look(time.Now(), n.last, nil))
	must(n.t, err)
	must(n.t, n.store.Save(n.t.Context(), engine.Batch{
		Node: "pbx1", Epoch: n.epoch, Agents: []agent.Agent{n.last}, Feed: []engine.Message{{Agent: n.last.ID, Type: engine.MessageView, Data: data}},
	}))
}

func onRedis(t *testing.T, o options) (*house, *node, *lab.Redis) {
	t.Helper()
	server, err := lab.StartRedisWith(t.Context(), lab.Need(t), t.TempDir(), lab.RedisOptions{Fsync: "always"})
	must(t, err)
	store, err := redis.Open(redis.Options{Addr: server.Addr()})
	must(t, err)
	epoch, err := store.Acquire(t.Context(), "pbx1", "controller", time.Hour)
	must(t, err)
	t.Cleanup(func() {
		if err := errors.Join(store.Close(), server.Stop()); err != nil {
			t.Error(err)
		}
	})
	o.deps = func(d *api.Deps) { d.Live, d.Answers = live{store}, live{store} }
	h := open(t, o)
	return h, &node{t: t, store: store, epoch: epoch, last: anna("")}, server
}

func TestTheFeedOnRedisResumesWithoutAGapAfterACut(t *testing.T) {
	h, n, _ := onRedis(t, options{})
	token := h.login("anna").AccessToken
	c := h.feed(token, "", 0)
	first := c.next()
	if first.Type != "snapshot" || first.Seq != 0 || first.Epoch == "" {
		t.Fatalf("%s", first.raw)
	}
	for i := range 30 {
		n.put(fmt.Sprint(i + 1))
		g := c.next()
		if g.Type != "view" || g.Seq != uint64(i+1) || g.name(t) != fmt.Sprint(i+1) {
			t.Fatalf("message %d: %s", i+1, g.raw)
		}
		if i%7 == 3 {
			must(t, c.ws.NetConn().Close())
			c = h.feed(token, first.Epoch, g.Seq)
			if g := c.next(); g.Type != "resumed" || g.Seq != uint64(i+1) {
				t.Fatalf("%s", g.raw)
			}
		}
	}
}

func TestAKilledRedisIsToldToClientsAndComesBackWithTheTruth(t *testing.T) {
	h, n, server := onRedis(t, options{config: func(c *api.Config) { c.Feed.Lost = 100 * time.Millisecond }})
	token := h.login("anna").AccessToken
	n.put("before")
	c := h.feed(token, "", 0)
	first := c.next()
	server.Kill()
	c.closed(feed.FeedLost)
	if r := h.do(request{method: "POST", path: "/api/v1/calls/c/hangup", token: token, key: "key-away"}); r.status != 503 || r.problem.Code != "store_away" || h.desk.take() != nil {
		t.Errorf("a command with a key while nobody can remember it: %d %s", r.status, r.body)
	}
	if r := h.do(request{method: "GET", path: "/ready"}); r.status != 503 {
		t.Errorf("ready: %d %s", r.status, r.body)
	}
	must(t, server.Restart(t.Context()))
	var g got
	eventually(t, "the feed is back", func() bool {
		var err error
		c = h.feed(token, first.Epoch, first.Seq)
		g, err = c.read()
		return err == nil
	})
	if g.Type != "snapshot" || g.Epoch != first.Epoch || g.Seq != 1 || g.name(t) != "before" {
		t.Errorf("%s", g.raw)
	}
	n.put("after")
	if g := c.next(); g.Seq != 2 || g.name(t) != "after" {
		t.Errorf("%s", g.raw)
	}
}

func TestARequestWithAKeyIsDoneOnceOnRedis(t *testing.T) {
	h, _, _ := onRedis(t, options{})
	r := request{method: "POST", path: "/api/v1/calls/c/hangup", token: h.login("anna").AccessToken, key: "key-on-redis"}
	a, b := h.do(r), h.do(r)
	if a.status != 204 || b.status != 204 || b.header.Get("Idempotency-Replayed") != "true" || len(h.desk.take()) != 1 {
		t.Errorf("%d, %d %v", a.status, b.status, b.header)
	}
	r.path = "/api/v1/calls/other/hangup"
	if got := h.do(r); got.problem.Code != "key_reused" {
		t.Errorf("%d %s", got.status, got.body)
	}
}
