package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/ari"
	"switchroom/call"
	"switchroom/lab"
	"switchroom/lab/phone"
	"switchroom/seal"
	"switchroom/signin/signintest"
	"switchroom/store/redis"
	"switchroom/store/sql"
	"switchroom/store/sql/sqltest"
)

const (
	nodeName = "lab"
	service  = "brand"
	sales    = "sales" // the queue that 1000 reaches
)

// longestSilence is what a customer may be in for once answered: a moment while legs are put together.
const longestSilence = time.Second

// wishes are what a story wants of its house. The zero value is right for most.
type wishes struct {
	PickupSeconds int `json:"pickup_s"` // zero: 15
	// AccessTTLSeconds is the life of access tokens. Zero: the controller's default.
	AccessTTLSeconds int `json:"access_ttl_s"`
	// SilentMS is for how long a customer may hear nothing, where phones vanish without a word. Zero: longestSilence.
	SilentMS int `json:"silent_ms"`
	// TargetRingSeconds is for how long a transfer's target rings. Zero: the controller's default.
	TargetRingSeconds int `json:"target_ring_s"`
}

// house is one installation with the agents anna, ben and chris, who work in the browser, and dora, who may come with a desk phone.
type house struct {
	dir        string
	database   string // URL
	asterisk   *lab.Asterisk
	redis      *lab.Redis
	controller *controller
	network    *network     // between the browsers and the controller
	live       *redis.Store // our own
	ari        *ari.Client  // our own

	mu        sync.Mutex
	customers []*customer
	colleague *telephone // nil until she comes
	outsider  *telephone // who is called over the carrier; nil: nobody can be
	killed    bool       // the controller was, by the story: Asterisk is then right to complain of its sockets
	down      bool       // Asterisk was: the controller is right to complain of that
	silent    time.Duration
	provider  *signintest.Provider // by which people sign in; nil: there is none
}

// people by login: their number, and what their password is.
var people = []struct{ login, name, number string }{
	{"anna", "Anna Berg", "2001"}, {"ben", "Ben Okafor", "2002"}, {"chris", "Chris Duval", "2004"},
}

// chrisHz is what chris' microphone says: as everybody's, no tone that a phone listens for by itself is free.
const chrisHz = 1400

func password(login string) string { return login + "-password" }

// openHouse starts everything. What was started is stopped when the rest fails.
func openHouse(ctx context.Context, b lab.Bundle, binary string, w wishes) (h *house, err error) {
	h = &house{silent: max(longestSilence, time.Duration(w.SilentMS)*time.Millisecond)}
	defer func() {
		if err != nil {
			err = errors.Join(append([]error{err}, h.stop()...)...)
		}
	}()
	if h.dir, err = os.MkdirTemp("", "switchroom-browser-"); err != nil {
		return h, err
	}
	if h.redis, err = lab.StartRedis(ctx, b, filepath.Join(h.dir, "redis")); err != nil {
		return h, err
	}
	if h.asterisk, err = lab.StartAsterisk(ctx, b, lab.AsteriskOptions{Dir: filepath.Join(h.dir, "asterisk")}); err != nil {
		return h, err
	}
	if h.database, err = sqltest.NewFile(filepath.Join(h.dir, "switchroom.db")); err != nil {
		return h, err
	}
	if err = seed(ctx, h.database, w); err != nil {
		return h, fmt.Errorf("seed the database: %w", err)
	}
	base := strings.TrimSuffix(h.asterisk.ARIURL, "/ari")
	if h.live, err = redis.Open(redis.Options{Addr: h.redis.Addr()}); err != nil {
		return h, err
	}
	if h.ari, err = ari.NewClient(ari.Config{URL: base, User: h.asterisk.User, Password: h.asterisk.Password, App: "browser"}); err != nil {
		return h, err
	}
	env := []string{
		"SWITCHROOM_NODE=" + nodeName, "SWITCHROOM_OWNER=browser", "SWITCHROOM_SECRET=" + strings.Repeat("not a secret in a test ", 2),
		"SWITCHROOM_ARI_URL=" + base, "SWITCHROOM_ARI_USER=" + h.asterisk.User, "SWITCHROOM_ARI_PASSWORD=" + h.asterisk.Password,
		"SWITCHROOM_MEDIA_ADDRESS=127.0.0.1", "SWITCHROOM_SIP_SOCKET=" + h.asterisk.WSURL,
		"SWITCHROOM_REDIS=redis://" + h.redis.Addr() + "/0", "SWITCHROOM_DATABASE=" + h.database,
		"SWITCHROOM_SECRET_KEY=" + seal.NewKey(), "SWITCHROOM_OIDC_NETWORKS=127.0.0.0/8",
	}
	if w.AccessTTLSeconds > 0 {
		env = append(env, fmt.Sprintf("SWITCHROOM_ACCESS_TTL=%ds", w.AccessTTLSeconds))
	}
	h.controller = &controller{binary: binary, env: env, dir: h.dir, listen: "127.0.0.1:0"}
	if err = h.controller.start(ctx); err != nil {
		return h, err
	}
	address := h.controller.listen // stays the same over restarts
	h.network, err = newNetwork(func() string { return address })
	return h, err
}

// seed writes the settings: one service with the queue sales, of which anna, ben and chris are members, sue, who is its supervisor, and root, who is administrator.
func seed(ctx context.Context, url string, w wishes) (err error) {
	const by = "test"
	db, err := sql.Open(ctx, sql.Config{URL: url, Passwords: account.QuickHasher()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	pickup := 15 * time.Second
	if w.PickupSeconds > 0 {
		pickup = time.Duration(w.PickupSeconds) * time.Second
	}
	err = errors.Join(
		db.PutService(ctx, by, sql.Service{ID: service, Name: "Brand", Inbound: true, Outbound: true, DefaultStatus: agent.Business}),
		db.PutQueue(ctx, by, sql.QueueSettings{Name: sales, Number: "1000", Service: service,
			Scenario: call.Scenario{Pickup: pickup, Music: "default", AnswerNow: true, MissLimit: 1}}),
	)
	for _, p := range people {
		user := account.User{ID: p.login, Login: p.login, Name: p.name, Roles: []account.Role{account.Agent}}
		err = errors.Join(err,
			db.PutUser(ctx, by, user, password(p.login)),
			db.Permit(ctx, by, p.login, service, true),
			db.Join(ctx, by, p.login, sales, true),
			db.PutPhone(ctx, by, p.login, sql.Phone{CTI: "C" + p.number, Number: p.number, Device: agent.WebRTC, Home: service}),
		)
	}
	sue := account.User{ID: "sue", Login: "sue", Name: "Sue Park", Roles: []account.Role{account.Supervisor}}
	err = errors.Join(err, db.PutUser(ctx, by, sue, password(sue.Login)), db.Permit(ctx, by, sue.ID, service, true))
	root := account.User{ID: "root", Login: "root", Name: "Ruth Root", Roles: []account.Role{account.Administrator}}
	return errors.Join(err, db.PutUser(ctx, by, root, password(root.Login)), putColleague(ctx, db, by), putWayOut(ctx, db, by, w))
}

// close ends the house and returns what should not be so at a story's end: calls left over, customers who were left in silence,
// errors in the logs, a controller that does not stop.
func (h *house) close(ctx context.Context) []string {
	var problems []string
	for _, c := range h.guests() {
		c.leave(ctx)
	}
	if err := until(ctx, 10*time.Second, h.leftovers); err != nil {
		problems = append(problems, "left over at the end: "+err.Error())
	}
	clock := phone.ReadClock()
	for _, c := range h.guests() {
		problems = append(problems, c.complaints(h.silent+clock.WorstLag, clock.WorstLag)...)
	}
	for _, err := range h.stop() {
		problems = append(problems, err.Error())
	}
	return problems
}

func (h *house) guests() []*customer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]*customer(nil), h.customers...)
}

// leftovers names what is left of calls at Asterisk and in Redis; nil: nothing.
func (h *house) leftovers(ctx context.Context) error {
	var left []error
	channels, err := h.ari.Channels().List(ctx)
	left = append(left, err)
	for _, ch := range channels {
		left = append(left, fmt.Errorf("channel %s (%s)", ch.Name, ch.State))
	}
	bridges, err := h.ari.Bridges().List(ctx)
	left = append(left, err)
	for _, b := range bridges {
		left = append(left, fmt.Errorf("bridge %s", b.ID))
	}
	calls, err := h.live.Calls(ctx, nodeName)
	left = append(left, err)
	for _, c := range calls {
		left = append(left, fmt.Errorf("call %s (%s)", c.ID, c.State))
	}
	agents, err := h.live.Agents(ctx)
	left = append(left, err)
	for _, a := range agents {
		if a.Held != nil {
			left = append(left, fmt.Errorf("agent %s is held by %s (%s)", a.ID, a.Held.Call, a.Held.Phase))
		}
	}
	return errors.Join(left...)
}

// stop stops what runs, and says what went wrong with it.
func (h *house) stop() (errs []error) {
	add := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	for _, c := range h.guests() {
		add(c.phone.Close())
	}
	for _, p := range []*telephone{h.colleague, h.outsider} {
		if p != nil {
			add(p.phone.Close())
		}
	}
	if h.provider != nil {
		h.provider.Close()
	}
	if h.network != nil {
		add(h.network.close())
	}
	if h.controller != nil {
		add(h.controller.stop())
		for _, line := range h.controller.complaints() {
			if !h.down || !strings.Contains(line, "code=sip_unavailable") {
				add(errors.New(line))
			}
		}
	}
	if h.ari != nil {
		h.ari.Close()
	}
	if h.live != nil {
		add(h.live.Close())
	}
	if h.asterisk != nil {
		add(h.asterisk.Stop())
		add(h.asteriskComplaints())
	}
	if h.redis != nil {
		add(h.redis.Stop())
	}
	keep := os.Getenv("SWITCHROOM_BROWSER_KEEP") != "" // the logs, to look at
	if h.dir != "" && !keep {
		add(os.RemoveAll(h.dir))
	}
	return errs
}

func (h *house) asteriskComplaints() error {
	b, err := os.ReadFile(h.asterisk.LogPath())
	for line := range strings.Lines(string(b)) {
		if h.killed && strings.Contains(line, "res_http_websocket.c: Error reading from web socket") {
			continue
		}
		// A page that is being reloaded may be called back in the moment between two registrations; it is called again.
		if strings.Contains(line, "Could not create dialog to invalid URI") || strings.Contains(line, "Failed to create outgoing session to endpoint") {
			continue
		}
		if strings.Contains(line, "] ERROR[") {
			err = errors.Join(err, errors.New("Asterisk says: "+strings.TrimSpace(line)))
		}
	}
	return err
}

// killController is kill -9.
func (h *house) killController() error {
	h.mu.Lock()
	h.killed = true
	h.mu.Unlock()
	return h.controller.kill()
}

// killAsterisk is kill -9. The customers' calls end with it, which their phones cannot be told.
func (h *house) killAsterisk() {
	h.down = true
	h.asterisk.Kill()
	for _, c := range h.guests() {
		c.abandoned()
	}
}

// startAsterisk starts it again, as a service manager does.
func (h *house) startAsterisk(ctx context.Context) error {
	if err := h.asterisk.Restart(ctx); err != nil {
		return err
	}
	return h.controller.waitReady(ctx, 0)
}
