package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is a running server. It dies with this process.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended; err is set before
	err  error
}

// startProcess runs cmd. The kernel kills the child when the OS thread that
// started it ends (Pdeathsig), so that thread is held by one goroutine until
// the child has ended: a Go thread may otherwise end at any time.
func startProcess(cmd *exec.Cmd) (*process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	cmd.SysProcAttr.Setpgid = true // Ctrl-C in a terminal reaches the parent, which stops us in order
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// alive reports whether the process still runs.
func (p *process) alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// stop asks the process to end and kills it when it has not within grace.
// Stopping an ended process does nothing.
func (p *process) stop(grace time.Duration) error { return p.end(syscall.SIGTERM, grace) }

// end is stop with another signal.
func (p *process) end(signal os.Signal, grace time.Duration) error {
	if !p.alive() {
		return nil
	}
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
		p.kill()
		return fmt.Errorf("%s did not end within %v and was killed", p.cmd.Path, grace)
	}
}

// kill ends the process at once, as a power cut would.
func (p *process) kill() {
	if p.alive() {
		_ = p.cmd.Process.Kill() // fails only when it has ended meanwhile
	}
	<-p.done
}

// waitReady polls ready until it returns nil. It gives up with the last error
// when ctx ends or the process does.
func (p *process) waitReady(ctx context.Context, ready func(context.Context) error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		if last = ready(ctx); last == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("ended while starting: %w", errors.Join(p.err, last))
		case <-ctx.Done():
			return fmt.Errorf("not ready in time: %w", errors.Join(ctx.Err(), last))
		case <-tick.C:
		}
	}
}

// tail returns the last n bytes of a file, for error messages; "" if there is none.
func tail(path string, n int64) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > n {
		_, _ = f.Seek(-n, io.SeekEnd)
	}
	b, _ := io.ReadAll(f)
	return string(bytes.TrimSpace(b))
}

// output runs a short program to its end and returns what it printed to stdout.
func output(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	p, err := startProcess(cmd)
	if err != nil {
		return "", err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		p.kill()
		return "", ctx.Err()
	}
	if p.err != nil {
		return "", fmt.Errorf("%w: %s%s", p.err, stdout.String(), stderr.String())
	}
	return stdout.String(), nil
}
