package node_test

import (
	"context"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/agent"
	"switchroom/ari"
	"switchroom/ari/node"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
	"switchroom/lab"
	"switchroom/lab/phone"
)

// asterisk is the one that the tests of this file share.
var asterisk *lab.Asterisk

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	bundle, err := lab.Ensure(ctx, lab.Options{Progress: os.Stderr})
	if err == nil {
		asterisk, err = lab.StartAsterisk(ctx, bundle, lab.AsteriskOptions{})
	}
	if err != nil {
		log.Print(err)
		return 1
	}
	code := m.Run()
	if err := asterisk.Stop(); err != nil {
		log.Print(err)
		return 1
	}
	if err := goleak.Find(); err != nil && code == 0 {
		log.Print(err)
		return 1
	}
	return code
}

func newNode(t testing.TB) *node.Node {
	t.Helper()
	n, err := node.New(node.Config{
		Name: "lab", URL: asterisk.ARIURL, User: asterisk.User, Password: asterisk.Password, MediaAddress: "127.0.0.1", Prompts: t.TempDir(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n
}

func account(endpoint string) engine.Account {
	return engine.Account{Agent: endpoint, Endpoint: endpoint, Secret: "secret-" + endpoint, Device: agent.Desk, Number: "101", Name: "Ann"}
}

// register makes a phone for the account and registers it.
func register(t testing.TB, a engine.Account) *phone.Phone {
	t.Helper()
	p, err := phone.New(context.Background(), phone.Config{User: a.Endpoint, Password: a.Secret, Server: asterisk.SIPAddr, HonourAutoAnswer: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	if err := p.Register(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAsteriskKeepsTheContract(t *testing.T) {
	enginetest.TestSwitch(t, func(t testing.TB) enginetest.SwitchBench {
		n := newNode(t)
		return enginetest.SwitchBench{Switch: n, Run: n.Run, CallIn: callIn, Phone: func(t testing.TB, endpoint string, r enginetest.Reaction) enginetest.Handset {
			t.Helper()
			p := register(t, account(endpoint))
			p.OnInvite(behaviour(r))
			return handset(p)
		}}
	})
}

// handset is of a phone in its one conversation.
func handset(p *phone.Phone) enginetest.Handset {
	return enginetest.Handset{
		HoldKey: func(t testing.TB, on bool) {
			t.Helper()
			press := p.Calls()[0].Resume
			if on {
				press = p.Calls()[0].Hold
			}
			if err := press(within(t)); err != nil {
				t.Fatal(err)
			}
		},
		Digits: func() string { return p.Calls()[0].Digits() },
	}
}

func callIn(t testing.TB) (hangUp func()) {
	t.Helper()
	p, err := phone.New(context.Background(), phone.Config{User: "+4930123", Server: asterisk.SIPAddr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	c, err := p.Invite(context.WithoutCancel(t.Context()), "1000", phone.InviteOpts{FromName: "Ann Example"})
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = c.Hangup(ctx) // it may have ended
	}
}

func behaviour(r enginetest.Reaction) phone.Behaviour {
	switch {
	case r.Answers >= 0:
		return phone.AnswerAfterRinging(r.Answers)
	case r.Cause == 21:
		return phone.DeclineAfterRinging(r.Ends)
	case r.Cause == 17:
		return phone.Busy()
	}
	return phone.RingForever()
}

func TestS6_AChangedSecretWorksAtOnceAndTheOldOneNoMore(t *testing.T) {
	n := newNode(t)
	a := account("changes")
	for range 2 {
		if err := n.Provision(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		register(t, a)
	}
	before := a
	a.Secret = "another"
	if err := n.Provision(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	register(t, a)
	p, err := phone.New(context.Background(), phone.Config{User: before.Endpoint, Password: before.Secret, Server: asterisk.SIPAddr})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Register(t.Context()); err == nil {
		t.Error("the old secret still works")
	}
}

func TestAnAccountThatStandsIsLeftAlone(t *testing.T) {
	n := newNode(t)
	a := account("stands")
	if err := n.Provision(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	// Somebody changes a field behind our back: as long as the account's mark stands, it is not written again.
	c := straight(t)
	if _, err := c.Asterisk().UpdateObject(t.Context(), "res_pjsip", "endpoint", a.Endpoint, []ari.ConfigTuple{{Attribute: "device_state_busy_at", Value: "7"}}); err != nil {
		t.Fatal(err)
	}
	if err := n.Provision(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if got := field(t, c, a.Endpoint, "device_state_busy_at"); got != "7" {
		t.Errorf("written again: %q", got)
	}
	for name, want := range map[string]string{"media_address": "127.0.0.1", "bind_rtp_to_media_address": "true", "callerid": `"Ann" <101>`, "direct_media": "false"} {
		if got := field(t, c, a.Endpoint, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func straight(t testing.TB) *ari.Client {
	t.Helper()
	c, err := ari.NewClient(ari.Config{URL: asterisk.ARIURL, User: asterisk.User, Password: asterisk.Password, App: "straight"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func field(t testing.TB, c *ari.Client, endpoint, name string) string {
	t.Helper()
	tuples, err := c.Asterisk().GetObject(t.Context(), "res_pjsip", "endpoint", endpoint)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range tuples {
		if f.Attribute == name {
			return f.Value
		}
	}
	return ""
}

func TestAPhonesContactComesIsReplacedAndGoes(t *testing.T) {
	n := newNode(t)
	a := account("moves")
	if err := n.Provision(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	facts := enginetest.Follow(t, n.Run)
	is := func(reachable bool) func(any) bool {
		return func(f any) bool { return f == enginetest.PhoneFact{Endpoint: a.Endpoint, Reachable: reachable} }
	}
	register(t, a)
	_, next := facts.Wait(t, 0, "it came", is(true))
	second := register(t, a) // a page that was reloaded
	_, next = facts.Wait(t, next, "another took its place", is(true))
	if err := second.Unregister(t.Context()); err != nil {
		t.Fatal(err)
	}
	facts.Wait(t, next, "it went", is(false))
}

func TestS14_TheHeadersArriveAndAPhoneThatIsCalledAgainShowsNoMissedCall(t *testing.T) {
	n := newNode(t)
	a := account("headers")
	if err := n.Provision(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	facts := enginetest.Follow(t, n.Run)
	p := register(t, a)
	facts.Wait(t, 0, "reachable", func(f any) bool { return f == enginetest.PhoneFact{Endpoint: a.Endpoint, Reachable: true} })
	hangUp := callIn(t)
	defer hangUp()
	arrived, _ := facts.Wait(t, 0, "a caller", func(f any) bool { _, ok := f.(engine.Arrival); return ok })
	const id = "01KXA9Z2ZV5Y5Q5Y5Q5Y5Q5Y5Q"
	dial := call.Dial{
		Leg: id + "-a1", Agent: "ann", Device: agent.Desk, Endpoint: a.Endpoint, Timeout: 20 * time.Second, For: arrived.(engine.Arrival).Channel,
		Caller: call.Party{Number: "+4930123", Name: `Eve" <911> Ünïcode`},
	}
	if _, err := n.Do(t.Context(), dial); err != nil {
		t.Fatal(err)
	}
	first := incoming(t, p)
	if got := first.Invitation().Get("X-Switchroom-Leg"); got != dial.Leg {
		t.Errorf("X-Switchroom-Leg is %q", got)
	}
	if first.Invitation().Get("Alert-Info") != "" {
		t.Error("an ordinary offer asks to be answered automatically")
	}
	if first.FromUser() != "+4930123" || strings.Contains(first.FromName(), `"`) || !strings.Contains(first.FromName(), "Eve") {
		t.Errorf("from %q <%s>", first.FromName(), first.FromUser())
	}
	// Before a phone says "ringing" Asterisk has nothing to send the reason with; nor does anybody see an offer then.
	facts.Wait(t, 0, "ringing", func(f any) bool { return f == call.LegRinging{Leg: dial.Leg} })
	if _, err := n.Do(t.Context(), call.Drop{Leg: dial.Leg, Reason: call.ElsewhereDone}); err != nil {
		t.Fatal(err)
	}
	dial.Leg, dial.Auto = id+"-a2", true
	if _, err := n.Do(t.Context(), dial); err != nil {
		t.Fatal(err)
	}
	end, err := first.WaitEnded(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if !first.AnsweredElsewhere() {
		t.Errorf("the phone shows a missed call: %+v", end)
	}
	second := incoming(t, p)
	for name, want := range map[string]string{
		"X-Switchroom-Leg": dial.Leg, "Alert-Info": "info=alert-autoanswer", "Call-Info": "answer-after=0", "Answer-Mode": "Auto", "P-Auto-Answer": "normal",
	} {
		if got := second.Invitation().Get(name); !strings.Contains(got, want) {
			t.Errorf("%s is %q, want %q in it", name, got, want)
		}
	}
	facts.Wait(t, 0, "it answered by itself", func(f any) bool { return f == call.LegUp{Leg: dial.Leg} })
	if _, err := n.Do(t.Context(), call.Drop{Leg: dial.Leg}); err != nil {
		t.Error(err)
	}
}

func incoming(t testing.TB, p *phone.Phone) *phone.Call {
	t.Helper()
	c, err := p.WaitIncoming(within(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}
