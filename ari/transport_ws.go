package ari

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	eventRESTResponse EventType = "RESTResponse"

	// maxSocketRequest keeps a request in one frame that Asterisk accepts; a larger one goes by HTTP.
	maxSocketRequest = 32 << 10
)

type restRequest struct {
	Type        string `json:"type"`
	RequestID   string `json:"request_id"`
	Method      string `json:"method"`
	URI         string `json:"uri"`
	ContentType string `json:"content_type,omitempty"`
	Body        string `json:"message_body,omitempty"`
}

type restResponse struct {
	RequestID string `json:"request_id"`
	Status    int    `json:"status_code"`
	Reason    string `json:"reason_phrase"`
	Body      string `json:"message_body"`
}

// wsTransport sends requests over the session's event socket, and over HTTP while there is none.
type wsTransport struct {
	session  *Session
	fallback Transport
}

// RoundTrip implements Transport.
func (t *wsTransport) RoundTrip(ctx context.Context, req *Request) (*Response, error) {
	c := t.session.current.Load()
	if c == nil || len(req.Body)+len(req.Query) > maxSocketRequest {
		return t.fallback.RoundTrip(ctx, req)
	}
	return c.rest.roundTrip(ctx, c, req)
}

// pendingRequests are the requests of one socket that wait for their answer.
type pendingRequests struct {
	writing chan struct{} // holds a token while someone writes; a channel, so that waiting heeds ctx
	mu      sync.Mutex
	last    uint64
	waiting map[string]chan *Response
}

func (p *pendingRequests) init() {
	p.writing = make(chan struct{}, 1)
	p.waiting = map[string]chan *Response{}
}

func (p *pendingRequests) roundTrip(ctx context.Context, c *conn, req *Request) (*Response, error) {
	id, answer := p.register()
	defer p.forget(id)
	if err := p.write(ctx, c, id, req); err != nil {
		return nil, err
	}
	select {
	case resp := <-answer:
		return resp, nil
	case <-c.failed:
		return nil, c.cause
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pendingRequests) register() (string, chan *Response) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	id := strconv.FormatUint(p.last, 36)
	answer := make(chan *Response, 1)
	p.waiting[id] = answer
	return id, answer
}

func (p *pendingRequests) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, id)
}

func (p *pendingRequests) write(ctx context.Context, c *conn, id string, req *Request) error {
	r := restRequest{Type: "RESTRequest", RequestID: id, Method: req.Method, URI: strings.TrimPrefix(req.Path, "/")}
	if req.Query != "" {
		r.URI += "?" + req.Query
	}
	if req.Body != nil {
		r.ContentType, r.Body = "application/json", string(req.Body)
	}
	data := body(r)
	select {
	case p.writing <- struct{}{}:
	case <-c.failed:
		return c.cause
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.writing }()
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(c.session.cfg.RequestTimeout)
	}
	err := c.ws.SetWriteDeadline(deadline)
	if err == nil {
		err = c.ws.WriteMessage(websocket.TextMessage, data)
	}
	if err != nil { // a half-written frame ends the socket
		err = fmt.Errorf("%w: %w", ErrConnectionLost, err)
		c.fail(err)
	}
	return err
}

// resolve hands an answer to whoever waits. An answer that nobody waits for any more is dropped: its request timed out.
func (p *pendingRequests) resolve(raw []byte) {
	var r restResponse
	if json.Unmarshal(raw, &r) != nil {
		return
	}
	p.mu.Lock()
	answer := p.waiting[r.RequestID]
	delete(p.waiting, r.RequestID)
	p.mu.Unlock()
	if answer != nil {
		answer <- &Response{Status: r.Status, Reason: r.Reason, Body: []byte(r.Body)}
	}
}
