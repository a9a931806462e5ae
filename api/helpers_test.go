package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/api/feed/feedtest"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/reach"
	"switchroom/signin"
	"switchroom/store/sql"
	"switchroom/store/sql/sqltest"
)

// desk notes what it is told and refuses what it is told to refuse.
type desk struct {
	mu    sync.Mutex
	heard []string
	fail  error
	ready error
	hold  chan struct{} // commands wait for it; nil: they do not
}

func (d *desk) hear(ctx context.Context, format string, args ...any) error {
	d.mu.Lock()
	d.heard = append(d.heard, fmt.Sprintf(format, args...))
	fail, hold := d.fail, d.hold
	d.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fail
}

func (d *desk) Login(ctx context.Context, id string) error  { return d.hear(ctx, "login %s", id) }
func (d *desk) Logout(ctx context.Context, id string) error { return d.hear(ctx, "logout %s", id) }
func (d *desk) Absent(ctx context.Context, id string) error { return d.hear(ctx, "absent %s", id) }
func (d *desk) Choose(ctx context.Context, id string, status agent.Choice, reason string) error {
	return d.hear(ctx, "choose %s %s %q", id, status, reason)
}
func (d *desk) Command(ctx context.Context, callID string, in call.Input) error {
	return d.hear(ctx, "%s %+v", callID, in)
}

func (d *desk) DialOut(ctx context.Context, id, number, callerID string) (string, error) {
	return "call-1", d.hear(ctx, "dial %s %q %q", id, number, callerID)
}

func (d *desk) Transfer(ctx context.Context, callID, by string, to engine.Aim) error {
	return d.hear(ctx, "transfer %s %s %+v", callID, by, to)
}

func (d *desk) Consult(ctx context.Context, callID, by string, to engine.Aim) error {
	return d.hear(ctx, "consult %s %s %+v", callID, by, to)
}

func (d *desk) Colleagues(me string, matches func(engine.Colleague) bool, limit int) (out []engine.Colleague) {
	for _, c := range []engine.Colleague{{Agent: "anna", Name: "Anna", Number: "101"}, {Agent: "ben", Name: "Ben", Number: "102"}, {Agent: "carla", Name: "Carla", Number: "103"}} {
		if c.Agent != me && matches(c) && len(out) < limit {
			out = append(out, c)
		}
	}
	return out
}

func (d *desk) Ready() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ready
}

func (d *desk) refuse(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = err
}

// take returns what was heard since the last time.
func (d *desk) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.heard
	d.heard = nil
	return out
}

// answers keeps them in memory.
type answers struct {
	mu   sync.Mutex
	kept map[string]*kept
}

type kept struct {
	a       *answers
	key     string
	request string
	answer  *api.Answer
}

func (a *answers) Begin(_ context.Context, scope, key string, request []byte, _ time.Duration) (*api.Answer, api.Work, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k := scope + "\x00" + key
	old := a.kept[k]
	switch {
	case old == nil:
		a.kept[k] = &kept{a: a, key: k, request: string(request)}
		return nil, a.kept[k], nil
	case old.request != string(request):
		return nil, nil, api.ErrKeyReused
	case old.answer == nil:
		return nil, nil, api.ErrInProgress
	}
	return old.answer, nil, nil
}

func (k *kept) Complete(_ context.Context, a api.Answer, _ time.Duration) error {
	k.a.mu.Lock()
	defer k.a.mu.Unlock()
	k.answer = &a
	return nil
}

func (k *kept) Forget(context.Context) error {
	k.a.mu.Lock()
	defer k.a.mu.Unlock()
	delete(k.a.kept, k.key)
	return nil
}

type demo struct {
	mu     sync.Mutex
	queues []string
}

func (d *demo) PlaceCall(_ context.Context, queue string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queues = append(d.queues, queue)
	return nil
}

// nodes are what controllers reported.
type nodes struct {
	mu   sync.Mutex
	list []engine.NodeReport
}

func (n *nodes) Nodes(context.Context) ([]engine.NodeReport, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list), nil
}

func (n *nodes) report(list ...engine.NodeReport) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = list
}

// house is a server with everything real but the engine and the live store.
type house struct {
	*httptest.Server
	t      testing.TB
	api    *api.Server
	desk   *desk
	live   *feedtest.Source
	sql    *sql.Store
	demo   *demo
	nodes  *nodes
	people int // made by the test
	log    *syncBuffer
}

var passwords = map[string]string{"anna": "anna's gravel tulip", "ben": "ben's gravel tulip", "carla": "carla's gravel tulip"}

var page = fstest.MapFS{
	"index.html":       {Data: []byte("<!doctype html><title>page</title>")},
	"assets/a-1234.js": {Data: []byte("1")},
	"robots.txt":       {Data: []byte("none")},
	"embed.js":         {Data: []byte("2")},
}

// options change what open makes.
type options struct {
	config func(*api.Config)
	deps   func(*api.Deps)
	// store is the database, migrated and seeded. Nil: one of the test's own.
	store *sql.Store
	// buffer is the size of the server's send buffers; zero: the system's.
	buffer int
}

// tight gives connections small send buffers, so that a client that does not read is noticed soon.
type tight struct {
	net.Listener
	size int
}

func (l tight) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(l.size)
	}
	return c, err
}

func open(t testing.TB, o options) *house {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	store := o.store
	if store == nil {
		store = database(t)
	}
	h := &house{t: t, desk: &desk{}, live: feedtest.New(), sql: store, demo: &demo{}, nodes: &nodes{}, log: &syncBuffer{}}
	c := api.Config{TokenKey: bytes.Repeat([]byte("k"), 32), Passwords: account.QuickHasher(), CommandBurst: 100_000, Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	d := api.Deps{Desk: h.desk, Live: h.live, Answers: &answers{kept: map[string]*kept{}}, Accounts: store, Settings: store, Outbound: store, Numbers: store, Prompts: store, Admin: store, Nodes: h.nodes, Audit: store, History: store, Records: store, Webhooks: store, CheckURL: reach.Guard{}.CheckURL, Providers: store, SignIn: signin.New(reach.Guard{}, nil), Demo: h.demo, Page: page}
	if o.config != nil {
		o.config(&c)
	}
	if o.deps != nil {
		o.deps(&d)
	}
	server, err := api.New(c, d)
	must(t, err)
	h.api = server
	h.Server = httptest.NewUnstartedServer(h.api)
	if o.buffer > 0 {
		h.Listener = tight{h.Listener, o.buffer}
	}
	h.Start()
	ran := make(chan struct{})
	go func() { defer close(ran); h.api.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ran
		h.Server.Close()
		h.Client().CloseIdleConnections()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// template is a seeded database: migrating and seeding one for each test would take most of the time.
var template = sync.OnceValues(func() ([]byte, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "switchroom-api-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	path := filepath.Join(dir, "template.db")
	store, err := sql.Open(ctx, sql.Config{URL: path, Passwords: account.QuickHasher(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	root := account.User{ID: "root", Login: "root", Name: "Root", Roles: []account.Role{account.Administrator}}
	err = errors.Join(store.Migrate(ctx), store.SeedDemo(ctx, passwords), store.PutUser(ctx, "root", root, "root's gravel tulip"), store.Close())
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// database is a copy of the template.
func database(t testing.TB) *sql.Store {
	t.Helper()
	b, err := template()
	must(t, err)
	path := filepath.Join(t.TempDir(), "switchroom.db")
	must(t, os.WriteFile(path, b, 0o600))
	store, err := sql.Open(t.Context(), sql.Config{URL: path, Secrets: sqltest.Secrets(), Passwords: account.QuickHasher()})
	must(t, err)
	return store
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// request is one request; fields that are empty are left out.
type request struct {
	method, path, token, body, kind, key string
	headers                              map[string]string
}

// reply is what came back.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	problem contract.Problem
}

func (h *house) do(r request) reply {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), r.method, h.URL+r.path, strings.NewReader(r.body))
	must(h.t, err)
	if r.body == "" {
		req.Body = http.NoBody
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.kind == "" && r.body != "" {
		r.kind = "application/json"
	}
	if r.kind != "" {
		req.Header.Set("Content-Type", r.kind)
	}
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	for name, value := range r.headers {
		req.Header.Set(name, value)
	}
	res, err := h.Client().Do(req)
	must(h.t, err)
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	must(h.t, err)
	out := reply{status: res.StatusCode, header: res.Header, body: body}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
		must(h.t, json.Unmarshal(body, &out.problem))
	}
	return out
}

func (r reply) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
}

// login returns a session of the user.
func (h *house) login(user string) contract.Session {
	h.t.Helper()
	body, err := json.Marshal(contract.Credentials{User: user, Password: strings.ToLower(user) + "'s gravel tulip"})
	must(h.t, err)
	r := h.do(request{method: "POST", path: "/api/v1/sessions", body: string(body)})
	if r.status != http.StatusOK {
		h.t.Fatalf("login as %s: %d %s", user, r.status, r.body)
	}
	var s contract.Session
	r.into(h.t, &s)
	return s
}

// eventually waits for a condition; it fails the test after ten seconds.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		if f() {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var errEngine = errors.New("secret detail of the engine")

var (
	_ api.Desk     = (*desk)(nil)
	_ api.Desk     = (*engine.Engine)(nil)
	_ api.Settings = (*sql.Store)(nil)
	_ api.Numbers  = (*sql.Store)(nil)
	_ api.Accounts = (*sql.Store)(nil)
	_ api.Admin    = (*sql.Store)(nil)
)
