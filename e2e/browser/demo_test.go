package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// demo is "switchroom demo" as a newcomer starts it.
type demo struct {
	dir   string
	url   string
	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended; state is set before
	state error
	// Passwords by login.
	passwords map[string]string
}

func openDemo(ctx context.Context, binary string) (d *demo, err error) {
	d = &demo{ended: make(chan struct{})}
	if d.dir, err = os.MkdirTemp("", "switchroom-demo-"); err != nil {
		return nil, err
	}
	listen, err := freeAddress()
	if err != nil {
		return nil, err
	}
	d.url = "http://" + listen
	out, err := os.Create(d.logPath())
	if err != nil {
		return nil, err
	}
	defer out.Close()
	d.cmd = exec.Command(binary, "demo", "--dir", filepath.Join(d.dir, "data"), "--listen", listen)
	d.cmd.Stdout, d.cmd.Stderr = out, out
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	started := make(chan error)
	go func() {
		_ = onThread(func() error {
			err := d.cmd.Start()
			started <- err
			if err == nil {
				d.state = d.cmd.Wait()
				close(d.ended)
			}
			return nil
		})
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the demo: %w", err)
	}
	if err := until(ctx, 30*time.Second, d.ready); err != nil {
		return nil, errors.Join(fmt.Errorf("start the demo: %w\n%s", err, d.log()), errors.Join(d.stop()...))
	}
	return d, nil
}

// freeAddress is one that nobody listens at: the demo wants to be told its port.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (d *demo) logPath() string { return filepath.Join(d.dir, "demo.log") }

func (d *demo) log() string {
	b, err := os.ReadFile(d.logPath())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// ready is nil once the page is served and the passwords are known.
func (d *demo) ready(ctx context.Context) error {
	select {
	case <-d.ended:
		return over(fmt.Errorf("it ended: %w", d.state))
	default:
	}
	if !strings.Contains(d.log(), "Switchroom runs at") {
		return errors.New("it has not said that it runs")
	}
	b, err := os.ReadFile(filepath.Join(d.dir, "data/demo.json"))
	if err != nil {
		return err
	}
	var state struct {
		Passwords map[string]string `json:"passwords"`
	}
	if err := json.Unmarshal(b, &state); err != nil {
		return err
	}
	d.passwords = state.Passwords
	return nil
}

// killController is kill -9 of the controller that the demo started.
func (d *demo) killController() error {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", d.cmd.Process.Pid))
	if err != nil {
		return err
	}
	for _, list := range lists {
		children, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for _, pid := range strings.Fields(string(children)) {
			line, err := os.ReadFile("/proc/" + pid + "/cmdline")
			if err != nil || !strings.HasSuffix(string(line), "\x00serve\x00") {
				continue
			}
			n, err := strconv.Atoi(pid)
			if err != nil {
				return err
			}
			return syscall.Kill(n, syscall.SIGKILL)
		}
	}
	return errors.New("the demo has no controller")
}

// stop is Ctrl-C. It returns what went wrong.
func (d *demo) stop() (errs []error) {
	_ = d.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-d.ended:
		if d.state != nil {
			errs = append(errs, fmt.Errorf("the demo ended with: %w\n%s", d.state, d.log()))
		}
	case <-time.After(20 * time.Second):
		_ = d.cmd.Process.Kill()
		<-d.ended
		errs = append(errs, fmt.Errorf("the demo did not stop within 20 s\n%s", d.log()))
	}
	if err := os.RemoveAll(d.dir); err != nil {
		errs = append(errs, err)
	}
	return errs
}

func (l *laboratory) openDemo(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), houseTimeout)
	defer cancel()
	d, err := openDemo(ctx, l.controller)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.demo != nil {
		return nil, errors.Join(append(d.stop(), errors.New("there is a demo already"))...)
	}
	l.demo = d
	return map[string]any{"url": d.url, "passwords": d.passwords}, nil
}

func (l *laboratory) killDemoController(*http.Request) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.demo == nil {
		return nil, errors.New("there is no demo")
	}
	return nil, l.demo.killController()
}

func (l *laboratory) shutDemo(*http.Request) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.demo == nil {
		return nil, errors.New("there is no demo")
	}
	problems := []string{}
	for _, err := range l.demo.stop() {
		problems = append(problems, err.Error())
	}
	l.demo = nil
	return map[string][]string{"problems": problems}, nil
}
