// Command feed measures how soon a changed status is at the clients.
//
//	go run ./bench/feed            table on standard output, bench/out/feed.json
//
// Two hundred agents are connected to "switchroom serve", as it is delivered, by WebSocket, with a real Asterisk and Redis. Every few dozen milliseconds one of them, at
// random, chooses another status by the REST API. Times run from before the request is sent until the client has read the message with that status.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"switchroom/agent"
	"switchroom/api/contract"
	"switchroom/bench/internal/delivered"
	"switchroom/bench/internal/rig"
	"switchroom/engine"
)

type options struct {
	clients, changes int
	every            time.Duration
	out              string
}

func main() {
	log.SetFlags(0)
	var o options
	flag.IntVar(&o.clients, "clients", 200, "agents with a feed")
	flag.IntVar(&o.changes, "changes", 4000, "changes of a status")
	flag.DurationVar(&o.every, "every", 20*time.Millisecond, "time between two changes")
	flag.StringVar(&o.out, "out", "bench/out", "folder for the results and the controller's log")
	flag.Parse()
	if o.clients < 1 || o.clients > 1000 || o.changes < 1 || o.every <= 0 {
		log.Fatal("bench: clients must be 1 to 1000, changes at least 1, every more than nothing")
	}
	rig.Main(func(ctx context.Context) error { return run(ctx, o) })
}

func run(ctx context.Context, o options) error {
	s, err := delivered.Start(ctx, "feed", o.out, o.clients)
	if err != nil {
		return err
	}
	defer s.Close()
	idle := make(chan *client, o.clients)
	for _, i := range rand.Perm(o.clients) {
		c, err := connect(ctx, s.Base, i)
		if err != nil {
			return fmt.Errorf("connect %s: %w", delivered.Login(i), err)
		}
		s.OnClose(c.ws.Close)
		idle <- c
	}
	log.Printf("%d clients are connected; a status is changed every %v", o.clients, o.every)
	times, err := change(ctx, o, idle)
	if err != nil {
		return err
	}
	rows := []delivered.Row{delivered.Summarise("the client has the changed status", times)}
	delivered.Print(rows)
	return delivered.Write(filepath.Join(o.out, "feed.json"), rows)
}

// change changes statuses at a steady pace, each of the client that was not changed for longest, and returns how long each took.
func change(ctx context.Context, o options, idle chan *client) (times []time.Duration, err error) {
	var mu sync.Mutex
	var faults []error
	var all sync.WaitGroup
	pace := time.NewTicker(o.every)
	defer pace.Stop()
	for range o.changes {
		<-pace.C
		c := <-idle
		all.Go(func() {
			took, err := c.change(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				faults = append(faults, err)
			}
			times = append(times, took)
			idle <- c
		})
	}
	all.Wait()
	return times, errors.Join(faults...)
}

// client is an agent's page: its requests and its feed.
type client struct {
	delivered.Page
	ws     *websocket.Conn
	status agent.Choice
	seen   chan agent.Code // each view's
}

func connect(ctx context.Context, base string, i int) (*client, error) {
	c := &client{Page: delivered.Page{Base: base}, status: agent.Business, seen: make(chan agent.Code, 16)}
	if err := c.Login(ctx, i); err != nil {
		return nil, err
	}
	ws, _, err := websocket.DefaultDialer.DialContext(ctx, strings.Replace(base, "http", "ws", 1)+"/api/v1/feed", nil)
	if err != nil {
		return nil, err
	}
	c.ws = ws
	go c.read()
	return c, ws.WriteJSON(contract.FeedHello{Type: contract.FeedHelloTypeHello, Token: c.Token})
}

// read reads views until the socket is closed.
func (c *client) read() {
	defer close(c.seen)
	for {
		_, raw, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		var m struct {
			Type string
			Data engine.View
		}
		if json.Unmarshal(raw, &m) == nil && m.Type == "view" {
			c.seen <- m.Data.Status.Code
		}
	}
}

// change chooses Rest after Business and Business after Rest, and waits until the feed has it.
func (c *client) change(ctx context.Context) (time.Duration, error) {
	want := map[agent.Choice]agent.Code{agent.Business: agent.ShowBusiness, agent.Rest: agent.ShowRest}
	next := agent.Rest
	if c.status == agent.Rest {
		next = agent.Business
	}
	began := time.Now()
	answered := make(chan error, 1)
	go func() { answered <- c.Choose(ctx, next) }()
	limit := time.After(delivered.Within)
	for {
		select {
		case code, open := <-c.seen:
			if !open {
				return 0, errors.New("the feed was closed")
			}
			if code == want[next] {
				took := time.Since(began)
				c.status = next
				return took, <-answered
			}
		case <-limit:
			return 0, fmt.Errorf("no client was told of %s within %v", next, delivered.Within)
		}
	}
}
