package e2e

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/lab/phone"
)

// agentTones are what agents say; customers say others. Every phone listens for all of them.
var (
	agentTones    = []int{700, 900, 1100, 1300}
	customerTones = []int{500, 1500, 1700, 1900}
)

const loudness = -15 // dBFS, of each tone

// desk is an agent with a desk phone and a page.
type desk struct {
	h      *house
	name   string // to log in with
	tone   int
	page   *page
	phone  *phone.Phone
	user   string // of the phone, and the agent's ID
	secret string

	mu      sync.Mutex
	doing   phone.Behaviour
	obeys   bool // auto-answer headers
	invites []*phone.Call
}

// desk seats an agent: the phone is registered, the page is open, nobody is logged in to CTI yet. It rings until told otherwise.
func (h *house) desk(name string, change ...func(*phone.Config)) *desk {
	h.Helper()
	d := &desk{h: h, name: name, tone: agentTones[len(h.desks)%len(agentTones)], doing: phone.RingForever()}
	who, err := h.db.UserByLogin(h.Context(), name)
	if err != nil {
		h.Fatal(err)
	}
	a, err := h.db.Account(h.Context(), who.ID)
	if err != nil {
		h.Fatal(err)
	}
	d.user, d.secret = a.Endpoint, a.Secret
	d.page = h.control.page(name)
	h.desks = append(h.desks, d)
	d.plugIn(change...)
	ctx, leave := context.WithCancel(context.WithoutCancel(h.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.page.follow(ctx)
	}()
	h.Cleanup(func() {
		leave()
		<-done
	})
	d.seesWithin(patience, "opens the page", func(view) bool { return true })
	return d
}

// plugIn gives the desk a (new) phone, registered with the agent's account.
func (d *desk) plugIn(change ...func(*phone.Config)) {
	d.h.Helper()
	cfg := phone.Config{
		User: d.user, Password: d.secret, Server: d.h.asterisk.SIPAddr, Sound: phone.Tone(d.tone, loudness), Listen: musicTones(),
	}
	for _, f := range change {
		f(&cfg)
	}
	p, err := phone.New(context.WithoutCancel(d.h.Context()), cfg)
	if err != nil {
		d.h.Fatal(err)
	}
	d.h.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		defer cancel()
		if p.Registered() {
			_ = p.Unregister(ctx) // courtesy: the account is not used again
		}
		_ = p.Close()
	})
	p.OnInvite(d.incoming)
	d.phone = p
	// A phone whose account is not there yet tries again, as phones do.
	d.h.until(patience, d.name+"'s phone registers", func(ctx context.Context) (bool, string) {
		err := p.Register(ctx)
		return err == nil, fmt.Sprint(err)
	})
}

func (d *desk) incoming(c *phone.Call) {
	_, auto := c.AutoAnswerRequested()
	d.mu.Lock()
	d.invites = append(d.invites, c)
	do := d.doing
	if auto && d.obeys {
		do = phone.AutoAnswer(0)
	}
	d.mu.Unlock()
	do(c)
}

// obeysAutoAnswer makes the phone answer by itself when it is asked to, as most desk phones do once told to.
func (d *desk) obeysAutoAnswer() *desk {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.obeys = true
	return d
}

// does says what the phone does with calls from now on.
func (d *desk) does(b phone.Behaviour) *desk {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.doing = b
	return d
}

// login is the CTI login (S8).
func (d *desk) login() *desk {
	d.h.Helper()
	d.must("log in", d.page.login)
	return d
}

// choose chooses a status.
func (d *desk) choose(status agent.Choice) *desk {
	d.h.Helper()
	d.must("choose "+string(status), func(ctx context.Context) error { return d.page.choose(ctx, status, "") })
	return d
}

// ready logs in if need be and chooses Ready; it returns once calls can come.
func (d *desk) ready() *desk {
	d.h.Helper()
	d.login().choose(agent.Ready)
	d.sees("is Ready and nothing is wrong", func(v engine.View) bool {
		return v.Status.Code == agent.ShowReady && v.Status.Notice == "" || v.Call != nil
	})
	return d
}

// command gives the call that the agent's page shows a command.
func (d *desk) command(k call.Kind) {
	d.h.Helper()
	v := d.sees("has a call", func(v engine.View) bool { return v.Call != nil })
	d.must(string(k), func(ctx context.Context) error { return d.page.command(ctx, v.Call.ID, k) })
}

// dialsUp calls a customer (S17, S18) and returns the call's id.
func (d *desk) dialsUp(number, callerID string) (id string) {
	d.h.Helper()
	d.must("dial up", func(ctx context.Context) (err error) { id, err = d.page.dialUp(ctx, number, callerID); return err })
	return id
}

// dialsOnPhone dials on the phone itself.
func (d *desk) dialsOnPhone(number string) (leg *phone.Call) {
	d.h.Helper()
	d.must("dial "+number, func(ctx context.Context) (err error) {
		leg, err = d.phone.Invite(ctx, number, phone.InviteOpts{})
		return err
	})
	return leg
}

// order gives the call a command with what belongs to it.
func (d *desk) order(k call.Kind, body map[string]any) {
	d.h.Helper()
	if err := d.tries(k, body); err != nil {
		d.h.Fatalf("%s: %s: %v", d.name, k, err)
	}
}

// tries gives a command that may be refused.
func (d *desk) tries(k call.Kind, body map[string]any) error {
	d.h.Helper()
	v := d.sees("has a call", func(v engine.View) bool { return v.Call != nil })
	ctx, cancel := d.h.limit(20 * time.Second)
	defer cancel()
	return d.page.order(ctx, v.Call.ID, k, body)
}

func (d *desk) must(what string, f func(context.Context) error) {
	d.h.Helper()
	ctx, cancel := d.h.limit(20 * time.Second)
	defer cancel()
	if err := f(ctx); err != nil {
		d.h.Fatalf("%s: %s: %v", d.name, what, err)
	}
}

// view is what the agent's page shows now.
func (d *desk) view() engine.View {
	d.h.Helper()
	return d.sees("shows something", func(view) bool { return true })
}

// sees waits until the page shows what is asked for.
func (d *desk) sees(what string, ok func(engine.View) bool) engine.View {
	d.h.Helper()
	return d.seesWithin(soon, what, ok)
}

func (d *desk) seesWithin(within time.Duration, what string, ok func(engine.View) bool) engine.View {
	d.h.Helper()
	var v engine.View
	d.h.until(within, d.name+" "+what, func(ctx context.Context) (bool, string) {
		var err error
		if v, err = d.page.view(ctx); err != nil {
			return false, err.Error()
		}
		return ok(v), fmt.Sprintf("%+v call %+v phone %+v", v.Status, v.Call, v.Phone)
	})
	return v
}

// shows waits until the page shows the status, and its reason.
func (d *desk) shows(code agent.Code, reason string) engine.View {
	d.h.Helper()
	return d.sees(fmt.Sprintf("shows %s (%s)", code, reason), func(v engine.View) bool {
		return v.Status.Code == code && v.Status.Reason == reason
	})
}

// rings waits for the next call to the phone.
func (d *desk) rings() *phone.Call {
	d.h.Helper()
	return d.ringsWithin(soon)
}

func (d *desk) ringsWithin(within time.Duration) *phone.Call {
	d.h.Helper()
	ctx, cancel := d.h.limit(within)
	defer cancel()
	c, err := d.phone.WaitIncoming(ctx)
	if err != nil {
		d.h.Fatalf("%s's phone does not ring within %v: %v%s", d.name, within, err, d.h.customersNow())
	}
	return c
}

// isCalled is how often the phone was called so far.
func (d *desk) isCalled() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.invites)
}

// legs are the names of the legs that came to the phone, in order.
func (d *desk) legs() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for _, c := range d.invites {
		out = append(out, c.Invitation().Get("X-Switchroom-Leg"))
	}
	return out
}

// answers takes a call by the handset.
func (d *desk) answers(c *phone.Call) *phone.Call {
	d.h.Helper()
	d.must("answer", c.Answer)
	return c
}

// hangsUp ends a call by the handset: a decline while it rings.
func (d *desk) hangsUp(c *phone.Call) {
	d.h.Helper()
	d.must("hang up", c.Hangup)
}

// dialledTwice names a leg that came to the phone more than once; empty: none.
func (d *desk) dialledTwice() string {
	legs := d.legs()
	for i, leg := range legs {
		if slices.Contains(legs[:i], leg) {
			return leg
		}
	}
	return ""
}

// view is what a page shows.
type view = engine.View

// ended waits for the end of a call.
func ended(h *house, c *phone.Call) phone.End {
	h.Helper()
	ctx, cancel := h.limit(soon)
	defer cancel()
	end, err := c.WaitEnded(ctx)
	if err != nil {
		h.Fatalf("the call does not end: %v", err)
	}
	return end
}

func (d *desk) setObeys(yes bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.obeys = yes
}

// forget begins the count of calls to the phone anew.
func (d *desk) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.invites = nil
}

// ringing is the call that rings the phone now, or nil.
func (d *desk) ringing() *phone.Call {
	if leg := d.lastLeg(); leg != nil && leg.State() == phone.StateRinging {
		return leg
	}
	return nil
}

// lastLeg is the latest call to the phone, or nil.
func (d *desk) lastLeg() *phone.Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.invites) == 0 {
		return nil
	}
	return d.invites[len(d.invites)-1]
}
