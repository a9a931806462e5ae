package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startTimeout = 30 * time.Second
	stopGrace    = 10 * time.Second
)

// server is a program that serves on a loopback port of its own, which it keeps from [server.open] to [server.Stop]. Its methods are not safe for concurrent use.
type server struct {
	name    string // of its log and its data folder, and in messages
	bundle  Bundle
	dir     string
	command func() *exec.Cmd            // that serves
	ready   func(context.Context) error // nil once it does
	ending  syscall.Signal              // asks it to end in order
	again   string                      // in its log: it would not start yet, but will; empty: there is no such thing

	port  int
	ports ports
	proc  *process
}

func newServer(name string, b Bundle, dir string) (server, error) {
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return server{}, fmt.Errorf("%s: %w", name, err)
	}
	return server{name: name, bundle: b, dir: dir, ending: syscall.SIGTERM}, nil
}

// open takes a free port and starts there.
func (s *server) open(ctx context.Context) (err error) {
	if s.port, err = s.ports.single(); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if err = s.start(ctx); err != nil {
		s.ports.close()
	}
	return err
}

// Addr is host:port.
func (s *server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// LogPath is the server's log.
func (s *server) LogPath() string { return filepath.Join(s.dir, s.name+".log") }

func (s *server) data() string { return filepath.Join(s.dir, s.name) }

// Pid is the process id, for tests that stop it (SIGSTOP) or measure it.
func (s *server) Pid() int { return s.proc.cmd.Process.Pid }

// Stop shuts the server down in order, ending its clients' connections, and gives its port back. It may be called again.
func (s *server) Stop() error {
	defer s.ports.close()
	return s.end()
}

func (s *server) end() error {
	if err := s.proc.end(s.ending, stopGrace); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// Kill ends the server at once, as a crash would. The port stays reserved for Restart.
func (s *server) Kill() { s.proc.kill() }

// Restart starts the server again with the same port and data, stopping it first if it runs. After Stop it cannot be used.
func (s *server) Restart(ctx context.Context) error {
	if len(s.ports.locks) == 0 {
		return errors.New(s.name + ": restart after Stop: the port has been given back")
	}
	if err := s.end(); err != nil {
		return err
	}
	return s.start(ctx)
}

func (s *server) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := s.attempt(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil && s.again != "" && strings.Contains(err.Error(), s.again) {
			if err = os.Truncate(s.LogPath(), 0); err == nil {
				continue
			}
		}
		return fmt.Errorf("%s: start: %w", s.name, err)
	}
}

// attempt returns once the server serves; an error says what its log said.
func (s *server) attempt(ctx context.Context) error {
	log, err := os.OpenFile(s.LogPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	cmd := s.command()
	cmd.Stdout, cmd.Stderr = log, log
	proc, err := startProcess(cmd)
	if err != nil {
		return err
	}
	if err := proc.waitReady(ctx, s.ready); err != nil {
		proc.kill()
		return fmt.Errorf("%w\n%s", err, tail(s.LogPath(), 4096))
	}
	s.proc = proc
	return nil
}
