// Package rig starts what a benchmark runs on, and stops it.
package rig

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

// Main runs a benchmark until it ends or is interrupted.
func Main(run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal("bench: ", err)
	}
}

// Site is all that runs. The zero value is ready.
type Site struct{ closers []func() error }

// OnClose has f called by Close, before what was named earlier.
func (s *Site) OnClose(f func() error) { s.closers = append(s.closers, f) }

// Close stops everything, last started first.
func (s *Site) Close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		if err := s.closers[i](); err != nil {
			log.Print("bench: stop: ", err)
		}
	}
}

// Build makes a temporary folder, which Close removes, and a program of this module in it.
func (s *Site) Build(ctx context.Context, program string) (dir, binary string, err error) {
	if dir, err = os.MkdirTemp("", "switchroom-bench-"); err != nil {
		return "", "", err
	}
	s.OnClose(func() error { return os.RemoveAll(dir) })
	log.Print("building the controller")
	binary = filepath.Join(dir, "controller")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, program).CombinedOutput(); err != nil {
		return "", "", fmt.Errorf("build the controller: %w\n%s", err, out)
	}
	return dir, binary, nil
}

// Controller is its process.
type Controller struct {
	*exec.Cmd
	log string // path
}

// Start starts the controller, which Close stops. What it says is in the log, a file, but for a piped output; ready returns once it serves.
func (s *Site) Start(cmd *exec.Cmd, logPath string, ready func() error) (*Controller, error) {
	if err := os.MkdirAll(filepath.Dir(logPath), 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	defer file.Close() // the process has its own
	cmd.Stderr = file
	if cmd.Stdout == nil {
		cmd.Stdout = file
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the controller: %w", err)
	}
	c := &Controller{Cmd: cmd, log: logPath}
	if err := ready(); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, fmt.Errorf("start the controller: %w\n%s", err, c.lastLines())
	}
	s.OnClose(c.stop)
	return c, nil
}

// stop ends the process in order.
func (c *Controller) stop() error {
	err := c.Process.Signal(syscall.SIGTERM)
	if err == nil {
		err = c.Wait()
	}
	if err != nil {
		return fmt.Errorf("controller: %w\n%s", err, c.lastLines())
	}
	return nil
}

func (c *Controller) lastLines() string {
	raw, err := os.ReadFile(c.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
