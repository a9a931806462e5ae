package e2e

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"switchroom/seal"
)

const (
	nodeName  = "lab"
	ownerName = "e2e" // the same over restarts: a restarted controller takes its node over at once
)

// TestMain lets several houses stand at a time, and removes what the tests built.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		_ = flag.Set("test.parallel", strconv.Itoa(3*runtime.NumCPU())) // houses wait more than they work
	}
	clock.start()
	status := m.Run()
	if binary.dir != "" {
		os.RemoveAll(binary.dir)
	}
	os.Exit(status)
}

// The controller's binaries, each built once for all tests, with the points at which it can be killed (engine/fault_on.go), which also make a
// broken invariant fatal: one with the race detector (where the machine has a C compiler), one without.
var binary = struct {
	sync.Mutex
	dir   string
	built map[bool]error
}{built: map[bool]error{}}

// detector is of races.
type detector int

const (
	sometimes detector = iota
	always             // where much happens at once
	never              // where the controller is started many times
)

// on tells whether the story of this name has it: the same at each run.
func (d detector) on(name string) bool {
	h := fnv.New32a()
	h.Write([]byte(name))
	return d == always || d == sometimes && h.Sum32()%3 == 0
}

func build(t *testing.T, race bool) string {
	t.Helper()
	binary.Lock()
	defer binary.Unlock()
	if binary.dir == "" {
		var err error
		if binary.dir, err = os.MkdirTemp("", "switchroom-e2e-"); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(binary.dir, fmt.Sprintf("switchroom-race-%t", race))
	if _, done := binary.built[race]; !done {
		binary.built[race] = compile(path, race)
	}
	if err := binary.built[race]; err != nil {
		t.Fatal(err)
	}
	return path
}

func compile(path string, race bool) error {
	args, cgo := []string{"build", "-tags", "faults", "-o", path}, "CGO_ENABLED=0"
	if _, err := exec.LookPath("gcc"); race && err == nil {
		args, cgo = append(args, "-race", "-gcflags=modernc.org/...=-race=false"), "CGO_ENABLED=1" // see scripts/test
	}
	cmd := exec.Command("go", append(args, "switchroom/cmd/switchroom")...)
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the controller: %w\n%s", err, out)
	}
	return nil
}

// secretKey seals secrets in the houses' databases.
var secretKey = seal.NewKey()

// controller is the house's controller: "switchroom serve" as a process of its own. Only the test's goroutine uses it, but for url.
type controller struct {
	h    *house
	path string
	ari  string // Asterisk's URL as the controller knows it
	log  string // file; all starts write to it

	mu     sync.Mutex
	listen string // the address, chosen by the first start and kept

	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended; state is set before
	state error
	read  int // how much of the log was before this start
}

func newController(h *house, ari string) *controller {
	return &controller{h: h, path: build(h.T, h.opt.detector.on(h.Name())), ari: ari, log: filepath.Join(h.TempDir(), "controller.log"), listen: "127.0.0.1:0"}
}

// start starts the controller and waits until it serves calls.
func (c *controller) start(env ...string) {
	c.h.Helper()
	c.launch(env...)
	c.waitReady()
}

// launch starts the process and returns once it listens.
func (c *controller) launch(env ...string) {
	c.h.Helper()
	if err := c.spawn(env...); err != nil {
		c.h.Fatal(err)
	}
}

// spawn is launch for other goroutines than the test's.
func (c *controller) spawn(env ...string) error {
	c.read = len(c.text())
	out, err := os.OpenFile(c.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command(c.path, "serve")
	cmd.Env = append(c.environment(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	// Should the test be killed, so is the controller: the kernel does it when the thread ends that started it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	ended := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			c.state = cmd.Wait()
			close(ended)
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start the controller: %w", err)
	}
	c.cmd, c.ended = cmd, ended
	return c.waitListening()
}

// waitListening waits until the controller serves its API, or has ended.
func (c *controller) waitListening() error {
	for began := time.Now(); c.runs(); time.Sleep(10 * time.Millisecond) {
		log := c.text()[c.read:]
		_, after, found := strings.Cut(log, "msg=serving address=http://")
		if address, _, whole := strings.Cut(after, "\n"); found && whole {
			c.mu.Lock()
			c.listen = address
			c.mu.Unlock()
			return nil
		}
		if time.Since(began) > time.Minute {
			return fmt.Errorf("the controller does not serve:\n%s", log)
		}
	}
	return nil
}

func (c *controller) environment() []string {
	e := append(os.Environ(),
		"SWITCHROOM_NODE="+nodeName, "SWITCHROOM_OWNER="+ownerName, "SWITCHROOM_LISTEN="+c.listen,
		"SWITCHROOM_ARI_URL="+c.ari, "SWITCHROOM_ARI_USER="+c.h.asterisk.User, "SWITCHROOM_ARI_PASSWORD="+c.h.asterisk.Password,
		"SWITCHROOM_MEDIA_ADDRESS=127.0.0.1", "SWITCHROOM_PROMPTS="+c.h.asterisk.PromptDir(), "SWITCHROOM_SIP_SOCKET="+c.h.asterisk.WSURL,
		"SWITCHROOM_REDIS=redis://"+c.h.redis.Addr()+"/0", "SWITCHROOM_DATABASE="+c.h.database,
		"SWITCHROOM_SECRET="+strings.Repeat("not a secret in a test ", 2), "SWITCHROOM_SECRET_KEY="+secretKey, "SWITCHROOM_WEBHOOK_NETWORKS=127.0.0.0/8",
		"GORACE=atexit_sleep_ms=50", // not a second, in which nothing happens any more
	)
	if c.h.opt.rescue > 0 {
		e = append(e, "SWITCHROOM_RESCUE="+c.h.opt.rescue.String())
	}
	return e
}

func (c *controller) waitReady() {
	c.h.Helper()
	c.h.until(30*time.Second, "the controller is ready", func(ctx context.Context) (bool, string) {
		if !c.runs() {
			c.h.Fatalf("the controller ended while it started: %v\n%s", c.state, c.text()[c.read:])
		}
		why, err := c.readiness(ctx)
		if err != nil {
			return false, err.Error()
		}
		return why == "", why
	})
}

// url is where the controller serves.
func (c *controller) url() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return "http://" + c.listen
}

func (c *controller) runs() bool {
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

// kill is kill -9.
func (c *controller) kill() {
	c.h.Helper()
	if !c.runs() {
		c.h.Fatalf("the controller died unasked: %v\n%s", c.state, tail(c.text()))
	}
	c.h.expect(brokenSocket)
	_ = c.cmd.Process.Kill() // fails only if it has ended meanwhile
	<-c.ended
}

// brokenSocket is what Asterisk says when a controller is killed.
const brokenSocket = "Error reading from web socket"

// stop stops the controller in order, as a service manager does.
func (c *controller) stop() {
	c.h.Helper()
	if c.runs() {
		_ = c.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-c.ended:
		case <-time.After(10 * time.Second):
			_ = c.cmd.Process.Signal(syscall.SIGABRT) // its goroutines go to the log
			<-c.ended
			c.h.Error("the controller did not stop within 10 s")
		}
	} else {
		c.h.Errorf("the controller died unasked")
	}
	if c.state != nil {
		c.h.Errorf("the controller ended with: %v", c.state)
	}
	if c.h.Failed() {
		c.h.Logf("the controller's log:\n%s", c.text())
	}
}

func (c *controller) text() string {
	b, err := os.ReadFile(c.log)
	if err != nil && !os.IsNotExist(err) {
		return err.Error()
	}
	return string(b)
}

// complaints are the lines of the log that say that something is wrong.
func (c *controller) complaints() []string {
	var out []string
	for line := range strings.Lines(c.text()) {
		bad := false
		for _, mark := range []string{"level=ERROR", "DATA RACE", "panic:", "broken invariant", "fatal error:"} {
			bad = bad || strings.Contains(line, mark)
		}
		if bad && !c.h.expected(line) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

func tail(s string) string {
	const most = 8 << 10
	if len(s) > most {
		s = s[len(s)-most:]
	}
	return string(bytes.ToValidUTF8([]byte(s), []byte("?")))
}
