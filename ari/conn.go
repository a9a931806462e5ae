package ari

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// conn is one event socket, from the upgrade to its end. Its reader goroutine does nothing that can wait.
type conn struct {
	session *Session
	client  *Client // by HTTP, for the pings
	ws      *websocket.Conn
	epoch   uint64
	info    Info
	rest    pendingRequests
	pongs   chan string // names of ping events that came back

	lastEvent atomic.Int64 // when an event was read, in Unix nanoseconds

	failOnce sync.Once
	cause    error // why it ended; set before failed is closed
	failed   chan struct{}
	workers  sync.WaitGroup

	mu   sync.Mutex
	live bool
	held []entry // what arrived before goLive
}

func newConn(s *Session, client *Client, ws *websocket.Conn, epoch uint64, info Info) *conn {
	c := &conn{
		session: s, client: client, ws: ws, epoch: epoch, info: info,
		pongs: make(chan string, 16), failed: make(chan struct{}),
	}
	c.rest.init()
	ws.SetReadLimit(maxResponse)
	ws.SetPongHandler(func(string) error { return c.extend() })
	c.workers.Go(c.read)
	return c
}

// goLive begins the epoch in the stream.
func (c *conn) goLive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live = true
	c.session.queue.push(entry{item: Connected{Epoch: c.epoch, At: time.Now(), Info: c.info}})
	for _, e := range c.held {
		if !c.session.queue.push(e) {
			c.fail(ErrOverflow)
			break
		}
	}
	c.held = nil
}

// wait returns the reason of the connection's end, once nothing of it is left.
func (c *conn) wait(ctx context.Context) error {
	c.workers.Go(c.watch)
	select {
	case <-c.failed:
	case <-ctx.Done():
		c.fail(ErrClosed)
	}
	return c.finish()
}

// fail ends the connection. The first reason stays.
func (c *conn) fail(err error) {
	c.failOnce.Do(func() {
		c.cause = err
		close(c.failed)
		deadline := time.Now().Add(100 * time.Millisecond)
		msg := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = c.ws.WriteControl(websocket.CloseMessage, msg, deadline) // a courtesy: the socket goes either way
		_ = c.ws.Close()
	})
}

// finish waits for the connection's goroutines.
func (c *conn) finish() error {
	c.workers.Wait()
	return c.cause
}

// read drains the socket until it ends.
func (c *conn) read() {
	var buf bytes.Buffer
	for {
		if err := c.extend(); err != nil {
			c.fail(fmt.Errorf("%w: %w", ErrConnectionLost, err))
			return
		}
		_, r, err := c.ws.NextReader()
		if err == nil {
			buf.Reset()
			_, err = io.Copy(&buf, r)
		}
		if err != nil {
			c.fail(fmt.Errorf("%w: %w", ErrConnectionLost, err))
			return
		}
		if err := c.dispatch(buf.Bytes(), time.Now()); err != nil {
			c.fail(err)
			return
		}
	}
}

// extend moves the read deadline: something arrives at least once per ping.
func (c *conn) extend() error {
	cfg := &c.session.cfg
	return c.ws.SetReadDeadline(time.Now().Add(cfg.PingInterval + 2*cfg.PingTimeout))
}

// dispatch routes one message; raw is only valid until it returns.
func (c *conn) dispatch(raw []byte, received time.Time) error {
	t, err := topLevel(raw, "type")
	kind := EventType(t)
	switch {
	case err != nil || kind == "":
		// Not ours to judge: it reaches the consumer as UnknownEvent.
	case kind == eventRESTResponse:
		c.rest.resolve(raw)
		return nil
	case kind == EventApplicationReplaced:
		c.session.stop(ErrReplaced) // at once, however long the queue is
	case kind == EventChannelUserevent && c.isPong(raw):
		return nil
	case !c.session.filter.wants(kind):
		c.lastEvent.Store(received.UnixNano())
		c.session.queue.count(true)
		return nil
	}
	c.lastEvent.Store(received.UnixNano())
	c.session.queue.count(false)
	if err := c.deliver(entry{kind: kind, raw: bytes.Clone(raw), received: received, epoch: c.epoch}); err != nil {
		return err
	}
	if kind == EventApplicationReplaced {
		return ErrReplaced
	}
	return nil
}

func (c *conn) deliver(e entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.live {
		c.held = append(c.held, e)
		return nil
	}
	if !c.session.queue.push(e) {
		return ErrOverflow
	}
	return nil
}

func (c *conn) isPong(raw []byte) bool {
	name, err := topLevel(raw, "eventname")
	if err != nil || !strings.HasPrefix(name, c.session.pingName) {
		return false
	}
	select {
	case c.pongs <- name:
	default: // nobody waits any more
	}
	return true
}

// watch pings until the connection ends.
func (c *conn) watch() {
	tick := time.NewTicker(c.session.cfg.PingInterval)
	defer tick.Stop()
	for {
		select {
		case <-c.failed:
			return
		case <-tick.C:
		}
		_ = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.session.cfg.PingTimeout)) // the reader sees its failure
		if err := c.ping(context.Background(), c.session.cfg.PingTimeout); err != nil {
			c.fail(err)
			return
		}
	}
}

// ping sends a user event to our own application and waits for it on the socket. Any other event proves as well that
// the application gets its events, so a ping that is late behind a backlog does not count against it.
func (c *conn) ping(ctx context.Context, limit time.Duration) error {
	name := c.session.nextPing()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sent := time.Now()
	answer := make(chan error, 1)
	c.workers.Go(func() {
		answer <- c.client.Events().UserEvent(ctx, name, UserEventParams{Application: c.session.cfg.App})
	})
	silence := time.NewTimer(limit)
	defer silence.Stop()
	var refused error
	for {
		select {
		case got := <-c.pongs:
			if got == name {
				c.session.setPing(time.Since(sent))
				return nil
			}
		case refused = <-answer:
			answer = nil
			var e *Error
			if errors.As(refused, &e) {
				return fmt.Errorf("%w: %w", ErrAppDead, refused)
			}
		case <-c.failed:
			return c.cause
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%w: %w", ErrAppDead, ctx.Err()), refused)
		case <-silence.C:
			quiet := time.Since(time.Unix(0, c.lastEvent.Load()))
			if quiet >= limit {
				return errors.Join(fmt.Errorf("%w: neither a ping nor anything else came for %v", ErrAppDead, limit), refused)
			}
			silence.Reset(limit - quiet)
		}
	}
}
