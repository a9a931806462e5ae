package delivered

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"switchroom/agent"
	"switchroom/engine"
)

// Within bounds what follows from something without anybody's doing.
const Within = 10 * time.Second

// Page is an agent's page, as far as it speaks with the controller.
type Page struct {
	Base  string
	Token string // from Login
	from  string // the address that it says to come from
}

// Login signs the agent with that number in, and logs them in to CTI. Each comes from an address of its own, because one address may not sign hundreds in.
func (p *Page) Login(ctx context.Context, i int) error {
	p.from = fmt.Sprintf("10.0.%d.%d", i/250, i%250+1)
	var out struct {
		AccessToken string `json:"access_token"`
	}
	if err := p.request(ctx, http.MethodPost, "/api/v1/sessions", map[string]string{"user": Login(i), "password": password}, &out); err != nil {
		return err
	}
	p.Token = out.AccessToken
	return p.request(ctx, http.MethodPost, "/api/v1/me/cti/login", nil, nil)
}

// Choose chooses a status.
func (p *Page) Choose(ctx context.Context, status agent.Choice) error {
	return p.request(ctx, http.MethodPut, "/api/v1/me/status", map[string]agent.Choice{"status": status}, nil)
}

// Ready makes the agent Ready, with a phone that can be reached.
func (p *Page) Ready(ctx context.Context) error {
	if err := p.Choose(ctx, agent.Ready); err != nil {
		return err
	}
	return Until(ctx, func(ctx context.Context) error {
		v, err := p.View(ctx)
		if err == nil && (v.Status.Code != agent.ShowReady || !v.Phone.Reachable) {
			err = fmt.Errorf("agent %s is not ready: %+v %+v", v.Agent, v.Status, v.Phone)
		}
		return err
	})
}

// View is what the page shows.
func (p *Page) View(ctx context.Context) (engine.View, error) {
	var out struct{ View engine.View }
	err := p.request(ctx, http.MethodGet, "/api/v1/me/snapshot", nil, &out)
	return out.View, err
}

// Command gives a command of a call, such as hold.
func (p *Page) Command(ctx context.Context, call, what string) error {
	return p.request(ctx, http.MethodPost, "/api/v1/calls/"+call+"/"+what, nil, nil)
}

var client = &http.Client{Timeout: Within, Transport: &http.Transport{MaxIdleConnsPerHost: 250}}

func (p *Page) request(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.Base+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if p.Token != "" {
		req.Header.Set("Authorization", "Bearer "+p.Token)
	}
	if p.from != "" {
		req.Header.Set("X-Forwarded-For", p.from)
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, raw)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

// Until tries again until it succeeds, for some seconds.
func Until(ctx context.Context, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, Within)
	defer cancel()
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
