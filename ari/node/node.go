// Package node is one Asterisk as the engine's switch: it turns the call core's effects into ARI requests and ARI's events into the
// core's facts. It keeps no state of calls: what it needs to know it reads from the channel, or is told.
package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"switchroom/ari"
	"switchroom/engine"
)

// Config says which Asterisk, as which app.
type Config struct {
	Name     string // the node's name in call records
	URL      string // of Asterisk's HTTP server
	User     string
	Password string
	App      string // the Stasis app of the dialplan contract; empty: "switchroom"
	// MediaAddress is where phones' audio is bound and announced. Empty: Asterisk's choice, which asks DNS for the host's own name
	// on each call and stalls where that is not answered.
	MediaAddress string
	// Prompts is the folder on the node where the services' recordings lie. Empty: Asterisk's own sounds.
	Prompts string
	Log     *slog.Logger
}

// Node is one Asterisk. Make it with New; run it with Run.
type Node struct {
	name  string
	app   string
	log   *slog.Logger
	calls ari.Config
	phone ari.Config
	media string
	// asides are requests that a reader of events does not wait for. Run waits for them.
	asides sync.WaitGroup
	*client
}

var _ engine.Switch = (*Node)(nil)

// New makes a node; nothing is connected before Run, but requests may be made.
func New(cfg Config) (*Node, error) {
	if cfg.App == "" {
		cfg.App = "switchroom"
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	log := cfg.Log.With("node", cfg.Name)
	calls := ari.Config{URL: cfg.URL, User: cfg.User, Password: cfg.Password, App: cfg.App, Logger: log, Filter: ari.Filter{Allowed: []ari.EventType{
		ari.EventStasisStart, ari.EventStasisEnd, ari.EventChannelDestroyed, ari.EventChannelStateChange, ari.EventChannelHold, ari.EventChannelUnhold, ari.EventChannelTransfer,
		ari.EventDial, ari.EventPlaybackStarted, ari.EventPlaybackFinished,
	}}}
	c, err := ari.NewClient(calls)
	if err != nil {
		return nil, err
	}
	// Endpoints are watched by an app of their own: a subscription to an endpoint doubles the events of its channels.
	phone := calls
	phone.App += "-phones"
	phone.Filter = ari.Filter{Allowed: []ari.EventType{ari.EventContactStatusChange, ari.EventEndpointStateChange}}
	return &Node{name: cfg.Name, app: cfg.App, log: log, calls: calls, phone: phone, media: cfg.MediaAddress, client: &client{c: c, app: cfg.App, node: cfg.Name, prompts: cfg.Prompts}}, nil
}

// Run connects and tells facts what happens until ctx ends, or somebody else takes over the app (an error: this controller must stop).
func (n *Node) Run(ctx context.Context, facts engine.Facts) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	phones := make(chan error, 1)
	go func() {
		defer cancel() // whoever loses one of the apps has lost the node
		phones <- n.watchPhones(ctx, facts)
	}()
	err := n.watchCalls(ctx, facts)
	cancel()
	err = errors.Join(err, <-phones)
	n.asides.Wait()
	return err
}

// Version asks which Asterisk it is.
func (n *Node) Version(ctx context.Context) (string, error) {
	info, err := n.c.Asterisk().GetInfo(ctx, ari.GetInfoParams{})
	if err != nil || info.System == nil {
		return "", fmt.Errorf("node %s: ask for the version: %w", n.name, err)
	}
	return info.System.Version, nil
}

// Close frees the connections of requests.
func (n *Node) Close() { n.c.Close() }

// session runs one app's stream until ctx ends.
func (n *Node) session(ctx context.Context, cfg ari.Config, handle func(ari.Item)) error {
	s, err := n.open(ctx, cfg)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("node %s: %w", n.name, err)
	}
	defer s.Close()
	for {
		item, err := s.Next(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("node %s: %w", n.name, err)
		}
		handle(item)
	}
}

// open tries until Asterisk can be used: a wrong password or a missing module is said loudly, and mended without a restart of ours.
func (n *Node) open(ctx context.Context, cfg ari.Config) (*ari.Session, error) {
	for {
		s, err := ari.Open(ctx, cfg)
		if err == nil || ctx.Err() != nil {
			return s, err
		}
		n.log.Error("Asterisk cannot be used; will try again in 5 s", "err", err)
		if err := pause(ctx, 5*time.Second); err != nil {
			return nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
