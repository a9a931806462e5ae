package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"

	"switchroom/event"
	"switchroom/lab"
	"switchroom/reach"
	"switchroom/settings"
	"switchroom/store/sql"
	"switchroom/store/sql/sqltest"
	"switchroom/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// receiver is another system: an HTTP server that checks each signature with the library that the specification's authors publish.
type receiver struct {
	*httptest.Server
	t       *testing.T
	mu      sync.Mutex
	secrets []string
	got     []message
	status  func(message) int // what it answers; 0: nothing, until the sender gives up
}

type message struct {
	ID   string
	Type event.Type `json:"type"`
	At   time.Time  `json:"timestamp"`
	Data struct {
		Call    string `json:"call"`
		Version int    `json:"version"`
	} `json:"data"`
}

func receive(t *testing.T, status func(message) int) *receiver {
	r := &receiver{t: t, status: status}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP implements http.Handler.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	var m message
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err != nil {
		r.t.Errorf("what came is no message: %v", err)
	}
	m.ID = req.Header.Get("webhook-id")
	r.mu.Lock()
	for _, secret := range r.secrets {
		wh, err := standardwebhooks.NewWebhook(secret)
		if err == nil {
			err = wh.VerifyIgnoringTimestamp(body, req.Header) // the test's time is not the library's
		}
		if err != nil {
			r.t.Errorf("the signature of %s: %v", m.Type, err)
		}
	}
	status := r.status(m)
	if status/100 == 2 {
		r.got = append(r.got, m)
	}
	r.mu.Unlock()
	if status == 0 {
		<-req.Context().Done()
		return
	}
	w.WriteHeader(status)
}

func (r *receiver) messages() []message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// counted is an outbox that says how often it was looked into.
type counted struct {
	webhook.Outbox
	looks chan struct{}
}

// Targets implements webhook.Outbox: it is asked for first in each look.
func (c counted) Targets(ctx context.Context) ([]event.Target, error) {
	out, err := c.Outbox.Targets(ctx)
	select {
	case c.looks <- struct{}{}:
	case <-ctx.Done():
	}
	return out, err
}

// controller is a sender in a test's time.
type controller struct {
	t     *testing.T
	clock *sqltest.Clock
	looks chan struct{}
	stop  func()
}

func start(t *testing.T, s *sql.Store, clock *sqltest.Clock, owner string) *controller {
	c := &controller{t: t, clock: clock, looks: make(chan struct{})}
	guard, err := reach.Parse("SWITCHROOM_WEBHOOK_NETWORKS", []string{"127.0.0.0/8"})
	ok(t, err)
	sender := webhook.New(webhook.Config{
		Outbox: counted{s, c.looks}, Owner: owner, Guard: guard, Now: clock.Now, Look: time.Millisecond, Timeout: 10 * time.Second, Metrics: prometheus.NewRegistry(),
	})
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { defer close(over); sender.Run(ctx) }()
	c.stop = sync.OnceFunc(func() { cancel(); <-over })
	t.Cleanup(c.stop)
	return c
}

// look waits until the sender has begun so many looks more.
func (c *controller) look(n int) {
	c.t.Helper()
	for range n {
		select {
		case <-c.looks:
		case <-time.After(30 * time.Second):
			c.t.Fatal("the sender looks no more")
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, url string, clock *sqltest.Clock) *sql.Store {
	t.Helper()
	s, err := sql.Open(t.Context(), sql.Config{URL: url, Now: clock.Now, Secrets: sqltest.Secrets(), Timeout: 30 * time.Second})
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	ok(t, s.Migrate(t.Context()))
	return s
}

func hook(t *testing.T, s *sql.Store, r *receiver) settings.Webhook {
	t.Helper()
	v := settings.NewWebhook()
	v.Name, v.URL = "test", r.URL
	w, secret, err := s.CreateWebhook(t.Context(), "root", v)
	ok(t, err)
	r.mu.Lock()
	r.secrets = append(r.secrets, secret.Text())
	r.mu.Unlock()
	return w
}

func lite(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "webhook.db") }

func TestAReceiverIsDownForAnHour(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { downForAnHour(t, lite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { downForAnHour(t, created(t, lab.NewPostgres(t).CreateDatabase)) })
	t.Run("MariaDB", func(t *testing.T) { downForAnHour(t, created(t, lab.NewMariaDB(t).CreateDatabase)) })
}

func created(t *testing.T, create func(context.Context) (string, error)) string {
	t.Helper()
	url, err := create(t.Context())
	ok(t, err)
	return url
}

// For an hour of simulated time calls come every minute while their receiver answers 503, and another one answers. In the middle of it the controller that sends dies in the middle of a
// request, and another takes over once the lease is over.
func downForAnHour(t *testing.T, url string) {
	clock := sqltest.NewClock()
	s := open(t, url, clock)
	up := time.Time{}
	down := receive(t, func(message) int {
		if clock.Now().Before(up) {
			return http.StatusServiceUnavailable
		}
		return http.StatusNoContent
	})
	healthy := receive(t, func(message) int { return http.StatusOK })
	up = clock.Now().Add(time.Hour + time.Second)
	first, second := hook(t, s, down), hook(t, s, healthy)

	c := start(t, s, clock, "one")
	calls := 0
	for calls < 60 {
		entries, _ := sqltest.Served(t, clock.Now(), fmt.Sprintf("call-%02d", calls))
		ok(t, s.AppendJournal(t.Context(), entries))
		calls++
		for range 6 {
			clock.Add(10 * time.Second)
			c.look(3)
		}
		if calls == 30 {
			c.stop()
			ok(t, kept(t, s, first.ID, second.ID, clock)) // as kill -9 leaves it
			c = start(t, s, clock, "two")
		}
	}
	if n := len(down.messages()); n > 0 {
		t.Fatalf("%d messages arrived while nothing answered", n)
	}
	c.until("the other receiver has everything while the first is down", func() bool { return len(distinct(healthy.messages())) == 5*calls })
	clock.Add(2 * time.Minute)
	c.until("everything arrives once the receiver answers", func() bool {
		clock.Add(time.Second)
		return len(distinct(down.messages())) == 5*calls
	})
	inOrder(t, down.messages(), calls)
	inOrder(t, healthy.messages(), calls)
	if b, err := s.Backlog(t.Context()); err != nil || b.Waiting+b.Dead > 0 {
		c.until("nothing waits", func() bool { b, err = s.Backlog(t.Context()); return err == nil && b.Waiting+b.Dead == 0 })
	}
}

// kept leases the webhooks as a controller that died just now holds them.
func kept(t *testing.T, s *sql.Store, first, second string, clock *sqltest.Clock) error {
	for _, id := range []string{first, second} {
		if _, err := s.LeaseTarget(t.Context(), id, "one", clock.Now().Add(time.Minute)); err != nil {
			return err
		}
	}
	return nil
}

func (c *controller) until(what string, f func() bool) {
	c.t.Helper()
	for began := time.Now(); !f(); c.look(1) {
		if time.Since(began) > 60*time.Second {
			c.t.Fatalf("not seen: %s", what)
		}
	}
}

func distinct(list []message) map[string]bool {
	out := map[string]bool{}
	for _, m := range list {
		out[m.ID] = true
	}
	return out
}

// inOrder: each call's events came in the order in which they happened, whatever came twice.
func inOrder(t *testing.T, list []message, calls int) {
	t.Helper()
	seen, order := map[string]bool{}, map[string][]event.Type{}
	for _, m := range list {
		if !seen[m.ID] {
			seen[m.ID] = true
			order[m.Data.Call] = append(order[m.Data.Call], m.Type)
		}
	}
	want := []event.Type{event.CallStarted, event.CallOffered, event.CallAnswered, event.TicketOpened, event.CallEnded}
	for id, types := range order {
		if !slices.Equal(types, want) {
			t.Errorf("call %s: %v", id, types)
		}
	}
	if len(order) != calls {
		t.Errorf("%d calls, want %d", len(order), calls)
	}
}

// A call whose events the receiver never takes is given up after a day, and until then holds up nothing but itself.
func TestACallThatIsStuckHoldsUpNoOther(t *testing.T) {
	clock := sqltest.NewClock()
	s := open(t, lite(t), clock)
	r := receive(t, func(m message) int {
		if m.Data.Call == "stuck" && m.Type == event.CallStarted {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	w := hook(t, s, r)
	c := start(t, s, clock, "one")
	for _, id := range []string{"stuck", "a", "b"} {
		entries, _ := sqltest.Served(t, clock.Now(), id)
		ok(t, s.AppendJournal(t.Context(), entries))
	}
	c.until("the other calls' events arrive", func() bool { return len(r.messages()) == 10 })
	inOrder(t, r.messages(), 2)
	for range 27 {
		clock.Add(time.Hour)
		c.look(4)
	}
	c.until("it is given up, and the call's later events go on", func() bool { clock.Add(10 * time.Minute); return len(r.messages()) == 14 })
	page, err := s.WebhookDeliveries(t.Context(), w.ID, settings.WebhookQuery{State: "dead", Limit: 10})
	if err != nil || len(page.Deliveries) != 1 || page.Deliveries[0].Type != "call.started" || page.Deliveries[0].Call != "stuck" || page.Deliveries[0].Attempts < 8 || page.Deliveries[0].Status != 500 {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestWhoAnswersGoneIsSwitchedOff(t *testing.T) {
	clock := sqltest.NewClock()
	s := open(t, lite(t), clock)
	var mu sync.Mutex
	gone := true
	r := receive(t, func(message) int {
		mu.Lock()
		defer mu.Unlock()
		if gone {
			return http.StatusGone
		}
		return http.StatusOK
	})
	w := hook(t, s, r)
	c := start(t, s, clock, "one")
	entries, _ := sqltest.Served(t, clock.Now(), "a")
	ok(t, s.AppendJournal(t.Context(), entries))
	c.until("it is off", func() bool {
		v, err := s.WebhookSettings(t.Context(), w.ID)
		return err == nil && !v.Enabled && v.Off == "gone"
	})
	mu.Lock()
	gone = false
	mu.Unlock()
	v, err := s.WebhookSettings(t.Context(), w.ID)
	ok(t, err)
	v.Enabled = true
	_, err = s.ChangeWebhook(t.Context(), "root", v.Version, v)
	ok(t, err)
	clock.Add(time.Minute)
	c.until("what waited is sent when it is on again", func() bool { return len(r.messages()) == 5 })
}

func TestBothSecretsSignForADay(t *testing.T) {
	clock := sqltest.NewClock()
	s := open(t, lite(t), clock)
	r := receive(t, func(message) int { return http.StatusOK })
	w := hook(t, s, r)
	next, err := s.RotateWebhookSecret(t.Context(), "root", w.ID)
	ok(t, err)
	r.mu.Lock()
	r.secrets = append(r.secrets, next.Text()) // each message must be good by both
	r.mu.Unlock()
	c := start(t, s, clock, "one")
	_, err = s.TestWebhook(t.Context(), "root", w.ID)
	ok(t, err)
	c.until("the test arrives", func() bool { return len(r.messages()) == 1 })
	r.mu.Lock()
	r.secrets = r.secrets[1:]
	r.mu.Unlock()
	clock.Add(24 * time.Hour)
	_, err = s.TestWebhook(t.Context(), "root", w.ID)
	ok(t, err)
	c.until("the next one arrives", func() bool { return len(r.messages()) == 2 })
}

func TestRedirectsAreNotFollowedAndLongAnswersAreCutOff(t *testing.T) {
	clock := sqltest.NewClock()
	s := open(t, lite(t), clock)
	inside := receive(t, func(message) int { t.Error("a redirect was followed"); return http.StatusOK })
	var mu sync.Mutex
	answer := http.RedirectHandler(inside.URL, http.StatusTemporaryRedirect)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		answer.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	w := hook(t, s, &receiver{Server: server})
	c := start(t, s, clock, "one")
	id, err := s.TestWebhook(t.Context(), "root", w.ID)
	ok(t, err)
	state := func() (d settings.WebhookDelivery) {
		page, err := s.WebhookDeliveries(t.Context(), w.ID, settings.WebhookQuery{Limit: 5})
		ok(t, err)
		for _, d = range page.Deliveries {
			if d.ID == id {
				return d
			}
		}
		t.Fatal("there is no delivery")
		return d
	}
	c.until("the redirect is taken for a refusal", func() bool { d := state(); return d.Problem == "status" && d.Status == 307 })
	mu.Lock()
	answer = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for piece := make([]byte, 1<<20); r.Context().Err() == nil; { // for ever
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	})
	mu.Unlock()
	clock.Add(time.Minute)
	c.until("an answer without end is an answer", func() bool { return state().State == "delivered" })
}

func TestWithoutAnOperatorsLeaveNothingIsSentInside(t *testing.T) {
	clock := sqltest.NewClock()
	s := open(t, lite(t), clock)
	r := receive(t, func(message) int { t.Error("a message was sent to loopback"); return http.StatusOK })
	w := hook(t, s, r)
	named := hook(t, s, &receiver{Server: &httptest.Server{URL: strings.Replace(r.URL, "http://127.0.0.1", "https://localhost", 1)}}) // known only once it is dialled
	sender := webhook.New(webhook.Config{Outbox: s, Owner: "one", Now: clock.Now, Look: time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { defer close(over); sender.Run(ctx) }()
	defer func() { cancel(); <-over }()
	for _, id := range []string{w.ID, named.ID} {
		_, err := s.TestWebhook(t.Context(), "root", id)
		ok(t, err)
		for began := time.Now(); ; time.Sleep(time.Millisecond) {
			page, err := s.WebhookDeliveries(t.Context(), id, settings.WebhookQuery{Limit: 5})
			ok(t, err)
			if page.Deliveries[0].Problem == "address_refused" {
				break
			}
			if time.Since(began) > 20*time.Second {
				t.Fatalf("%+v", page)
			}
		}
	}
}
