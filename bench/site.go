package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"switchroom/ari"
	"switchroom/ari/node"
	asteriskconf "switchroom/asterisk-conf"
	"switchroom/bench/internal/house"
	"switchroom/bench/internal/rig"
	"switchroom/bench/internal/sipload"
	"switchroom/engine"
	"switchroom/lab"
)

// site is all that runs: two nodes with their phones and callers, Redis and the controller.
type site struct {
	rig.Site
	accounts   []engine.Account
	peer, ours *place
	redis      *lab.Redis
	controller *rig.Controller
	debug      string // host:port of the controller's profiles
}

// place is one Asterisk with its phones and callers.
type place struct {
	asterisk *lab.Asterisk
	ari      *ari.Client
	agents   *sipload.Agents
	callers  *sipload.Callers
}

var numbers = asteriskconf.Dialplan{
	Numbers:       []asteriskconf.Number{{Exten: house.NumberSwitchroom, Queue: house.QueueName}},
	RescueSeconds: 30, Retries: 10, RetrySeconds: 1,
}

// rtpPorts is for a few seconds of backlog at the highest rate.
const rtpPorts = 4096

func build(ctx context.Context, o options) (_ *site, err error) {
	s := &site{accounts: house.Accounts(o.agents)}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	dir, binary, err := s.Build(ctx, "switchroom/bench/internal/controller")
	if err != nil {
		return nil, err
	}
	log.Print("starting two Asterisk nodes and Redis")
	bundle, err := lab.Ensure(ctx, lab.Options{Progress: os.Stderr})
	if err != nil {
		return nil, err
	}
	if s.peer, err = s.newPlace(ctx, bundle, "peer"); err != nil {
		return nil, err
	}
	if s.ours, err = s.newPlace(ctx, bundle, "ours"); err != nil {
		return nil, err
	}
	if s.redis, err = lab.StartRedis(ctx, bundle, filepath.Join(dir, "redis")); err != nil {
		return nil, err
	}
	s.OnClose(s.redis.Stop)
	log.Printf("starting the controller; %d agents log in", o.agents)
	a := s.ours.asterisk
	return s, s.startController(ctx, binary, filepath.Join(o.out, "controller.log"), house.Controller{
		Node: "bench", ARIURL: ariURL(a), User: a.User, Password: a.Password, Redis: s.redis.Addr(), Database: filepath.Join(dir, "bench.db"),
		Accounts: s.accounts, Profile: o.profile != "",
	})
}

// newPlace starts a node and creates the accounts there as the product does.
func (s *site) newPlace(ctx context.Context, b lab.Bundle, name string) (*place, error) {
	a, err := lab.StartAsterisk(ctx, b, lab.AsteriskOptions{
		Name: name, Bench: true, RTPPorts: rtpPorts, Dialplan: &numbers,
		Extra: map[string]string{"extensions.conf": house.Dialplan(), "queues.conf": house.Queues(s.accounts)},
	})
	if err != nil {
		return nil, err
	}
	s.OnClose(a.Stop)
	p := &place{asterisk: a}
	if p.ari, err = ari.NewClient(ari.Config{URL: ariURL(a), User: a.User, Password: a.Password, App: "bench"}); err != nil {
		return nil, err
	}
	s.OnClose(func() error { p.ari.Close(); return nil })
	n, err := node.New(node.Config{Name: name, URL: ariURL(a), User: a.User, Password: a.Password, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer n.Close()
	phones := make([]sipload.Account, len(s.accounts))
	for i, acc := range s.accounts {
		if err := n.Provision(ctx, acc); err != nil {
			return nil, err
		}
		phones[i] = sipload.Account{User: acc.Endpoint, Password: acc.Secret}
	}
	if p.agents, err = sipload.RegisterAgents(ctx, a.SIPAddr, phones); err != nil {
		return nil, err
	}
	s.OnClose(func() error { p.agents.Close(); return nil })
	if p.callers, err = sipload.NewCallers(a.SIPAddr); err != nil {
		return nil, err
	}
	s.OnClose(func() error { p.callers.Close(); return nil })
	return p, nil
}

func ariURL(a *lab.Asterisk) string { return strings.TrimSuffix(a.ARIURL, "/ari") }

// quiet waits until no channel is left at the node.
func (p *place) quiet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		channels, err := p.ari.Channels().List(ctx)
		if err == nil && len(channels) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d channels are still at the node: %w", len(channels), errors.Join(ctx.Err(), err))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (s *site) startController(ctx context.Context, binary, logPath string, c house.Controller) error {
	in, err := json.Marshal(c)
	if err != nil {
		return err
	}
	cmd := exec.Command(binary)
	cmd.Stdin = bytes.NewReader(in)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	s.controller, err = s.Start(cmd, logPath, func() error {
		started := make(chan error, 1)
		var told house.Started
		go func() { started <- json.NewDecoder(stdout).Decode(&told) }()
		select {
		case err := <-started:
			s.debug = told.Debug
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return err
}
