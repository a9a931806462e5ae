package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"switchroom/agent"
	"switchroom/engine"
)

// Hub serves the clients of one organisation. Make it with [New], run it with [Hub.Run]; the other methods are safe for concurrent use.
type Hub struct {
	config   Config
	presence *presence
	lost     atomic.Bool              // the source has failed for too long
	away     atomic.Pointer[[]string] // the nodes that cannot be reached, by name; nil: none

	mu       sync.Mutex
	channels map[string]*channel // by agent
	conns    map[*conn]struct{}  // also those that have not said who they are
	closing  bool
	wg       sync.WaitGroup // of conns
}

// New makes a hub.
func New(c Config) *Hub {
	c.Limits.complete()
	if c.AbsentAfter <= 0 {
		c.AbsentAfter = 30 * time.Second
	}
	if c.Closed == nil {
		c.Closed = func(Code) {}
	}
	h := &Hub{config: c, channels: map[string]*channel{}, conns: map[*conn]struct{}{}}
	h.presence = newPresence(c.AbsentAfter, c.Absent, c.Log)
	return h
}

// Run reads the stream until ctx ends, then closes every socket and returns when all are gone.
func (h *Hub) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { h.presence.run(ctx) })
	wg.Go(func() { h.watchLeftBehind(ctx) })
	wg.Go(func() { h.watchNodes(ctx) })
	h.read(ctx)
	h.shutdown()
	wg.Wait()
}

// read takes the stream from its oldest message on, so that clients can resume over a restart of this process.
func (h *Hub) read(ctx context.Context) {
	for after := ""; ; {
		items, err := h.config.Source.Feed(ctx, after)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			h.outage(ctx, err)
			continue
		}
		for _, it := range items {
			h.channel(it.Agent).add(it, h.config.Limits.Kept)
			after = it.ID
		}
	}
}

// outage waits until the source answers again. Once it has been away for too long the clients are told: better no picture
// than an old one.
func (h *Hub) outage(ctx context.Context, err error) {
	since := time.Now()
	h.config.Log.LogAttrs(ctx, slog.LevelError, "feed cannot be read", slog.String("error", err.Error()))
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pingEvery):
		}
		bound, cancel := context.WithTimeout(ctx, lookLimit)
		err := h.config.Source.Ping(bound)
		cancel()
		if err == nil {
			break
		}
		if time.Since(since) > h.config.Limits.Lost && !h.lost.Swap(true) {
			h.each(func(c *conn) { c.end(FeedLost) })
		}
	}
	h.recovered(time.Since(since))
}

// pingEvery is how often a source that is away is asked.
const pingEvery = 200 * time.Millisecond

// recovered: what happened meanwhile may have been lost with the store's last moments, so every client gets a fresh snapshot.
func (h *Hub) recovered(away time.Duration) {
	h.config.Log.Info("feed is read again", "away", away)
	h.mu.Lock()
	all := make([]*channel, 0, len(h.channels))
	for _, c := range h.channels {
		all = append(all, c)
	}
	h.mu.Unlock()
	for _, c := range all {
		c.turnOver()
	}
	h.lost.Store(false)
}

func (h *Hub) channel(agentID string) *channel {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.channels[agentID]
	if c == nil {
		c = &channel{conns: map[*conn]struct{}{}}
		h.channels[agentID] = c
	}
	return c
}

func (h *Hub) each(f func(*conn)) {
	h.mu.Lock()
	all := make([]*conn, 0, len(h.conns))
	for c := range h.conns {
		all = append(all, c)
	}
	h.mu.Unlock()
	for _, c := range all {
		f(c)
	}
}

// EndSession closes the sockets of a login that is over.
func (h *Hub) EndSession(session string) {
	h.each(func(c *conn) {
		if c.sessionID() == session {
			c.end(SessionEnded)
		}
	})
}

// Sessions lists the logins whose sockets are open, each once.
func (h *Hub) Sessions() []string {
	var out []string
	h.each(func(c *conn) {
		if id := c.sessionID(); id != "" {
			out = append(out, id)
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// Sockets is how many there are now.
func (h *Hub) Sockets() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

// Look makes an agent's view now.
func (h *Hub) Look(ctx context.Context, agentID string) (Looked, error) {
	s, err := h.config.Source.Snapshot(ctx, agentID)
	if err != nil {
		return Looked{}, fmt.Errorf("snapshot of agent %s: %w", agentID, err)
	}
	if !s.Known {
		if s.Agent, err = h.config.Blank(ctx, agentID); err != nil {
			return Looked{}, err
		}
		s.Agent.Chosen = agent.LoggedOut
	}
	return Looked{Epoch: s.Epoch, Seq: s.Seq, View: engine.Look(h.config.Now(), s.Agent, s.Call)}, nil
}

// Serve talks to one client until either side ends it. It owns ws.
func (h *Hub) Serve(ws *websocket.Conn) {
	c := newConn(h, ws)
	h.mu.Lock()
	if h.closing {
		h.mu.Unlock()
		c.refuse(ShuttingDown)
		return
	}
	h.conns[c] = struct{}{}
	h.wg.Add(1)
	h.mu.Unlock()
	defer h.wg.Done()
	defer func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.conns, c)
	}()
	c.serve()
}

// attach makes a socket one of the agent's, or refuses.
func (h *Hub) attach(c *conn, agentID string) (*channel, error) {
	ch := h.channel(agentID)
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if len(ch.conns) >= h.config.Limits.Sockets {
		return nil, errTooMany
	}
	ch.conns[c] = struct{}{}
	h.presence.came(agentID)
	return ch, nil
}

var errTooMany = errors.New("too many sockets of one agent")

func (h *Hub) detach(c *conn, ch *channel, agentID string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	delete(ch.conns, c)
	if len(ch.conns) == 0 {
		h.presence.went(agentID)
	}
}

func (h *Hub) shutdown() {
	h.mu.Lock()
	h.closing = true
	h.mu.Unlock()
	h.each(func(c *conn) { c.end(ShuttingDown) })
	h.wg.Wait()
}

// watchLeftBehind starts the grace period of agents who were Ready when this process began and may have no browser any more.
func (h *Hub) watchLeftBehind(ctx context.Context) {
	for ctx.Err() == nil {
		list, err := h.config.Source.Agents(ctx)
		if err == nil {
			for _, a := range list {
				if a.Chosen == agent.Ready {
					h.presence.missing(a.ID)
				}
			}
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
