package ari

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Session is a Stasis application's presence at one Asterisk: a client for requests, and a stream of what happens.
// Next has one consumer; everything else may be called from anywhere.
type Session struct {
	*Client
	queue    *queue
	filter   eventSet
	pingName string // begins the name of this session's ping events

	cancel  context.CancelFunc
	done    chan struct{}        // closed when run has returned
	current atomic.Pointer[conn] // nil while disconnected
	epoch   atomic.Uint64
	pings   atomic.Uint64

	mu     sync.Mutex
	status Status
}

// Open connects, and keeps connected until Close. The first attempt is made at once, within ctx. What an operator must
// mend (wrong password, an Asterisk that cannot be used) is returned as an error; an Asterisk that is not there yet is
// not an error: the session goes on trying, Status says so, and the stream begins with Connected when it succeeds.
func Open(ctx context.Context, cfg Config) (*Session, error) {
	if err := checkApp(cfg.App); err != nil {
		return nil, err
	}
	client, err := NewClient(cfg)
	if err != nil {
		return nil, err
	}
	s := &Session{
		Client:   client,
		queue:    newQueue(client.cfg.MaxQueuedBytes),
		filter:   newEventSet(client.cfg.Filter),
		pingName: "ari-ping-" + rand.Text() + "-",
		done:     make(chan struct{}),
	}
	s.status = Status{State: StateConnecting, Since: time.Now()}
	if cfg.Transport == TransportWebSocket {
		client.transport = &wsTransport{session: s, fallback: client.http}
	}
	first, err := s.connect(ctx)
	if err != nil && (permanent(err) || ctx.Err() != nil) {
		client.Close()
		return nil, fmt.Errorf("connecting to %s: %w", client.base.Host, err)
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	go s.run(life, first, err)
	return s, nil
}

// permanent faults do not go away by trying again.
func permanent(err error) bool { return IsUnauthorized(err) || errors.Is(err, ErrUnsupported) }

// Next returns the next item, waiting for it. Its error is ctx's, or the reason why the stream has ended for good:
// ErrClosed or ErrReplaced, after everything that came before was returned. Only one goroutine may call it.
func (s *Session) Next(ctx context.Context) (Item, error) {
	e, err := s.queue.pop(ctx)
	if err != nil {
		return nil, err
	}
	return e.open(), nil
}

// Epoch is the number of the current or last connection; 0 before the first.
func (s *Session) Epoch() uint64 { return s.epoch.Load() }

// Close ends the session and waits until its goroutines are gone. Items not yet taken stay readable.
func (s *Session) Close() {
	s.stop(ErrClosed)
	s.cancel()
	<-s.done
	s.http.pool.CloseIdleConnections()
}

// run owns the connection: it makes it, waits for its end, says so in the stream, and tries again.
func (s *Session) run(ctx context.Context, c *conn, err error) {
	defer close(s.done)
	wait := backoff{min: s.cfg.MinBackoff, max: s.cfg.MaxBackoff}
	for {
		if err == nil {
			began := time.Now()
			err = s.serve(ctx, c)
			wait.worked(time.Since(began))
		}
		if reason := s.ending(ctx, err); reason != nil {
			s.stop(reason)
			s.queue.close(reason)
			s.setStopped(reason)
			s.http.pool.CloseIdleConnections()
			return
		}
		delay := wait.next(permanent(err))
		s.setWaiting(err, delay)
		if !sleep(ctx, delay) || s.queue.waitForRoom(ctx) != nil {
			err = ErrClosed
			continue
		}
		s.setConnecting()
		c, err = s.connect(ctx)
	}
}

// ending returns why the session must end for good, or nil.
func (s *Session) ending(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, ErrReplaced):
		return ErrReplaced
	case ctx.Err() != nil:
		return ErrClosed
	}
	return nil
}

// serve begins the epoch, waits for the connection's end and ends the epoch.
func (s *Session) serve(ctx context.Context, c *conn) error {
	s.setConnected(c)
	s.current.Store(c)
	c.goLive()
	err := c.wait(ctx)
	s.current.Store(nil)
	if errors.Is(err, ErrReplaced) {
		s.stop(ErrReplaced)
	}
	s.queue.push(entry{item: Disconnected{Epoch: c.epoch, At: time.Now(), Err: err}})
	s.cfg.Logger.Warn("disconnected from Asterisk", "asterisk", s.base.Host, "epoch", c.epoch, "error", err)
	return err
}

// nextPing names a ping so that a late answer to an earlier one is not taken for it.
func (s *Session) nextPing() string {
	return s.pingName + strconv.FormatUint(s.pings.Add(1), 36)
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
