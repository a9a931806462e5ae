package ari

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxResponse bounds an answer's size. Lists of some ten thousand channels fit.
const maxResponse = 64 << 20

type httpTransport struct {
	base string // scheme://host[/prefix]/ari
	auth string
	pool *http.Transport
}

func newHTTPTransport(cfg Config, base *url.URL) *httpTransport {
	dialer := &net.Dialer{Timeout: cfg.RequestTimeout, KeepAlive: 15 * time.Second}
	return &httpTransport{
		base: base.String() + "/ari",
		auth: basicAuth(cfg),
		pool: &http.Transport{
			DialContext:         dialer.DialContext,
			TLSClientConfig:     cfg.TLS,
			MaxConnsPerHost:     cfg.MaxConns,
			MaxIdleConns:        cfg.MaxConns,
			MaxIdleConnsPerHost: cfg.MaxConns,
			IdleConnTimeout:     cfg.IdleTimeout,
			DisableCompression:  true,
			WriteBufferSize:     8 << 10,
			ReadBufferSize:      8 << 10,
		},
	}
}

func basicAuth(cfg Config) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(cfg.User+":"+cfg.Password))
}

// RoundTrip implements Transport.
func (t *httpTransport) RoundTrip(ctx context.Context, req *Request) (*Response, error) {
	resp, err := t.start(ctx, req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := readBody(resp)
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	_, reason, _ := strings.Cut(resp.Status, " ")
	return &Response{Status: resp.StatusCode, Reason: reason, Body: body}, nil
}

// start sends the request and returns with the answer's head.
func (t *httpTransport) start(ctx context.Context, req *Request) (*http.Response, error) {
	target := t.base + req.Path
	if req.Query != "" {
		target += "?" + req.Query
	}
	var body io.Reader
	if req.Body != nil {
		body = bytes.NewReader(req.Body)
	}
	r, err := http.NewRequestWithContext(ctx, req.Method, target, body)
	if err != nil {
		return nil, err
	}
	r.Header["Authorization"] = []string{t.auth}
	if req.Body != nil {
		r.Header["Content-Type"] = []string{"application/json"}
	}
	if req.Repeatable {
		// net/http repeats a request on a fresh connection when a reused one turns out closed, if the method allows it
		// or this header is present; empty, it stays off the wire.
		r.Header["Idempotency-Key"] = []string{}
	}
	return t.pool.RoundTrip(r)
}

func readBody(resp *http.Response) ([]byte, error) {
	if resp.StatusCode == http.StatusNoContent {
		return nil, nil
	}
	if n := resp.ContentLength; n >= 0 && n <= maxResponse {
		body := make([]byte, n)
		_, err := io.ReadFull(resp.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
	if err == nil && len(body) > maxResponse {
		err = fmt.Errorf("more than %d bytes", maxResponse)
	}
	return body, err
}
