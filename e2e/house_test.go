// Package e2e tests the whole system: the controller on a real Asterisk, a real Redis and a real database, with SIP phones whose
// audio is measured. Each test is a story in a house of its own; its name is a sentence and carries the requirement's number.
//
// Read house_test.go first (what a house is, and what every house checks at its end), then desk_test.go and customer_test.go, the
// verbs of the stories.
package e2e

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	asteriskconf "switchroom/asterisk-conf"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/ari"
	"switchroom/call"

	"switchroom/lab"
	"switchroom/prompt"
	"switchroom/record"
	"switchroom/store/redis"
	"switchroom/store/sql"
	"switchroom/store/sql/sqltest"
)

// options of a house. The zero value is right for most stories.
type options struct {
	// agents are the people with a desk phone, all members of the queue "sales" (1000). Nil: carla and dora.
	agents []string
	// sales changes the queue's scenario: pickup 10 s, no longest wait, answered at once with music, one miss.
	sales func(*call.Scenario)
	// service changes the one service: both contract switches on, Business at login.
	service func(*sql.Service)
	// database makes an empty one and returns its URL. Nil: an SQLite file.
	database func(*testing.T) string
	// empty leaves the database without a service, a queue or a person.
	empty bool
	// before runs before the controller starts, to change settings further.
	before func(*house)
	// detector says whether the controller has the race detector, with which it takes five times the work to start. Zero: in every third story.
	detector detector
	// proxied puts a TCP proxy between the controller and Asterisk's ARI, which the story can break.
	proxied bool
	// rescue is the controller's; zero: its default of a minute.
	rescue time.Duration
}

// The one service and its queue.
const (
	theService = "brand"
	sales      = "sales"
)

// soon bounds what follows from something without anybody's doing: far above what it takes, for machines that are busy.
const soon = 5 * time.Second

// house is one installation: Asterisk, Redis, a database and a controller, with the people of the story.
type house struct {
	*testing.T
	opt      options
	since    time.Time
	asterisk *lab.Asterisk
	ari      *ari.Client // the test's own, straight to Asterisk
	redis    *lab.Redis
	live     *redis.Store // the test's own
	database string       // URL
	db       *sql.Store   // the test's own
	proxy    *proxy       // nil unless asked for
	control  *controller
	expects  []string // parts of log lines that are no fault in this story
	// maySilence is how much longer a customer may be in silence, where a story makes the controller learn late of what happens.
	maySilence time.Duration

	mu        sync.Mutex
	desks     []*desk
	customers []*customer
	pstn      *customer // whom agents call over the carrier's trunk; nil: nobody
}

// newHouse starts everything and stops it at the test's end, when it checks what every story has to leave behind: see leaveNothing.
func newHouse(t *testing.T, opt options) *house {
	t.Helper()
	if opt.agents == nil {
		opt.agents = []string{"carla", "dora"}
	}
	if opt.database == nil {
		opt.database = func(t *testing.T) string {
			url, err := sqltest.NewFile(filepath.Join(t.TempDir(), "switchroom.db"))
			if err != nil {
				t.Fatal(err)
			}
			return url
		}
	}
	h := &house{T: t, opt: opt, since: time.Now(), redis: newRedis(t), database: opt.database(t), expects: []string{cancelled}}
	h.asterisk = lab.NewAsterisk(t, lab.AsteriskOptions{RTPPorts: 256, Dialplan: &dialplan, Extra: map[string]string{"extensions.conf": endings}})
	h.openStores()
	if !opt.empty {
		h.seed()
	}
	url := ariBase(h.asterisk)
	if opt.proxied {
		h.proxy = newProxy(t, strings.TrimPrefix(url, "http://"))
		url = "http://" + h.proxy.addr()
	}
	h.control = newController(h, url)
	t.Cleanup(h.leaveNothing)
	h.control.start()
	return h
}

// newRedis starts a Redis that syncs its file with each write. With "everysec" it may hold writes back while it syncs, and a kill -9 then loses
// what it had acknowledged.
func newRedis(t *testing.T) *lab.Redis {
	t.Helper()
	r, err := lab.StartRedisWith(t.Context(), lab.Need(t), t.TempDir(), lab.RedisOptions{Fsync: "always"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func ariBase(a *lab.Asterisk) string { return strings.TrimSuffix(a.ARIURL, "/ari") }

// dialplan leaves the controller's endings to contexts of the tests' own, which write down what they were told.
var dialplan = asteriskconf.Dialplan{
	Numbers:         []asteriskconf.Number{{Exten: "1000", Queue: sales}, {Exten: "1999", Queue: "nosuchqueue"}},
	OverflowContext: "e2e-overflow",
	RefusedContext:  "e2e-refused",
	ExitContext:     "e2e-exit",
	RescueSeconds:   30,
	Retries:         20,
	RetrySeconds:    1,
}

// endings: each writes one line into Asterisk's log and hangs up with a cause of its own: 17 is SIP 486, 21 is 403, 34 is 503.
const endings = `
[e2e-overflow]
exten => s,1,Log(NOTICE,ending overflow ${SWITCHROOM_RESULT} ${SWITCHROOM_REASON} ${SWITCHROOM_CALL})
 same => n,Hangup(17)
[e2e-refused]
exten => s,1,Log(NOTICE,ending refused ${SWITCHROOM_RESULT} ${SWITCHROOM_REASON} ${SWITCHROOM_CALL})
 same => n,Hangup(21)
[e2e-exit]
exten => s,1,Log(NOTICE,ending exit ${SWITCHROOM_RESULT} ${SWITCHROOM_REASON} ${SWITCHROOM_CALL})
 same => n,Hangup(34)
`

// openStores opens the test's own connections, by which it looks behind the controller's back.
func (h *house) openStores() {
	h.Helper()
	var err error
	if h.live, err = redis.Open(redis.Options{Addr: h.redis.Addr()}); err != nil {
		h.Fatal(err)
	}
	if h.db, err = sql.Open(h.Context(), sql.Config{URL: h.database, Passwords: account.QuickHasher()}); err != nil {
		h.Fatal(err)
	}
	if err := h.db.Migrate(h.Context()); err != nil {
		h.Fatal(err)
	}
	h.ari, err = ari.NewClient(ari.Config{URL: ariBase(h.asterisk), User: h.asterisk.User, Password: h.asterisk.Password, App: "e2e"})
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() {
		h.ari.Close()
		if err := h.live.Close(); err != nil {
			h.Error(err)
		}
		if err := h.db.Close(); err != nil {
			h.Error(err)
		}
	})
}

// seed writes the settings: one service with the queue "sales", whose members are the house's agents.
func (h *house) seed() {
	h.Helper()
	const by = "test"
	ctx := h.Context()
	must := func(err error) {
		h.Helper()
		if err != nil {
			h.Fatal(err)
		}
	}
	service := sql.Service{ID: theService, Name: "Brand", Inbound: true, Outbound: true, DefaultStatus: agent.Business}
	if h.opt.service != nil {
		h.opt.service(&service)
	}
	must(h.db.PutService(ctx, by, service))
	scenario := call.Scenario{Pickup: 10 * time.Second, Music: "default", AnswerNow: true, MissLimit: 1}
	if h.opt.sales != nil {
		h.opt.sales(&scenario)
	}
	must(h.db.PutQueue(ctx, by, sql.QueueSettings{Name: sales, Number: "1000", Service: theService, Scenario: scenario}))
	for i, name := range h.opt.agents {
		must(h.hire(ctx, name, fmt.Sprint(2001+i)))
	}
	if h.opt.before != nil {
		h.opt.before(h)
	}
}

// hire makes somebody an agent with a desk phone, as an administrator does.
func (h *house) hire(ctx context.Context, name, number string) error {
	const by = "test"
	user := account.User{ID: name, Login: name, Name: strings.ToUpper(name[:1]) + name[1:], Roles: []account.Role{account.Agent}}
	if err := h.db.PutUser(ctx, by, user, password(name)); err != nil {
		return err
	}
	if err := h.db.Permit(ctx, by, name, theService, true); err != nil {
		return err
	}
	if err := h.db.Join(ctx, by, name, sales, true); err != nil {
		return err
	}
	return h.db.PutPhone(ctx, by, name, sql.Phone{CTI: "C" + number, Number: number, Device: agent.Desk, Home: theService})
}

// farewell gives the service a message of its own for forced disconnects: the name of a file that lies on the node, or does not.
func (h *house) farewell(file string) {
	h.Helper()
	const by = "test"
	p := prompt.Prompt{ID: "bye", Service: theService, Kind: prompt.Farewell, File: file, SHA256: strings.Repeat("0", 64), Seconds: 3}
	if err := h.db.PutPrompt(h.Context(), by, p); err != nil {
		h.Fatal(err)
	}
	o, err := h.db.OutboundSettings(h.Context(), theService)
	if err == nil {
		o.Farewell = p.ID
		err = h.db.PutOutbound(h.Context(), by, theService, o)
	}
	if err != nil {
		h.Fatal(err)
	}
}

func password(name string) string { return "gravel tulip " + name }

// until polls a condition of the outside world until it holds. Otherwise the test fails and says what was seen last.
func (h *house) until(within time.Duration, what string, holds func(context.Context) (ok bool, seen string)) {
	h.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.Context()), within)
	defer cancel()
	for {
		ok, seen := holds(ctx)
		if ok {
			return
		}
		select {
		case <-ctx.Done():
			h.Fatalf("%s: not within %v; last seen: %s", what, within, seen)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// limit is a context for one wait.
func (h *house) limit(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(h.Context()), d)
}

// theCall waits for the house's one live call and returns it.
func (h *house) theCall() call.Call {
	h.Helper()
	var c call.Call
	h.until(soon, "exactly one live call", func(ctx context.Context) (bool, string) {
		calls := h.calls(ctx)
		if len(calls) == 1 {
			c = calls[0]
		}
		return len(calls) == 1, fmt.Sprint(len(calls))
	})
	return c
}

func (h *house) calls(ctx context.Context) []call.Call {
	calls, err := h.live.Calls(ctx, nodeName)
	if err != nil {
		h.Logf("list the live calls: %v", err)
	}
	return calls
}

// waitState waits until the house's one live call is in the state.
func (h *house) waitState(s call.State) call.Call {
	h.Helper()
	var c call.Call
	h.until(soon, "the call is "+string(s), func(ctx context.Context) (bool, string) {
		calls := h.calls(ctx)
		if len(calls) != 1 {
			return false, fmt.Sprintf("%d live calls", len(calls))
		}
		c = calls[0]
		return c.State == s, string(c.State)
	})
	return c
}

// hasOneTicket checks that the call has its ticket, and returns the number (S15).
func (h *house) hasOneTicket(callID, agentID string) string {
	h.Helper()
	var number string
	h.until(soon, "the call has its ticket", func(ctx context.Context) (bool, string) {
		t, err := h.db.Ticket(ctx, callID)
		if err != nil {
			return false, err.Error()
		}
		if t.Agent != agentID {
			h.Fatalf("the ticket of call %s is %s's, not %s's", callID, t.Agent, agentID)
		}
		number = t.Number
		return true, ""
	})
	return number
}

// hasNoTicket checks that nobody opened a ticket for the call.
func (h *house) hasNoTicket(callID string) {
	h.Helper()
	if t, err := h.db.Ticket(h.Context(), callID); err == nil {
		h.Fatalf("call %s has the ticket %s", callID, t.Number)
	}
}

// endedAs waits until the call's history says how it ended.
func (h *house) endedAs(callID string, class call.Class, slug string) {
	h.Helper()
	h.until(patience, "the history has the end of call "+callID, func(ctx context.Context) (bool, string) {
		file, err := h.db.CallFile(ctx, record.Viewer{All: true}, callID)
		if err != nil {
			return false, err.Error()
		}
		c, s := file.Call.Class, file.Call.Slug
		if c != "" && (c != class || s != slug) {
			h.Errorf("call %s ended %s/%s, want %s/%s", callID, c, s, class, slug)
		}
		return c != "", string(c)
	})
}

// tickets is how many there are in all.
func (h *house) tickets() (n int) {
	h.Helper()
	q := record.TicketQuery{Asked: record.Asked{Limit: record.MaxPage}}
	for {
		page, err := h.db.Tickets(context.WithoutCancel(h.Context()), record.Viewer{All: true}, q)
		if err != nil {
			h.Fatal(err)
		}
		n, q.After = n+len(page.Items), page.Next
		if page.Next == "" {
			return n
		}
	}
}

// stays watches that something remains so for a while: it is how "nothing happens" is tested.
func (h *house) stays(d time.Duration, what string, so func() bool) {
	h.Helper()
	for until := time.Now().Add(d); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if !so() {
			h.Fatalf("%s: not any more", what)
		}
	}
}
