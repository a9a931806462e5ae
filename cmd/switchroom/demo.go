package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"switchroom/account"
	"switchroom/lab"
	"switchroom/seal"
	"switchroom/settings"
	"switchroom/store/sql"
)

// demoCmd runs everything on loopback: Asterisk and Redis without root, the controller as a process of its own that is started again
// when it dies, as a service manager would do. So a kill -9 of it in the middle of a call shows what happens then.
type demoCmd struct {
	Dir    string `help:"Where the demo keeps its data." default:"var/demo" env:"SWITCHROOM_DEMO_DIR"`
	Listen string `help:"Where the page is served." default:"127.0.0.1:8080" env:"SWITCHROOM_LISTEN"`
}

// demoState is what a running demo leaves in its folder for "switchroom call" and for the next start.
type demoState struct {
	Passwords map[string]string `json:"passwords"`
	Secret    string            `json:"secret"`
	SecretKey string            `json:"secret_key"`
	// DeskSecret is the SIP password of carla's desk phone.
	DeskSecret string `json:"desk_secret"`
	SIP        string `json:"sip"`    // where customers call in
	Speech     string `json:"speech"` // what the demo customer says
	URL        string `json:"url"`
}

func (c demoCmd) Run(ctx context.Context, log *slog.Logger) error {
	began := time.Now()
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the demo's folder: %w; choose another with --dir", err)
	}
	if err := free(c.Listen); err != nil {
		return err
	}
	bundle, err := lab.Ensure(ctx, lab.Options{Progress: os.Stderr})
	if err != nil {
		return err
	}
	say("starting Redis")
	redis, err := lab.StartRedisWith(ctx, bundle, filepath.Join(dir, "redis"), lab.RedisOptions{Fsync: "always"})
	if err != nil {
		return err
	}
	defer stop("Redis", redis.Stop)
	say("starting Asterisk")
	asterisk, err := lab.StartAsterisk(ctx, bundle, lab.AsteriskOptions{Name: "demo", Dir: filepath.Join(dir, "asterisk")})
	if err != nil {
		return err
	}
	defer stop("Asterisk", asterisk.Stop)

	state, err := loadDemo(dir)
	if err != nil {
		return err
	}
	state.SIP, state.URL = asterisk.SIPAddr, "http://"+c.Listen
	state.Speech = filepath.Join(bundle.SoundDir(), "demo-congrats.wav")
	database := "sqlite:" + filepath.Join(dir, "switchroom.db")
	if state.DeskSecret, err = seed(ctx, database, state, log); err != nil {
		return err
	}
	if err := state.save(dir); err != nil {
		return err
	}
	button, stopButton, err := serveButton(ctx, state)
	if err != nil {
		return err
	}
	defer stop("the page's button", stopButton)
	say("starting the controller")
	env := append(os.Environ(),
		"SWITCHROOM_NODE=demo", "SWITCHROOM_OWNER=demo", "SWITCHROOM_LISTEN="+c.Listen,
		"SWITCHROOM_ARI_URL="+strings.TrimSuffix(asterisk.ARIURL, "/ari"), "SWITCHROOM_ARI_USER="+asterisk.User, "SWITCHROOM_ARI_PASSWORD="+asterisk.Password,
		"SWITCHROOM_MEDIA_ADDRESS=127.0.0.1", "SWITCHROOM_PROMPTS="+asterisk.PromptDir(), "SWITCHROOM_SIP_SOCKET="+asterisk.WSURL, "SWITCHROOM_REDIS=redis://"+redis.Addr()+"/0", "SWITCHROOM_DATABASE="+database,
		"SWITCHROOM_SECRET="+state.Secret, "SWITCHROOM_SECRET_KEY="+state.SecretKey, "SWITCHROOM_DEMO_BUTTON="+button,
	)
	logPath := filepath.Join(dir, "controller.log")
	s := &supervisor{env: env, logPath: logPath}
	life, end := context.WithCancel(ctx)
	over := make(chan struct{})
	defer func() { end(); <-over }()
	running := make(chan error, 1)
	go func() { defer close(over); running <- s.run(life) }()
	if err := waitReady(ctx, state.URL, running); err != nil {
		return fmt.Errorf("the controller did not become ready: %w\nthe end of %s:\n%s", err, logPath, tail(logPath, 2000))
	}
	greet(state, dir, time.Since(began))
	err = <-running
	say("stopping")
	return err
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "switchroom: "+format+"\n", args...) }

func stop(what string, f func() error) {
	if err := f(); err != nil {
		say("stop %s: %v", what, err)
	}
}

// free says early, and in words, that the page's port is taken.
func free(listen string) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("%s cannot be served at: %w; is another demo running? Choose another address with --listen 127.0.0.1:8090", listen, err)
	}
	return l.Close()
}

func greet(s demoState, dir string, took time.Duration) {
	fmt.Printf(`
Switchroom runs at  %s   (ready after %.1f s)

  log in as   anna   password  %s
         or   ben    password  %s   (another browser, to see calls being shared out)
         or   admin  password  %s   (the administration, the wallboard and reports)

  1. CTI Login, allow the microphone, choose Ready.
  2. "Place a demo call" on the page, or in another terminal:  make call
  3. Answer. You hear the customer; hang up; choose Ready again.

A desk phone, if you have a soft phone:  sip:carla@%s  password %s
The controller's log:  %s
Kill it with -9 in the middle of a call: it comes back, the call goes on.
Ctrl-C ends everything that was started here.

`, s.URL, took.Seconds(), s.Passwords["anna"], s.Passwords["ben"], s.Passwords["admin"], s.SIP, s.DeskSecret, filepath.Join(dir, "controller.log"))
}

// people of the demo, see sql.Store.SeedDemo.
var people = []string{"admin", "anna", "ben", "carla"}

func loadDemo(dir string) (demoState, error) {
	s := demoState{Passwords: map[string]string{}}
	b, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return s, err
	default:
		if err := json.Unmarshal(b, &s); err != nil {
			return s, fmt.Errorf("read the demo's state: %w; remove %s to begin anew", err, dir)
		}
	}
	for _, who := range people {
		if s.Passwords[who] == "" {
			s.Passwords[who] = account.NewToken()[:12]
		}
	}
	if s.Secret == "" {
		s.Secret = account.NewToken() + account.NewToken()
	}
	if s.SecretKey == "" {
		s.SecretKey = seal.NewKey()
	}
	return s, nil
}

func (s demoState) save(dir string) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "demo.json"), b, 0o600)
}

// seed puts the demo's people into the database and returns the SIP password of the desk phone.
func seed(ctx context.Context, database string, s demoState, log *slog.Logger) (desk string, err error) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	if log.Enabled(ctx, slog.LevelDebug) {
		quiet = log
	}
	db, err := openDatabase(ctx, database, nil, quiet)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.SeedDemo(ctx, s.Passwords); err != nil {
		return "", fmt.Errorf("put the demo's people into the database: %w", err)
	}
	if err := givePast(ctx, sql.Config{URL: database, Log: quiet}); err != nil {
		return "", err
	}
	if err := letExampleEmbed(ctx, db); err != nil {
		return "", fmt.Errorf("let the example CRM embed the widget: %w", err)
	}
	account, err := db.Account(ctx, "carla")
	return account.Secret, err
}

// exampleCRM is where `make example` serves the example of a CRM.
const exampleCRM = "http://localhost:8090"

// letExampleEmbed lets the example CRM embed the widget, unless somebody has said who may.
func letExampleEmbed(ctx context.Context, db *sql.Store) error {
	v, err := db.Embedding(ctx)
	if err != nil || len(v.Origins) > 0 {
		return err
	}
	_, err = db.SetEmbedding(ctx, "demo", v.Version, settings.Embedding{Origins: []string{exampleCRM}})
	return err
}

// supervisor keeps one controller running.
type supervisor struct {
	env     []string
	logPath string
}

func (s *supervisor) run(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(s.logPath, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	runtime.LockOSThread() // the death signal is the thread's, not the process': this one must live as long as the child
	defer runtime.UnlockOSThread()
	for {
		began := time.Now()
		cmd := exec.CommandContext(ctx, self, "serve")
		cmd.Env, cmd.Stdout, cmd.Stderr = s.env, out, out
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = 10 * time.Second
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
		err := cmd.Run()
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(began) < time.Second {
			return fmt.Errorf("the controller ended at once: %w", err)
		}
		say("the controller ended (%v); starting it again", err)
	}
}

func waitReady(ctx context.Context, url string, running <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/ready", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-running:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func tail(path string, n int) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	if len(b) > n {
		b = b[len(b)-n:]
	}
	return string(b)
}
