package feed

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"switchroom/api/contract"
	"switchroom/engine"
)

const (
	maxFrame   = 16 << 10
	lookLimit  = 5 * time.Second // for a snapshot or the check of a token
	closeLimit = time.Second     // for the client to take the close frame and close too
)

// conn is one client. Two goroutines: receive reads, send writes everything but control frames; whoever sees the end first says why.
type conn struct {
	hub   *Hub
	ws    *websocket.Conn
	woken chan struct{} // something may be there to send
	over  chan struct{} // closed by end
	once  sync.Once
	code  Code // why; valid once over is closed

	mu  sync.Mutex
	who Who // changes with each token

	renewed chan Who // a new token's, from receive to send
	hello   contract.FeedHello
	agent   string
	ch      *channel // nil until welcome is over
	at      place    // owned by send
	away    []string // as the client was told; owned by send
}

func newConn(h *Hub, ws *websocket.Conn) *conn {
	return &conn{hub: h, ws: ws, woken: make(chan struct{}, 1), over: make(chan struct{}), renewed: make(chan Who)}
}

func (c *conn) poke() {
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

// end makes the connection end for that reason; the first reason counts.
func (c *conn) end(code Code) {
	c.once.Do(func() {
		c.code = code
		close(c.over)
	})
}

func (c *conn) sessionID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.who.Session
}

// refuse closes a socket that was never served.
func (c *conn) refuse(code Code) {
	c.end(code)
	c.close()
}

func (c *conn) serve() {
	defer c.close()
	c.keepAlive()
	if !c.welcome() {
		return
	}
	defer c.hub.detach(c, c.ch, c.agent)
	expires := c.who.Expires // before receive may change it
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(c.receive)
	c.send(expires)
	// receive waits for the network; the close frame and a deadline end that.
	c.sayGoodbye()
}

// keepAlive: any frame or pong shows that the client lives.
func (c *conn) keepAlive() {
	l := c.hub.config.Limits
	c.ws.SetPongHandler(func(string) error {
		select {
		case <-c.over: // the deadline is sayGoodbye's now
			return nil
		default:
			return c.ws.SetReadDeadline(time.Now().Add(l.Ping * 5 / 2))
		}
	})
}

// welcome takes the hello and makes the client one of its agent's.
func (c *conn) welcome() bool {
	l := c.hub.config.Limits
	timer := time.AfterFunc(l.Hello, func() { // a deadline alone would not tell the hub's shutdown
		c.end(HelloTimeout)
		c.unblock()
	})
	defer timer.Stop()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-c.over:
			c.unblock()
		case <-stop:
		}
	}()
	data, code := c.read()
	if code == 0 {
		code = decode(data, &c.hello)
	}
	if code == 0 && c.hello.Type != contract.FeedHelloTypeHello {
		code = BadMessage
	}
	if code != 0 {
		c.end(code)
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookLimit)
	defer cancel()
	who, err := c.hub.config.Authenticate(ctx, c.hello.Token)
	switch {
	case err != nil:
		c.end(c.hub.config.Refused(err))
		return false
	case who.Agent == "":
		c.end(NotAnAgent)
		return false
	}
	c.mu.Lock()
	c.who = who
	c.mu.Unlock()
	c.agent = who.Agent
	if c.ch, err = c.hub.attach(c, who.Agent); err != nil {
		c.end(TooMany)
		return false
	}
	return true
}

// unblock makes a read that waits return.
func (c *conn) unblock() { _ = c.ws.SetReadDeadline(time.Unix(1, 0)) }

// receive reads until the end. After the hello a client sends tokens only.
func (c *conn) receive() {
	defer c.drain()
	allowed := rate.NewLimiter(rate.Every(time.Second), 10)
	_ = c.ws.SetReadDeadline(time.Now().Add(c.hub.config.Limits.Ping * 5 / 2))
	for {
		data, code := c.read()
		if code != 0 {
			c.end(code)
			return
		}
		var in contract.FeedToken
		if decode(data, &in) != 0 || in.Type != contract.FeedTokenTypeToken || !allowed.Allow() {
			c.end(BadMessage)
			return
		}
		if !c.renew(in.Token) {
			return
		}
	}
}

func (c *conn) renew(token string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), lookLimit)
	defer cancel()
	who, err := c.hub.config.Authenticate(ctx, token)
	if err != nil {
		c.end(c.hub.config.Refused(err))
		return false
	}
	c.mu.Lock()
	same := who.Agent == c.agent
	if same {
		c.who = who
	}
	c.mu.Unlock()
	if !same {
		c.end(BadToken)
		return false
	}
	select {
	case c.renewed <- who:
		return true
	case <-c.over:
		return false
	}
}

// read returns one text message, or why there is none; gone when the client or the network ended it.
func (c *conn) read() ([]byte, Code) {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return nil, c.readFailed(err)
	}
	if kind != websocket.TextMessage {
		return nil, BadMessage
	}
	data, err := io.ReadAll(io.LimitReader(r, maxFrame+1))
	if err != nil {
		return nil, c.readFailed(err)
	}
	if len(data) > maxFrame {
		return nil, TooBig
	}
	return data, 0
}

// gone is no code of ours: nothing is said to whoever is not there.
const gone Code = -1

func (c *conn) readFailed(err error) Code {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return Unresponsive
	}
	return gone
}

// send writes until the end: first what the client needs to be up to date, then what comes.
func (c *conn) send(expires time.Time) {
	l := c.hub.config.Limits
	ping, beat := time.NewTicker(l.Ping), time.NewTicker(l.Beat)
	defer ping.Stop()
	defer beat.Stop()
	expiry := time.NewTimer(c.until(expires))
	defer expiry.Stop()
	if c.hub.lost.Load() {
		c.end(FeedLost)
		return
	}
	ok := c.start()
	for ok {
		ok = c.catchUp()
		if ok && !slices.Equal(c.away, c.hub.nodesAway()) {
			ok = c.beat()
		}
		select {
		case <-c.over:
			return
		default: // the end goes before everything else that may be ready
		}
		select {
		case <-c.over:
			return
		case <-c.woken:
		case who := <-c.renewed:
			expiry.Reset(c.until(who.Expires))
			ok = ok && c.write(contract.FeedRenewed{Type: contract.FeedRenewedTypeRenewed, ExpiresIn: int(c.until(who.Expires).Seconds())})
		case <-expiry.C:
			c.end(TokenExpired)
		case <-beat.C:
			ok = ok && c.beat()
		case <-ping.C:
			_ = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(l.Write)) // receive notices who does not answer
		}
	}
}

func (c *conn) beat() bool {
	c.away = c.hub.nodesAway()
	m := contract.FeedBeat{Type: contract.FeedBeatTypeBeat, Seq: c.at.seq}
	if len(c.away) > 0 {
		m.Away = &c.away
	}
	return c.write(m)
}

func (c *conn) until(t time.Time) time.Duration { return t.Sub(c.hub.config.Now()) }

// start answers the hello.
func (c *conn) start() bool {
	p, last, ok := c.ch.resume(c.hello.Epoch, c.hello.Seq)
	if !ok {
		return c.snapshot()
	}
	c.at = p
	return c.write(contract.FeedResumed{Type: contract.FeedResumedTypeResumed, Seq: last})
}

func (c *conn) snapshot() bool {
	turn := c.ch.now()
	ctx, cancel := context.WithTimeout(context.Background(), lookLimit)
	defer cancel()
	got, err := c.hub.Look(ctx, c.agent)
	if err != nil {
		c.hub.config.Log.LogAttrs(ctx, slog.LevelWarn, "no snapshot for a client", slog.String("error", err.Error()))
		c.end(FeedLost)
		return false
	}
	c.ch.saw(got.Epoch)
	c.at = place{turn: turn, epoch: got.Epoch, seq: got.Seq}
	return c.write(contract.FeedSnapshot{Type: contract.FeedSnapshotTypeSnapshot, Epoch: got.Epoch, Seq: got.Seq, Data: got.View})
}

// catchUp writes all that is there. A client that takes it too slowly is cut, and resumes.
func (c *conn) catchUp() bool {
	for fresh := 0; ; { // snapshots in a row
		items, state := c.ch.after(c.at)
		switch {
		case state == behind && fresh == 0:
			c.end(Slow)
			return false
		case state == behind, state == turned && fresh > 3: // the store and its stream contradict each other: let the client come again in a moment
			c.end(FeedLost)
			return false
		case state == turned:
			fresh++
			if !c.snapshot() {
				return false
			}
			continue
		case len(items) == 0:
			return true
		}
		if !c.item(items[0]) {
			return false
		}
		c.at.seq, fresh = items[0].Seq, 0
		select {
		case <-c.over:
			return false
		default:
		}
	}
}

// message is a numbered message, whose data is passed on as it was saved.
type message struct {
	Type string          `json:"type"`
	Seq  uint64          `json:"seq"`
	Data json.RawMessage `json:"data"`
}

func (c *conn) item(it Item) bool {
	switch it.Type {
	case engine.MessageView, engine.MessageAnswer:
		return c.write(message{Type: it.Type, Seq: it.Seq, Data: it.Data})
	}
	return c.snapshot() // a newer controller's message that this one does not know: the whole picture instead
}

func (c *conn) write(v any) bool {
	b, err := json.Marshal(v)
	if err != nil {
		c.hub.config.Log.Error("feed message cannot be written", "error", err)
		c.end(Internal)
		return false
	}
	_ = c.ws.SetWriteDeadline(time.Now().Add(c.hub.config.Limits.Write))
	if err := c.ws.WriteMessage(websocket.TextMessage, b); err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			c.end(Slow) // half a message is out, so no close frame can follow: the client sees the connection break
		}
		c.end(gone)
		return false
	}
	return true
}

// sayGoodbye sends the close frame and gives the client a moment to answer it.
func (c *conn) sayGoodbye() {
	c.end(gone)
	if c.code > 0 {
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(int(c.code), c.code.String()), time.Now().Add(closeLimit))
		_ = c.ws.SetReadDeadline(time.Now().Add(closeLimit))
		return
	}
	c.unblock()
}

// close is the end of every connection.
func (c *conn) close() {
	c.end(gone)
	c.hub.config.Closed(c.code)
	if c.ch == nil { // never welcomed: nobody said goodbye yet
		c.sayGoodbye()
		c.drain()
	}
	_ = c.ws.Close()
}

// drain reads until the client closes too: closing a socket with unread data would reset it, and the close frame would be lost.
func (c *conn) drain() {
	for budget := 1 << 20; budget > 0; {
		_, r, err := c.ws.NextReader()
		if err != nil {
			return
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, int64(budget)))
		if budget -= int(n); err != nil {
			return
		}
	}
}
