package phone_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"switchroom/lab/phone"
)

const carolHz = 900

// third makes a phone with a tone of its own besides a pair.
func third(t *testing.T) *phone.Phone {
	t.Helper()
	cfg := account(t, "c"+uniqueName(), nil)
	cfg.Sound = phone.Tone(carolHz, -15)
	p := phone.Ephemeral(t, cfg)
	p.OnInvite(phone.AutoAnswer(0))
	return p
}

func TestBlindTransferMovesTheCaller(t *testing.T) {
	alice, bob := pair(t)
	carol := third(t)
	out, in := connect(t, alice, bob)
	ctx := within(t, 15*time.Second)
	must(t, out.WaitTone(ctx, bobHz))
	must(t, in.Refer(ctx, "dial-"+carol.User()))
	moved, err := carol.WaitIncoming(ctx)
	must(t, err)
	must(t, out.WaitTone(ctx, carolHz))
	must(t, moved.WaitTone(ctx, aliceHz))
	_, err = in.WaitEnded(ctx) // Asterisk lets the transferring phone go
	must(t, err)
	must(t, out.WaitToneGone(ctx, bobHz))
	must(t, out.Hangup(ctx))
	_, err = moved.WaitEnded(ctx)
	must(t, err)
}

func TestAttendedTransferJoinsTwoCalls(t *testing.T) {
	alice, bob := pair(t)
	carol := third(t)
	out, in := connect(t, alice, bob)
	ctx := within(t, 15*time.Second)
	must(t, out.WaitTone(ctx, bobHz))
	must(t, in.Hold(ctx))
	consult, err := bob.Invite(ctx, "dial-"+carol.User(), phone.InviteOpts{})
	must(t, err)
	must(t, consult.WaitTone(ctx, carolHz))
	must(t, in.ReferAttended(ctx, consult))
	must(t, out.WaitTone(ctx, carolHz))
	joined, err := carol.WaitIncoming(ctx)
	must(t, err)
	must(t, joined.WaitTone(ctx, aliceHz))
	for _, c := range []*phone.Call{in, consult} {
		_, err := c.WaitEnded(ctx)
		must(t, err)
	}
	if codes := in.Transfer(); len(codes) == 0 || codes[len(codes)-1] != 200 {
		t.Errorf("the transfer was reported as %v, want 200 at the end", codes)
	}
	must(t, out.Hangup(ctx))
}

func TestAutoAnswerHeadersAreHonouredWhenConfigured(t *testing.T) {
	for _, honour := range []bool{true, false} {
		name := uniqueName()
		a, b := account(t, "a"+name, nil), account(t, "b"+name, nil)
		b.HonourAutoAnswer = honour
		alice, bob := phone.Ephemeral(t, a), phone.Ephemeral(t, b)
		out, in := dial(t, alice, bob, "auto-", phone.InviteOpts{FromName: `Ann "A" Example`, FromUser: a.User})
		ctx := within(t, 10*time.Second)
		if got := in.Invitation().Get("x-ticket"); got != "4711" {
			t.Errorf("X-Ticket is %q, want 4711; headers: %v", got, in.Invitation())
		}
		if after, ok := in.AutoAnswerRequested(); !ok || after != 0 {
			t.Errorf("the auto-answer header was not seen in %v", in.Invitation())
		}
		want := phone.StateRinging
		if honour {
			want = phone.StateUp
		}
		must(t, in.WaitState(ctx, want))
		if in.State() != want {
			t.Errorf("honour %v: the call is %s, want %s", honour, in.State(), want)
		}
		must(t, out.Hangup(ctx))
	}
}

func TestCallerIDArrives(t *testing.T) {
	name := uniqueName()
	b := account(t, "b"+name, nil)
	// An endpoint kept in the AstDB has the caller ID "unknown" unless it is given one.
	a := account(t, "a"+name, map[string]string{"callerid": `Ann "A" Example <2001>`})
	alice, bob := phone.Ephemeral(t, a), phone.Ephemeral(t, b)
	out, in := dial(t, alice, bob, "dial-", phone.InviteOpts{FromName: "Ann Example"})
	if in.FromName() != `Ann "A" Example` || in.FromUser() != "2001" {
		t.Errorf("the callee sees %q %q, want Ann \"A\" Example, 2001", in.FromName(), in.FromUser())
	}
	must(t, out.Hangup(within(t, 10*time.Second)))
}

func TestLateOffer(t *testing.T) {
	name := uniqueName()
	a, b := account(t, "a"+name, nil), account(t, "b"+name, nil)
	a.Sound, b.Sound = phone.Tone(aliceHz, -15), phone.Tone(bobHz, -15)
	alice, bob := phone.Ephemeral(t, a), phone.Ephemeral(t, b)
	bob.OnInvite(phone.AnswerAfterRinging(50 * time.Millisecond))
	out, in := dial(t, alice, bob, "dial-", phone.InviteOpts{NoSDP: true})
	ctx := within(t, 10*time.Second)
	must(t, out.WaitTone(ctx, bobHz))
	must(t, in.WaitTone(ctx, aliceHz))
	must(t, out.Hangup(ctx))
}

func TestTalkNotifyAnswersWhenAccepted(t *testing.T) {
	name := uniqueName()
	a, b := account(t, "a"+name, nil), account(t, "b"+name, nil)
	b.AcceptTalkNotify = true
	alice, bob := phone.Ephemeral(t, a), phone.Ephemeral(t, b)
	out, in := dial(t, alice, bob, "dial-", phone.InviteOpts{})
	ctx := within(t, 10*time.Second)
	must(t, out.WaitState(ctx, phone.StateRinging)) // Asterisk refuses to notify a phone whose 180 it has not seen
	channel := channelOf(t, bob.User())
	notify(t, channel, "talk")
	must(t, in.WaitState(ctx, phone.StateUp))
	must(t, out.WaitState(ctx, phone.StateUp))
	must(t, out.Hangup(ctx))
}

// channelOf is the name of a phone's channel at Asterisk.
func channelOf(t *testing.T, user string) string {
	t.Helper()
	out, err := node.CLI(t.Context(), "core show channels concise")
	must(t, err)
	for line := range strings.Lines(out) {
		if name, _, ok := strings.Cut(line, "!"); ok && strings.HasPrefix(name, "PJSIP/"+user+"-") {
			return name
		}
	}
	t.Fatalf("no channel of %s in %s", user, out)
	return ""
}

// notify sends an in-dialog NOTIFY through Asterisk's manager interface.
func notify(t *testing.T, channel, event string) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", node.AMIAddr, 5*time.Second)
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	replies := bufio.NewReader(conn)
	for _, action := range []string{
		"Action: Login\r\nUsername: " + node.User + "\r\nSecret: " + node.Password + "\r\nEvents: off",
		"Action: PJSIPNotify\r\nChannel: " + channel + "\r\nVariable: Event=" + event,
	} {
		_, err := fmt.Fprintf(conn, "%s\r\n\r\n", action)
		must(t, err)
		for {
			line, err := replies.ReadString('\n')
			must(t, err)
			if strings.HasPrefix(line, "Response: Success") {
				break
			}
			if strings.HasPrefix(line, "Response: ") {
				rest, _ := replies.ReadString('\n') // the reason, if there is one
				t.Fatalf("manager refused %q: %s%s", action, line, rest)
			}
		}
	}
}
