package ari

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/gorilla/websocket"
)

const socketBuffer = 64 << 10

// connect makes one attempt: check what is at the other end, open the event socket, set the filter, and see a ping
// come back. Only then does the connection count; what arrives earlier is kept for after Connected.
func (s *Session) connect(ctx context.Context) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.ConnectTimeout)
	defer cancel()
	// These requests go by HTTP whatever the transport: there is no socket yet.
	client := &Client{cfg: s.cfg, base: s.base, http: s.http, transport: s.http}
	info, err := client.checkRequirements(ctx)
	if err != nil {
		return nil, err
	}
	ws, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	c := newConn(s, client, ws, s.epoch.Load()+1, info)
	if err := c.prepare(ctx); err != nil {
		c.fail(err)
		return nil, c.finish()
	}
	return c, nil
}

// prepare sets the filter and waits for the first ping.
func (c *conn) prepare(ctx context.Context) error {
	app := c.session.cfg.App
	if _, err := c.client.Applications().Filter(ctx, app, c.session.filter.request()); err != nil {
		return fmt.Errorf("setting the event filter: %w", err)
	}
	if err := c.ping(ctx, c.session.cfg.ConnectTimeout); err != nil {
		return err
	}
	return nil
}

func (s *Session) dial(ctx context.Context) (*websocket.Conn, error) {
	d := websocket.Dialer{
		NetDialContext:  (&net.Dialer{}).DialContext,
		TLSClientConfig: s.cfg.TLS,
		ReadBufferSize:  socketBuffer,
		WriteBufferSize: socketBuffer, // one frame per request: Asterisk reassembles small messages only
	}
	u := *s.base
	u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	u.Path += "/ari/events"
	q := url.Values{"app": {s.cfg.App}}
	if s.cfg.SubscribeAll {
		q.Set("subscribeAll", "true")
	}
	u.RawQuery = q.Encode()
	ws, resp, err := d.DialContext(ctx, u.String(), http.Header{"Authorization": {basicAuth(s.cfg)}})
	if err == nil {
		return ws, nil
	}
	if errors.Is(err, websocket.ErrBadHandshake) && resp != nil && resp.StatusCode >= http.StatusBadRequest {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // only to quote it
		req := &Request{Method: http.MethodGet, Path: "/events"}
		return nil, s.explain(refusal(req, &Response{Status: resp.StatusCode, Body: body}))
	}
	return nil, fmt.Errorf("ari: opening the event socket: %w", err)
}
