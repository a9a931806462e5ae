package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// page is an agent's page, as far as it speaks with the controller.
type page struct {
	c    *controller
	name string

	patient bool // a request that finds no controller is made again

	mu     sync.Mutex
	token  string
	epoch  string
	seq    uint64
	shown  *engine.View // nil: nothing yet
	faults []string     // of the feed
}

func (c *controller) page(name string) *page { return &page{c: c, name: name} }

// refusal is an error that the API answered with.
type refusal struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.Status, r.Code, r.Detail) }

// code is a refusal's stable code; empty for everything else.
func code(err error) string {
	var r *refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}

func (p *page) login(ctx context.Context) error {
	return p.do(ctx, http.MethodPost, "/api/v1/me/cti/login", nil, nil)
}

func (p *page) choose(ctx context.Context, status agent.Choice, reason string) error {
	if status == agent.LoggedOut {
		return p.do(ctx, http.MethodPost, "/api/v1/me/cti/logout", nil, nil)
	}
	in := map[string]string{"status": string(status)}
	if reason != "" {
		in["reason"] = reason
	}
	return p.do(ctx, http.MethodPut, "/api/v1/me/status", in, nil)
}

func (p *page) command(ctx context.Context, callID string, k call.Kind) error {
	return p.order(ctx, callID, k, nil)
}

// dialUp calls a customer.
func (p *page) dialUp(ctx context.Context, number, callerID string) (id string, err error) {
	in := map[string]any{"number": number}
	if callerID != "" {
		in["caller_id"] = callerID
	}
	var out struct{ Call string }
	err = p.do(ctx, http.MethodPost, "/api/v1/calls", in, &out)
	return out.Call, err
}

// order is a command with what belongs to it.
func (p *page) order(ctx context.Context, callID string, k call.Kind, fields map[string]any) error {
	return p.do(ctx, http.MethodPost, commandPath(callID, k), bodyOf(fields), nil)
}

// do makes a request in the agent's name, who is logged in to the page on the first.
func (p *page) do(ctx context.Context, method, path string, in, out any) error {
	for {
		token, err := p.session(ctx)
		if err == nil {
			err = p.c.request(ctx, method, path, token, in, out)
		}
		if err == nil || !p.patient || !away(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// away tells that a request found no controller, or one that was not ready.
func away(err error) bool {
	var r *refusal
	return !errors.As(err, &r) || r.Status >= 500
}

func (p *page) session(ctx context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.token != "" {
		return p.token, nil
	}
	var out struct {
		AccessToken string `json:"access_token"`
	}
	err := p.c.request(ctx, http.MethodPost, "/api/v1/sessions", "", map[string]string{"user": p.name, "password": password(p.name)}, &out)
	p.token = out.AccessToken
	return p.token, err
}

var web = &http.Client{Timeout: 20 * time.Second}

// request makes one request of the controller's API. An answer that is no success is a *refusal.
func (c *controller) request(ctx context.Context, method, path, token string, in, out any) error {
	return c.requestWith(ctx, nil, method, path, token, in, out)
}

func (c *controller) requestWith(ctx context.Context, headers map[string]string, method, path, token string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url()+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := web.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		r := &refusal{Status: resp.StatusCode}
		if err := json.Unmarshal(b, r); err != nil {
			r.Detail = strings.TrimSpace(string(b))
		}
		return r
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}

// readiness says what is wrong; empty: calls are served.
func (c *controller) readiness(ctx context.Context) (string, error) {
	err := c.request(ctx, http.MethodGet, "/ready", "", nil, nil)
	var r *refusal
	if errors.As(err, &r) {
		return r.Error(), nil
	}
	return "", err
}

// once gives a command exactly once, whatever comes of it.
func (p *page) once(ctx context.Context, callID string, k call.Kind) error {
	return p.onceWith(ctx, callID, k, nil)
}

func (p *page) onceWith(ctx context.Context, callID string, k call.Kind, fields map[string]any) error {
	token, err := p.session(ctx)
	if err != nil {
		return err
	}
	return p.c.request(ctx, http.MethodPost, commandPath(callID, k), token, bodyOf(fields), nil)
}

func commandPath(callID string, k call.Kind) string {
	return "/api/v1/calls/" + callID + "/" + strings.ReplaceAll(string(k), "_", "-")
}

// bodyOf is no body where there is nothing to say.
func bodyOf(fields map[string]any) any {
	if fields == nil {
		return nil
	}
	return fields
}
