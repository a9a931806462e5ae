package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"runtime/debug"
	"time"

	"switchroom/ari/node"
	"switchroom/engine"
	"switchroom/reach"
	"switchroom/seal"
	"switchroom/store/disk"
	"switchroom/store/redis"
	"switchroom/store/sql"
	"switchroom/trace"
	"switchroom/webhook"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
)

// serveCmd is the controller's configuration. Secrets come from the environment or files, never from flags alone: flags are seen by everybody
// on the machine.
type serveCmd struct {
	Node  string `help:"Name of the Asterisk node, the same for ever." default:"main" env:"SWITCHROOM_NODE"`
	Owner string `help:"Name of this controller, the same over its restarts and different from every other's. Default: the host's name." env:"SWITCHROOM_OWNER"`

	ARIURL      string `name:"ari-url" help:"Asterisk's HTTP server." default:"http://127.0.0.1:8088" env:"SWITCHROOM_ARI_URL"`
	ARIUser     string `name:"ari-user" help:"User in ari.conf." default:"switchroom" env:"SWITCHROOM_ARI_USER"`
	ARIPassword string `name:"ari-password" help:"Its password; better in the environment." required:"" env:"SWITCHROOM_ARI_PASSWORD"`
	Media       string `name:"media-address" help:"Address that phones' audio is bound to and announced with. Empty: Asterisk's choice, which asks DNS for its own host name." env:"SWITCHROOM_MEDIA_ADDRESS"`
	Prompts     string `help:"Folder on the node's disk for the services' messages (forced disconnect), which this controller writes and Asterisk reads, by the same path. Empty: Asterisk's own sounds." env:"SWITCHROOM_PROMPTS"`
	SIPSocket   string `name:"sip-socket" help:"Asterisk's SIP over WebSocket, to which browsers are passed on. Default: /ws at the ARI URL." env:"SWITCHROOM_SIP_SOCKET"`

	Redis    string `help:"redis://[user:password@]host:port[/db]." default:"redis://127.0.0.1:6379/0" env:"SWITCHROOM_REDIS"`
	Database string `help:"sqlite:<path>, postgres://user:password@host/database or mysql://user:password@host/database; a password better in the environment." default:"sqlite:switchroom.db" env:"SWITCHROOM_DATABASE"`

	Listen          string         `help:"Where the API and the page are served. Put a TLS proxy in front for anything but loopback." default:"127.0.0.1:8080" env:"SWITCHROOM_LISTEN"`
	PublicURL       string         `name:"public-url" help:"Where people open the page, such as https://calls.example.com. Default: wherever a request came to, which behind a TLS proxy is not it." env:"SWITCHROOM_PUBLIC_URL"`
	TrustedProxies  []netip.Prefix `name:"trusted-proxies" help:"Networks of proxies that set X-Forwarded-For and X-Forwarded-Proto themselves, such as 127.0.0.1/32: without it every person seems to come from the proxy." env:"SWITCHROOM_TRUSTED_PROXIES"`
	MetricsToken    string         `name:"metrics-token" help:"Token for /metrics; better in the environment. Without one it is there for this machine only." env:"SWITCHROOM_METRICS_TOKEN"`
	Secret          string         `help:"Key that signs access tokens, at least 32 characters; better in the environment." required:"" env:"SWITCHROOM_SECRET"`
	SecretKey       string         `name:"secret-key" help:"Keys that seal secrets in the database, 32 bytes in base64 each: the first seals, all open; better in the environment. Without one, features that store secrets are refused." env:"SWITCHROOM_SECRET_KEY"`
	WebhookNetworks []string       `name:"webhook-networks" help:"Networks that events may be sent to though they are not public, such as 10.1.0.0/16; 127.0.0.0/8 also allows http to this machine." env:"SWITCHROOM_WEBHOOK_NETWORKS"`
	OIDCNetworks    []string       `name:"oidc-networks" help:"Networks that OpenID Connect providers may be in though they are not public, such as 10.1.0.0/16; 127.0.0.0/8 also allows http to this machine." env:"SWITCHROOM_OIDC_NETWORKS"`
	ICE             []string       `name:"ice" help:"STUN and TURN servers for browsers: stun:host:port, turn:host:port." env:"SWITCHROOM_ICE"`

	AccessTTL time.Duration `name:"access-ttl" help:"Life of an access token. Clients renew theirs without being asked." default:"10m" env:"SWITCHROOM_ACCESS_TTL"`

	AdministratorFactor bool `name:"administrator-factor" help:"Demand a second factor (TOTP) of administrators." env:"SWITCHROOM_ADMINISTRATOR_FACTOR"`

	DemoButton string `name:"demo-button" hidden:"" env:"SWITCHROOM_DEMO_BUTTON"` // address of the demo that places calls; empty: this is no demo

	Rescue time.Duration `help:"How long a waiting caller stays with a dead controller before the dialplan takes over." default:"60s" env:"SWITCHROOM_RESCUE"`
	Lease  time.Duration `help:"How soon another controller may take over a node from a dead one." default:"3s" env:"SWITCHROOM_LEASE"`
}

// Run runs the controller until ctx ends (nil), or it has to stop: another controller took its node over, or a setting is wrong.
func (c *serveCmd) Run(ctx context.Context, log *slog.Logger) error {
	if err := c.complete(); err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		// A heap of tens of megabytes is collected often by default, and each collection makes callers wait on a busy machine: at 100
		// calls/s the slowest twentieth waited half as long with this (docs/performance.md). It costs about 15 MB.
		debug.SetGCPercent(400)
	}
	box, err := seal.New(c.SecretKey)
	if err != nil {
		return fmt.Errorf("SWITCHROOM_SECRET_KEY: %w", err)
	}
	guard, err := reach.Parse("SWITCHROOM_WEBHOOK_NETWORKS", c.WebhookNetworks)
	if err != nil {
		return err
	}
	providers, err := reach.Parse("SWITCHROOM_OIDC_NETWORKS", c.OIDCNetworks)
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, c.Database, box, log)
	if err != nil {
		return err
	}
	defer db.Close()
	live, err := redis.Open(redis.Options{URL: c.Redis})
	if err != nil {
		return err
	}
	defer live.Close()
	if err := waitForRedis(ctx, live, log); err != nil {
		return err
	}
	n, err := node.New(node.Config{Name: c.Node, URL: c.ARIURL, User: c.ARIUser, Password: c.ARIPassword, MediaAddress: c.Media, Prompts: c.Prompts, Log: log})
	if err != nil {
		return err
	}
	defer n.Close()
	tracer, err := trace.New(ctx, trace.Config{Version: version, Node: c.Node, Owner: c.Owner, Log: log})
	if err != nil {
		return err
	}
	defer closeTracer(ctx, tracer)
	registry := prometheus.NewRegistry()
	e := engine.New(engine.Options{
		Node: c.Node, Owner: c.Owner, LeaseTTL: c.Lease, Rescue: c.Rescue, Switch: n, Store: live, Settings: db, Outbound: db, Ledger: db, Log: log, Metrics: registry, Trace: tracer,
	})
	server, err := c.server(log, registry, e, live, db, guard, providers)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return e.Run(ctx, func(ctx context.Context) error { return n.Run(ctx, e) })
	})
	g.Go(func() error { return drainJournal(ctx, live, db, tracer, log) })
	g.Go(func() error { forget(ctx, db, log); return nil })
	sender := webhook.New(webhook.Config{Outbox: db, Owner: c.Owner, Guard: guard, Point: engine.Fault, Log: log, Metrics: registry, Trace: tracer})
	g.Go(func() error { sender.Run(ctx); return nil })
	if c.Prompts != "" {
		g.Go(func() error { disk.New(c.Prompts, db, log).Run(ctx); return nil })
	}
	g.Go(func() error { reportNode(ctx, c.report(), e, n, live, log); return nil })
	g.Go(func() error {
		db.Watch(ctx, func(ctx context.Context) { e.SettingsChanged(); server.SettingsChanged(ctx) })
		return nil
	})
	g.Go(func() error { return c.serveHTTP(ctx, log, server) })
	return g.Wait()
}

func (c *serveCmd) complete() error {
	if c.Owner == "" {
		host, err := os.Hostname()
		if err != nil {
			return fmt.Errorf("name this controller with --owner: %w", err)
		}
		c.Owner = host
	}
	if len(c.Secret) < 32 {
		return errors.New("SWITCHROOM_SECRET must have at least 32 characters; make one with: openssl rand -hex 32")
	}
	if c.SIPSocket == "" {
		c.SIPSocket = c.ARIURL + "/ws"
	}
	return nil
}

// openDatabase opens the database, without a box for secrets where none is needed, and brings it up to date; several controllers may do so at once.
func openDatabase(ctx context.Context, url string, box *seal.Box, log *slog.Logger) (*sql.Store, error) {
	db, err := sql.Open(ctx, sql.Config{URL: url, Secrets: box, Log: log})
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// waitForRedis waits for Redis to come up and load its data: after a power cut everything starts at once.
func waitForRedis(ctx context.Context, live *redis.Store, log *slog.Logger) error {
	for {
		err := live.Ping(ctx)
		if err == nil {
			return nil
		}
		log.Warn("waiting for Redis", "err", err)
		if err := sleep(ctx, time.Second); err != nil {
			return err
		}
	}
}

// drainJournal moves the calls' journal from Redis to the database. Both may go away; nothing is lost meanwhile.
func drainJournal(ctx context.Context, live *redis.Store, db *sql.Store, tracer *trace.Tracer, log *slog.Logger) error {
	for {
		err := live.DrainJournal(ctx, time.Second, func(entries []engine.Entry) error {
			began := time.Now()
			err := db.AppendJournal(context.WithoutCancel(ctx), entries) // bounded by itself: what was begun is finished when we stop
			if err == nil {
				drained(tracer, entries, began)
			}
			return err
		})
		if ctx.Err() != nil {
			return nil
		}
		log.Warn("move the journal to the database; will try again", "err", err)
		if sleep(ctx, 2*time.Second) != nil {
			return nil
		}
	}
}

// drained tells in the trace of each call that its steps are in the database.
func drained(tracer *trace.Tracer, entries []engine.Entry, began time.Time) {
	if tracer == nil {
		return
	}
	told := map[string]bool{}
	for _, e := range entries {
		if !told[e.Call] {
			told[e.Call] = true
			tracer.Past(e.Call, "drain", "", began, time.Now())
		}
	}
}

// closeTracer sends what is left, within a bound in time.
func closeTracer(ctx context.Context, tracer *trace.Tracer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	_ = tracer.Close(ctx) // what went wrong is in the log
}

const (
	forgetEvery = time.Hour
	// forgetPause lets others write between two batches.
	forgetPause = 200 * time.Millisecond
)

// forget deletes personal data whose service's time is over, until ctx ends.
func forget(ctx context.Context, db *sql.Store, log *slog.Logger) {
	for wait, done := time.Duration(0), 0; sleep(ctx, wait) == nil; {
		n, err := db.Retain(ctx)
		switch done += n; {
		case err != nil && ctx.Err() == nil:
			log.Warn("delete old personal data; will try again", "err", err)
			wait = time.Minute
		case n > 0:
			wait = forgetPause
		default:
			if done > 0 {
				log.Info("deleted old personal data", "records", done)
			}
			wait, done = forgetEvery, 0
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
