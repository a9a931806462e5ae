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
	"syscall"
	"time"

	"switchroom/ari"
	"switchroom/ari/node"
	asteriskconf "switchroom/asterisk-conf"
	"switchroom/bench/internal/house"
	"switchroom/bench/internal/sipload"
	"switchroom/engine"
	"switchroom/lab"
)

// site is all that runs: two nodes with their phones and callers, Redis and the controller.
type site struct {
	accounts   []engine.Account
	peer, ours *place
	redis      *lab.Redis
	controller *controller
	closers    []func() error
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
			s.close()
		}
	}()
	dir, err := os.MkdirTemp("", "switchroom-bench-")
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { return os.RemoveAll(dir) })
	log.Print("building the controller")
	binary := filepath.Join(dir, "controller")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "switchroom/bench/internal/controller").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the controller: %w\n%s", err, out)
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
	s.closers = append(s.closers, s.redis.Stop)
	log.Printf("starting the controller; %d agents log in", o.agents)
	a := s.ours.asterisk
	s.controller, err = startController(ctx, binary, filepath.Join(o.out, "controller.log"), house.Controller{
		Node: "bench", ARIURL: ariURL(a), User: a.User, Password: a.Password, Redis: s.redis.Addr(), Database: filepath.Join(dir, "bench.db"),
		Accounts: s.accounts, Profile: o.profile != "",
	})
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, s.controller.stop)
	return s, nil
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
	s.closers = append(s.closers, a.Stop)
	p := &place{asterisk: a}
	if p.ari, err = ari.NewClient(ari.Config{URL: ariURL(a), User: a.User, Password: a.Password, App: "bench"}); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { p.ari.Close(); return nil })
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
	s.closers = append(s.closers, func() error { p.agents.Close(); return nil })
	if p.callers, err = sipload.NewCallers(a.SIPAddr); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { p.callers.Close(); return nil })
	return p, nil
}

func ariURL(a *lab.Asterisk) string { return strings.TrimSuffix(a.ARIURL, "/ari") }

// close stops everything, last started first.
func (s *site) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		if err := s.closers[i](); err != nil {
			log.Print("bench: stop: ", err)
		}
	}
}

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

// controller is the controller's process.
type controller struct {
	cmd   *exec.Cmd
	log   string // path
	debug string // host:port of its profiles
}

func startController(ctx context.Context, binary, logPath string, c house.Controller) (*controller, error) {
	in, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(logPath), 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	defer file.Close() // the process has its own
	p := &controller{cmd: exec.Command(binary), log: logPath}
	p.cmd.Stdin = bytes.NewReader(in)
	p.cmd.Stderr = file
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the controller: %w", err)
	}
	started := make(chan error, 1)
	var s house.Started
	go func() { started <- json.NewDecoder(stdout).Decode(&s) }()
	select {
	case err = <-started:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		return nil, fmt.Errorf("start the controller: %w\n%s", err, lastLines(p.log, 20))
	}
	p.debug = s.Debug
	return p, nil
}

// stop ends the process in order.
func (p *controller) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("controller: %w\n%s", err, lastLines(p.log, 20))
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("controller: %w\n%s", err, lastLines(p.log, 20))
	}
	return nil
}

func lastLines(path string, n int) string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
