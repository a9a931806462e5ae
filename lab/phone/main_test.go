package phone_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/lab"
	"switchroom/lab/phone"
)

// node is the Asterisk that all tests of this package share: starting one takes
// a second, and accounts keep the tests apart.
var node *lab.Asterisk

const secret = "phone-test-secret"

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	bundle, err := lab.Ensure(ctx, lab.Options{Progress: os.Stderr})
	if err != nil {
		log.Print(err)
		return 1
	}
	node, err = lab.StartAsterisk(ctx, bundle, lab.AsteriskOptions{
		Bench: true,
		Extra: map[string]string{"extensions.conf": dialplan},
	})
	if err != nil {
		log.Print(err)
		return 1
	}
	code := m.Run()
	if err := node.Stop(); err != nil {
		log.Print(err)
		return 1
	}
	if err := goleak.Find(); err != nil {
		log.Print("goroutines left: ", err)
		return 1
	}
	return code
}

// dialplan is for tests that need more than two phones and Dial.
const dialplan = `
[phone-test]
exten => echo,1,Answer()
 same => n,Echo()
exten => music,1,Answer()
 same => n,MusicOnHold(default)
exten => _dial-.,1,Dial(PJSIP/${EXTEN:5},30)
 same => n,Hangup(${HANGUPCAUSE})
exten => _auto-.,1,Dial(PJSIP/${EXTEN:5},30,b(phone-test^autoanswer^1))
exten => autoanswer,1,Set(PJSIP_HEADER(add,Call-Info)=<sip:x>\;answer-after=0)
 same => n,Set(PJSIP_HEADER(add,X-Ticket)=4711)
 same => n,Return()
exten => _both-.,1,Dial(PJSIP/${EXTEN:5:4}&PJSIP/${EXTEN:10:4},30)
`

// account creates a SIP account for the test and returns its phone's configuration.
func account(t testing.TB, name string, fields map[string]string) phone.Config {
	t.Helper()
	err := node.AddPhone(t.Context(), lab.Phone{ID: name, Password: secret, Context: "phone-test", Fields: fields})
	if err != nil {
		t.Fatal(err)
	}
	return phone.Config{User: name, Password: secret, Server: node.SIPAddr}
}

// pair makes a caller and a callee, registered, with tones of their own.
func pair(t testing.TB) (alice, bob *phone.Phone) {
	t.Helper()
	name := uniqueName()
	a, b := account(t, "a"+name, nil), account(t, "b"+name, nil)
	a.Sound, b.Sound = phone.Tone(aliceHz, -15), phone.Tone(bobHz, -15)
	phones := phone.EphemeralMany(t, 2, func(i int) phone.Config { return []phone.Config{a, b}[i] })
	return phones[0], phones[1]
}

const (
	aliceHz = 500
	bobHz   = 700
)

var names int

// uniqueName is a name for accounts. Tests do not run in parallel.
func uniqueName() string {
	names++
	return fmt.Sprintf("%03d", names)
}

// within bounds what a test waits for.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// dial has alice call bob through Dial and returns both ends once bob's phone has the call.
func dial(t testing.TB, alice, bob *phone.Phone, prefix string, opts phone.InviteOpts) (out, in *phone.Call) {
	t.Helper()
	ctx := within(t, 10*time.Second)
	out, err := alice.Invite(ctx, prefix+bob.User(), opts)
	if err != nil {
		t.Fatal(err)
	}
	in, err = bob.WaitIncoming(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return out, in
}

// connect is dial, answered at both ends.
func connect(t testing.TB, alice, bob *phone.Phone) (out, in *phone.Call) {
	t.Helper()
	bob.OnInvite(phone.AutoAnswer(0))
	out, in = dial(t, alice, bob, "dial-", phone.InviteOpts{})
	must(t, out.WaitState(within(t, 10*time.Second), phone.StateUp))
	must(t, in.WaitState(within(t, 10*time.Second), phone.StateUp))
	return out, in
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
