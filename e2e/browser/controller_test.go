package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// controller is a house's controller: "switchroom serve", a process of its own. Not safe for concurrent use.
type controller struct {
	binary string
	env    []string
	dir    string
	listen string // chosen by the first start and kept

	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended; state is set before
	state error
}

func (c *controller) logPath() string { return filepath.Join(c.dir, "controller.log") }

func (c *controller) log() string {
	b, err := os.ReadFile(c.logPath())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// start starts the controller and returns when it serves calls.
func (c *controller) start(ctx context.Context) error {
	out, err := os.OpenFile(c.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	read, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	cmd := exec.Command(c.binary, "serve")
	cmd.Env = append(append(os.Environ(), c.env...), "SWITCHROOM_LISTEN="+c.listen)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started, ended := make(chan error), make(chan struct{})
	go func() {
		_ = onThread(func() error {
			err := cmd.Start()
			started <- err
			if err == nil {
				c.state = cmd.Wait()
				close(ended)
			}
			return nil
		})
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start the controller: %w", err)
	}
	c.cmd, c.ended = cmd, ended
	if err := c.waitReady(ctx, int(read)); err != nil {
		return fmt.Errorf("start the controller: %w\n%s", err, c.log())
	}
	return nil
}

// onThread runs f on a thread of its own: the kernel ends a child when the thread that started it does.
func onThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		done <- f()
	}()
	return <-done
}

func (c *controller) waitReady(ctx context.Context, read int) error {
	return until(ctx, 20*time.Second, func(ctx context.Context) error {
		if !c.runs() {
			return over(fmt.Errorf("it ended: %w", c.state))
		}
		_, after, serves := strings.Cut(c.log()[read:], "msg=serving address=http://")
		if fields := strings.Fields(after); !serves || len(fields) == 0 {
			return fmt.Errorf("it does not serve")
		} else {
			c.listen = fields[0]
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url()+"/ready", nil)
		if err != nil {
			return over(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			why, _ := io.ReadAll(resp.Body)
			return fmt.Errorf("not ready: %s", why)
		}
		return nil
	})
}

func (c *controller) url() string { return "http://" + c.listen }

func (c *controller) runs() bool {
	if c.cmd == nil {
		return false
	}
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

// kill is kill -9.
func (c *controller) kill() error {
	if !c.runs() {
		return fmt.Errorf("the controller had died unasked: %v", c.state)
	}
	_ = c.cmd.Process.Kill() // fails only if it has ended meanwhile
	<-c.ended
	return nil
}

// stop stops the controller in order, as a service manager does.
func (c *controller) stop() error {
	if c.cmd == nil {
		return nil
	}
	if !c.runs() {
		return fmt.Errorf("the controller died unasked: %v", c.state)
	}
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.ended:
		return c.state
	case <-time.After(10 * time.Second):
		_ = c.cmd.Process.Signal(syscall.SIGABRT) // its goroutines go to the log
		<-c.ended
		return fmt.Errorf("the controller did not stop within 10 s\n%s", c.log())
	}
}

// complaints are the lines of the log that say that something is wrong.
func (c *controller) complaints() []string {
	var out []string
	for line := range strings.Lines(c.log()) {
		for _, mark := range []string{"level=ERROR", "panic:", "broken invariant", "fatal error:"} {
			if strings.Contains(line, mark) {
				out = append(out, "the controller says: "+strings.TrimSpace(line))
				break
			}
		}
	}
	return out
}
