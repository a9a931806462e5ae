package ari

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// Client sends requests. It needs no event socket: Session embeds one, and tools may use one alone. It is safe for
// concurrent use.
type Client struct {
	cfg       Config
	base      *url.URL
	http      *httpTransport
	transport Transport
	fence     atomic.Pointer[error] // once set, every request fails with it
}

// NewClient returns a client without an event socket. It does not touch the network. Close frees its connections.
func NewClient(cfg Config) (*Client, error) {
	cfg, base, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	h := newHTTPTransport(cfg, base)
	return &Client{cfg: cfg, base: base, http: h, transport: h}, nil
}

// Close refuses further requests and closes the pooled connections.
func (c *Client) Close() {
	c.stop(ErrClosed)
	c.http.pool.CloseIdleConnections()
}

// stop makes every later request fail with err. The first reason stays.
func (c *Client) stop(err error) { c.fence.CompareAndSwap(nil, &err) }

// do sends a request and returns the answer of a request that Asterisk accepted.
func (c *Client) do(ctx context.Context, t Transport, req *Request) (*Response, error) {
	if err := c.admit(req); err != nil {
		return nil, err
	}
	timed, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout)
	defer cancel()
	resp, err := t.RoundTrip(timed, req)
	if err != nil {
		if timed.Err() != nil && ctx.Err() == nil {
			err = fmt.Errorf("no answer within %v: %w", c.cfg.RequestTimeout, context.DeadlineExceeded)
		}
		return nil, fmt.Errorf("ari: %s %s: %w", req.Method, req.Path, err)
	}
	if resp.Status >= http.StatusBadRequest {
		return nil, c.explain(refusal(req, resp))
	}
	return resp, nil
}

// admit refuses what must not be sent.
func (c *Client) admit(req *Request) error {
	if err := c.fence.Load(); err != nil {
		return fmt.Errorf("ari: %s %s: %w", req.Method, req.Path, *err)
	}
	if strings.Contains(req.Path, emptyArgument) {
		path := strings.ReplaceAll(req.Path, emptyArgument, "{}")
		return fmt.Errorf("ari: %s %s: %w", req.Method, path, errEmptyArgument)
	}
	if len(req.Body) > maxBody {
		return fmt.Errorf("ari: %s %s: %w", req.Method, req.Path, errTooLarge)
	}
	return nil
}

// explain adds what Asterisk does not say: who it was that was refused.
func (c *Client) explain(e *Error) *Error {
	switch e.Status {
	case http.StatusUnauthorized:
		e.Message = fmt.Sprintf("%s: user %q or its password is wrong (ari.conf)", e.Message, c.cfg.User)
	case http.StatusForbidden:
		e.Message = fmt.Sprintf("%s: user %q may be read_only (ari.conf)", e.Message, c.cfg.User)
	}
	return e
}

// OpenStored streams a stored recording's file. The caller closes it; only ctx limits the time, as files may be large.
func (r Recordings) OpenStored(ctx context.Context, recordingName string) (io.ReadCloser, error) {
	req := &Request{Method: http.MethodGet, Path: "/recordings/stored/" + escape(recordingName) + "/file", Repeatable: true}
	if err := r.c.admit(req); err != nil {
		return nil, err
	}
	resp, err := r.c.http.start(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("ari: %s %s: %w", req.Method, req.Path, err)
	}
	if resp.StatusCode < http.StatusBadRequest {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return nil, errors.Join(r.c.explain(refusal(req, &Response{Status: resp.StatusCode, Body: body})), err)
}

func callVoid(ctx context.Context, c *Client, req Request) error {
	_, err := c.do(ctx, c.transport, &req)
	return err
}

func call[T any](ctx context.Context, c *Client, req Request) (*T, error) {
	resp, err := c.do(ctx, c.transport, &req)
	if err != nil {
		return nil, err
	}
	out := new(T)
	if err := json.Unmarshal(resp.Body, out); err != nil {
		return nil, fmt.Errorf("ari: %s %s: decoding the answer: %w", req.Method, req.Path, err)
	}
	return out, nil
}

func callList[T any](ctx context.Context, c *Client, req Request) ([]T, error) {
	out, err := call[[]T](ctx, c, req)
	if err != nil {
		return nil, err
	}
	return *out, nil
}
