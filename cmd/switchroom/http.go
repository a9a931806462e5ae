package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"switchroom/api"
	"switchroom/engine"
	"switchroom/reach"
	"switchroom/signin"
	"switchroom/store/redis"
	"switchroom/store/sql"
	"switchroom/web"
)

// server puts the API together.
func (c *serveCmd) server(log *slog.Logger, registry *prometheus.Registry, e *engine.Engine, live *redis.Store, db *sql.Store, events, providers reach.Guard) (*api.Server, error) {
	sip, err := url.Parse(strings.Replace(c.SIPSocket, "http", "ws", 1))
	if err != nil {
		return nil, fmt.Errorf("SWITCHROOM_SIP_SOCKET: %w", err)
	}
	deps := api.Deps{
		Desk: e, Live: liveFeed{live}, Answers: answers{live}, Accounts: db, Settings: db, Outbound: db, Prompts: db, Admin: db, Nodes: live, Audit: db,
		History: history{live, db}, Records: db, Webhooks: db, CheckURL: events.CheckURL, Providers: db, SignIn: signin.New(providers, nil), Numbers: db, Page: web.Files(),
	}
	var public *url.URL
	if c.PublicURL != "" {
		if public, err = url.Parse(strings.TrimSuffix(c.PublicURL, "/")); err != nil {
			return nil, fmt.Errorf("SWITCHROOM_PUBLIC_URL: %w", err)
		}
	}
	if c.DemoButton != "" {
		deps.Demo = demoButton(c.DemoButton)
	}
	return api.New(api.Config{TokenKey: []byte(c.Secret), AccessTTL: c.AccessTTL, PublicURL: public, TrustedProxies: c.TrustedProxies, MetricsToken: c.MetricsToken, AdministratorFactor: c.AdministratorFactor, SIP: sip, ICE: iceServers(c.ICE), Metrics: registry, Log: log}, deps)
}

// serveHTTP serves the API, the feed and the page until ctx ends; sockets are then closed with a code that tells clients to come back.
func (c *serveCmd) serveHTTP(ctx context.Context, log *slog.Logger, server *api.Server) error {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen at %s: %w; choose another address with SWITCHROOM_LISTEN", c.Listen, err)
	}
	h := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	served := make(chan error, 1)
	go func() { served <- h.Serve(listener) }()
	running := make(chan struct{})
	go func() { defer close(running); server.Run(ctx) }()
	log.Info("serving", "address", "http://"+listener.Addr().String())
	select {
	case err := <-served:
		return fmt.Errorf("serve at %s: %w", c.Listen, err)
	case <-ctx.Done():
	}
	<-running
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := h.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

func iceServers(urls []string) []api.ICEServer {
	if len(urls) == 0 {
		return nil
	}
	return []api.ICEServer{{URLs: urls}}
}
