// Command controller is the controller under load, as a process of its own: the engine, its stores and its node are the product's,
// the settings are in memory, because hundreds of passwords would have to be hashed for people who never log in to a page.
// It reads its configuration from standard input as JSON, logs every agent in, makes them Ready, writes one line {"ready":true} to standard
// output and then serves until SIGTERM.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	_ "net/http/pprof" //nolint:gosec // loopback only, and only when asked for
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"switchroom/agent"
	"switchroom/ari/node"
	"switchroom/bench/internal/house"
	"switchroom/engine"
	"switchroom/store/redis"
	"switchroom/store/sql"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // as "switchroom serve" does
	}
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "controller:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var c house.Controller
	if err := json.NewDecoder(os.Stdin).Decode(&c); err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo}))
	debug, err := listenDebug(c.Profile)
	if err != nil {
		return err
	}
	db, err := sql.Open(ctx, sql.Config{URL: c.Database, Log: log})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	st, err := redis.Open(redis.Options{Addr: c.Redis})
	if err != nil {
		return err
	}
	defer st.Close()
	n, err := node.New(node.Config{Name: c.Node, URL: c.ARIURL, User: c.User, Password: c.Password, Log: log})
	if err != nil {
		return err
	}
	defer n.Close()
	e := engine.New(engine.Options{Node: c.Node, Owner: "bench", Switch: n, Store: st, Settings: house.Settings(c.Accounts), Ledger: db, Log: log})

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx, func(ctx context.Context) error { return n.Run(ctx, e) }) }()
	go drain(ctx, st, db, log)
	if err := allReady(ctx, e, c.Accounts); err != nil {
		cancel()
		return errors.Join(err, <-ended)
	}
	if err := json.NewEncoder(os.Stdout).Encode(house.Started{Ready: true, Debug: debug}); err != nil {
		return err
	}
	return <-ended
}

// drain takes the journal from Redis to the database, as the product does.
func drain(ctx context.Context, st *redis.Store, db *sql.Store, log *slog.Logger) {
	for ctx.Err() == nil {
		err := st.DrainJournal(ctx, time.Second, func(entries []engine.Entry) error { return db.AppendJournal(ctx, entries) })
		if ctx.Err() == nil {
			log.Warn("drain the journal; will try again", "err", err)
			time.Sleep(time.Second)
		}
	}
}

// allReady logs every agent in, once the phones are reachable, and makes them Ready.
func allReady(ctx context.Context, e *engine.Engine, accounts []engine.Account) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for _, a := range accounts {
		for {
			err := e.Login(ctx, a.Agent)
			if r, _ := e.Agent(a.Agent); err == nil && r.Phone.Reachable {
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("agent %s cannot work: %w (%w)", a.Agent, ctx.Err(), err)
			case <-tick.C:
			}
		}
		if err := e.Choose(ctx, a.Agent, agent.Ready, ""); err != nil {
			return fmt.Errorf("agent %s to Ready: %w", a.Agent, err)
		}
	}
	return nil
}

// listenDebug serves profiles on a free loopback port.
func listenDebug(wanted bool) (string, error) {
	if !wanted {
		return "", nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: http.DefaultServeMux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }() // ends with the process
	return l.Addr().String(), nil
}
