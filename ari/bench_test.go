package ari_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/ari"
)

// latencies collects how long requests took and reports percentiles in milliseconds.
type latencies struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *latencies) timed(f func() error) error {
	began := time.Now()
	err := f()
	d := time.Since(began)
	l.mu.Lock()
	l.all = append(l.all, d)
	l.mu.Unlock()
	return err
}

func (l *latencies) report(b *testing.B) {
	slices.Sort(l.all)
	for _, p := range []int{50, 95, 99} {
		d := l.all[min(len(l.all)-1, len(l.all)*p/100)]
		b.ReportMetric(float64(d.Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
}

var transports = []struct {
	name string
	kind ari.TransportKind
}{{"HTTP", ari.TransportHTTP}, {"WebSocket", ari.TransportWebSocket}}

// BenchmarkRequest sends one cheap request over and over from a number of goroutines.
func BenchmarkRequest(b *testing.B) {
	for _, tr := range transports {
		for _, concurrency := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/%d", tr.name, concurrency), func(b *testing.B) {
				cfg := config(node(b), appName(b))
				cfg.Transport = tr.kind
				s := connected(b, cfg)
				id, _ := echoChannel(b, s, cfg)
				var l latencies
				var left atomic.Int64
				left.Store(int64(b.N))
				b.ResetTimer()
				var wg sync.WaitGroup
				for range concurrency {
					wg.Go(func() {
						for left.Add(-1) >= 0 {
							if err := l.timed(func() error { _, err := s.Channels().Get(b.Context(), id); return err }); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				b.StopTimer()
				l.report(b)
			})
		}
	}
}

// BenchmarkCalls starts calls at a fixed rate, whether the earlier ones are done or not, as callers do. Each is created,
// dialled, answered, bridged, hung up: seven requests that wait for their events. Reported are the requests' times.
func BenchmarkCalls(b *testing.B) {
	for _, tr := range transports {
		for _, rate := range []int{20, 60, 100, 200} {
			b.Run(fmt.Sprintf("%s/%d-per-second", tr.name, rate), func(b *testing.B) {
				cfg := config(node(b), appName(b))
				cfg.Transport, cfg.RequestTimeout = tr.kind, time.Minute
				l := &callBench{session: connected(b, cfg), app: cfg.App, waiting: map[string]chan ari.Event{}}
				ctx, cancel := context.WithCancel(b.Context())
				consumed := make(chan struct{})
				go func() { defer close(consumed); l.consume(ctx) }()
				tick := time.NewTicker(time.Second / time.Duration(rate))
				defer tick.Stop()
				b.ResetTimer()
				var wg sync.WaitGroup
				for n := range b.N {
					<-tick.C
					wg.Go(func() {
						if err := l.call(ctx, n); err != nil {
							b.Error(err)
						}
					})
				}
				wg.Wait()
				b.StopTimer()
				l.report(b)
				cancel()
				<-consumed
			})
		}
	}
}

type callBench struct {
	latencies
	session *ari.Session
	app     string

	waitMu  sync.Mutex
	waiting map[string]chan ari.Event
}

func (c *callBench) consume(ctx context.Context) {
	for {
		item, err := c.session.Next(ctx)
		if err != nil {
			return
		}
		switch e := item.(type) {
		case *ari.StasisStart:
			c.hand(e.Channel.ID, e)
		case *ari.ChannelStateChange:
			c.hand(e.Channel.ID, e)
		case *ari.ChannelEnteredBridge:
			c.hand(e.Channel.ID, e)
		}
	}
}

func (c *callBench) hand(id string, e ari.Event) {
	c.waitMu.Lock()
	ch := c.waiting[id]
	c.waitMu.Unlock()
	if ch != nil {
		ch <- e
	}
}

func (c *callBench) call(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	id := fmt.Sprintf("%s-%d-%d", c.app, time.Now().UnixNano(), n)
	bridge := id + "-bridge" // never the channel's id: Asterisk would forward the events of only one of the two
	events := make(chan ari.Event, 32)
	c.waitMu.Lock()
	c.waiting[id] = events
	c.waitMu.Unlock()
	defer func() {
		c.waitMu.Lock()
		delete(c.waiting, id)
		c.waitMu.Unlock()
	}()
	s := c.session
	for _, step := range []struct {
		do   func() error
		wait ari.EventType
	}{
		{func() error {
			_, err := s.Channels().Create(ctx, ari.ChannelCreateParams{Endpoint: "Local/echo@ari-test/n", App: c.app, ChannelID: id})
			return err
		}, ari.EventStasisStart},
		{func() error { return s.Channels().Dial(ctx, id, ari.DialParams{}) }, ari.EventChannelStateChange},
		{func() error {
			_, err := s.Bridges().Create(ctx, ari.BridgeCreateParams{Type: "mixing", BridgeID: bridge})
			return err
		}, ""},
		{func() error {
			return s.Bridges().AddChannel(ctx, bridge, ari.AddChannelParams{Channel: []string{id}})
		}, ari.EventChannelEnteredBridge},
		{func() error {
			return s.Channels().SetVariable(ctx, id, ari.ChannelSetVariableParams{Variable: "A", Value: "1"})
		}, ""},
		{func() error { return s.Channels().Hangup(ctx, id, ari.HangupParams{}) }, ""},
		{func() error { return s.Bridges().Destroy(ctx, bridge) }, ""},
	} {
		if err := c.timed(step.do); err != nil {
			return err
		}
		for step.wait != "" {
			select {
			case e := <-events:
				if e.Header().Type == step.wait {
					step.wait = ""
				}
			case <-ctx.Done():
				return fmt.Errorf("waiting for %s: %w", step.wait, ctx.Err())
			}
		}
	}
	return nil
}
