package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/lab"
	"switchroom/lab/phone"
	"switchroom/store/sql"
)

const (
	service  = "bench"
	loudness = -15 // dBFS
	within   = 10 * time.Second
)

// Tones of people, none of them the music's.
var (
	agentTone    = 700
	customerTone = 500
)

// site is all that runs.
type site struct {
	pairs   []*pair
	closers []func() error
}

// pair is a customer and the agent whom they talk to.
type pair struct {
	agent    *page
	call     string
	customer *phone.Call
	tone     int // the agent's
}

// hears waits until the customer hears the tone.
func (p *pair) hears(ctx context.Context, hz int) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return p.customer.WaitTone(ctx, hz)
}

func build(ctx context.Context, o options) (_ *site, err error) {
	s := &site{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	dir, err := os.MkdirTemp("", "switchroom-hold-")
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { return os.RemoveAll(dir) })
	log.Print("building the controller")
	binary := filepath.Join(dir, "switchroom")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "switchroom/cmd/switchroom").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the controller: %w\n%s", err, out)
	}
	log.Print("starting Asterisk, Redis and the controller")
	bundle, err := lab.Ensure(ctx, lab.Options{Progress: os.Stderr})
	if err != nil {
		return nil, err
	}
	asterisk, err := lab.StartAsterisk(ctx, bundle, lab.AsteriskOptions{Name: "hold"})
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, asterisk.Stop)
	redis, err := lab.StartRedis(ctx, bundle, filepath.Join(dir, "redis"))
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, redis.Stop)
	database := filepath.Join(dir, "bench.db")
	secrets, err := seed(ctx, database, o.calls)
	if err != nil {
		return nil, fmt.Errorf("write the settings: %w", err)
	}
	base, err := s.serve(ctx, binary, filepath.Join(o.out, "hold.log"), []string{
		"SWITCHROOM_NODE=hold", "SWITCHROOM_OWNER=bench", "SWITCHROOM_SECRET=" + account.NewToken(), "SWITCHROOM_MEDIA_ADDRESS=127.0.0.1",
		"SWITCHROOM_ARI_URL=" + strings.TrimSuffix(asterisk.ARIURL, "/ari"), "SWITCHROOM_ARI_USER=" + asterisk.User, "SWITCHROOM_ARI_PASSWORD=" + asterisk.Password,
		"SWITCHROOM_REDIS=redis://" + redis.Addr() + "/0", "SWITCHROOM_DATABASE=sqlite:" + database,
	})
	if err != nil {
		return nil, err
	}
	for i, secret := range secrets {
		p, err := s.pair(ctx, base, asterisk.SIPAddr, i, secret)
		if err != nil {
			return nil, err
		}
		s.pairs = append(s.pairs, p)
	}
	return s, nil
}

// close stops everything, last started first.
func (s *site) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		if err := s.closers[i](); err != nil {
			log.Print("bench: stop: ", err)
		}
	}
}

func login(i int) string { return fmt.Sprintf("agent%02d", i) }

const password = "a password of the bench"

// seed writes the settings, and returns the secrets of the agents' phones.
func seed(ctx context.Context, file string, agents int) (secrets []string, err error) {
	const by = "bench"
	db, err := sql.Open(ctx, sql.Config{URL: file})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = errors.Join(db.Migrate(ctx),
		db.PutService(ctx, by, sql.Service{ID: service, Name: "Bench", Inbound: true, Outbound: true, DefaultStatus: agent.Business}),
		db.PutQueue(ctx, by, sql.QueueSettings{Name: "sales", Number: "1000", Service: service, // 1000 reaches it, see lab
			Scenario: call.Scenario{Pickup: 20 * time.Second, Music: "default", AnswerNow: true}}))
	for i := range agents {
		id := login(i)
		err = errors.Join(err,
			db.PutUser(ctx, by, account.User{ID: id, Login: id, Name: id, Roles: []account.Role{account.Agent}}, password),
			db.Permit(ctx, by, id, service, true), db.Join(ctx, by, id, "sales", true),
			db.PutPhone(ctx, by, id, sql.Phone{CTI: "C" + id, Number: fmt.Sprint(2000 + i), Device: agent.Desk, Home: service}))
		if err != nil {
			return nil, err
		}
		a, err := db.Account(ctx, id)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, a.Secret)
	}
	return secrets, err
}

// serve starts the controller and returns its URL once calls are served.
func (s *site) serve(ctx context.Context, binary, logPath string, env []string) (string, error) {
	listen, err := freeAddress()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(logPath), 0o755); err != nil {
		return "", err
	}
	out, err := os.Create(logPath)
	if err != nil {
		return "", err
	}
	defer out.Close() // the process has its own
	cmd := exec.Command(binary, "serve")
	cmd.Env = append(append(os.Environ(), env...), "SWITCHROOM_LISTEN="+listen)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start the controller: %w", err)
	}
	s.closers = append(s.closers, func() error {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		return cmd.Wait()
	})
	base := "http://" + listen
	err = until(ctx, func(ctx context.Context) error { return request(ctx, http.MethodGet, base+"/ready", "", nil, nil) })
	if err != nil {
		return "", fmt.Errorf("start the controller: %w\n%s", err, lastLines(logPath, 20))
	}
	return base, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// pair lets the next agent take the next customer's call.
func (s *site) pair(ctx context.Context, base, sip string, i int, secret string) (*pair, error) {
	desk, err := s.phone(ctx, phone.Config{User: login(i), Password: secret, Server: sip, Sound: phone.Tone(agentTone, loudness)})
	if err != nil {
		return nil, err
	}
	desk.OnInvite(phone.AutoAnswer(0))
	if err := until(ctx, desk.Register); err != nil {
		return nil, err
	}
	p := &pair{agent: &page{base: base}, tone: agentTone}
	if err := p.agent.ready(ctx, login(i)); err != nil {
		return nil, err
	}
	guest, err := s.phone(ctx, phone.Config{User: fmt.Sprintf("0301%04d", i), Server: sip, Sound: phone.Tone(customerTone, loudness), Listen: []int{int(lab.MusicTones[0])}})
	if err != nil {
		return nil, err
	}
	limit, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if p.customer, err = guest.Invite(limit, "1000", phone.InviteOpts{}); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
		defer cancel()
		return p.customer.Hangup(ctx)
	})
	if err := p.hears(ctx, agentTone); err != nil {
		return nil, err
	}
	leg, err := desk.WaitIncoming(limit)
	if err != nil {
		return nil, err
	}
	if err := leg.WaitTone(limit, customerTone); err != nil {
		return nil, err
	}
	return p, until(ctx, func(ctx context.Context) error {
		v, err := p.agent.view(ctx)
		if err == nil && (v.Call == nil || v.Call.State != call.Talking) {
			err = fmt.Errorf("agent %s has no conversation: %+v", login(i), v.Status)
		}
		if err == nil {
			p.call = v.Call.ID
		}
		return err
	})
}

func (s *site) phone(ctx context.Context, c phone.Config) (*phone.Phone, error) {
	p, err := phone.New(context.WithoutCancel(ctx), c)
	if err == nil {
		s.closers = append(s.closers, p.Close)
	}
	return p, err
}

// page is an agent's page, as far as it speaks with the controller.
type page struct{ base, token string }

// ready logs the agent in and makes them Ready, with a phone that can be reached.
func (p *page) ready(ctx context.Context, login string) error {
	var out struct {
		AccessToken string `json:"access_token"`
	}
	if err := request(ctx, http.MethodPost, p.base+"/api/v1/sessions", "", map[string]string{"user": login, "password": password}, &out); err != nil {
		return err
	}
	p.token = out.AccessToken
	if err := request(ctx, http.MethodPost, p.base+"/api/v1/me/cti/login", p.token, nil, nil); err != nil {
		return err
	}
	if err := request(ctx, http.MethodPut, p.base+"/api/v1/me/status", p.token, map[string]string{"status": "ready"}, nil); err != nil {
		return err
	}
	return until(ctx, func(ctx context.Context) error {
		v, err := p.view(ctx)
		if err == nil && (v.Status.Code != agent.ShowReady || !v.Phone.Reachable) {
			err = fmt.Errorf("agent %s is not ready: %+v %+v", login, v.Status, v.Phone)
		}
		return err
	})
}

func (p *page) view(ctx context.Context) (engine.View, error) {
	var out struct{ View engine.View }
	err := request(ctx, http.MethodGet, p.base+"/api/v1/me/snapshot", p.token, nil, &out)
	return out.View, err
}

func (p *page) command(ctx context.Context, call, what string) error {
	return request(ctx, http.MethodPost, p.base+"/api/v1/calls/"+call+"/"+what, p.token, nil, nil)
}

var client = &http.Client{Timeout: within, Transport: &http.Transport{MaxIdleConnsPerHost: 100}}

func request(ctx context.Context, method, url, token string, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
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
		return fmt.Errorf("%s %s: %s: %s", method, url, resp.Status, raw)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

// until tries again until it succeeds, for some seconds.
func until(ctx context.Context, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, within)
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
