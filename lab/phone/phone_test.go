package phone_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"switchroom/lab/phone"
)

func TestRegistersOverUDPAndTCPAndUnregisters(t *testing.T) {
	for _, transport := range []string{phone.UDP, phone.TCP} {
		t.Run(transport, func(t *testing.T) {
			cfg := account(t, "reg-"+transport, nil)
			cfg.Transport = transport
			p := phone.Ephemeral(t, cfg)
			ctx := within(t, 10*time.Second)
			must(t, p.Register(ctx)) // again, which renews
			if !p.Registered() {
				t.Error("the phone does not know that it is registered")
			}
			must(t, p.Unregister(ctx))
			if p.Registered() {
				t.Error("the phone thinks that it is registered after Unregister")
			}
		})
	}
}

func TestWrongPasswordIsRefusedWith401(t *testing.T) {
	cfg := account(t, "wrong", nil)
	cfg.Password = "not-it"
	p, err := phone.New(t.Context(), cfg)
	must(t, err)
	defer p.Close()
	if err := p.Register(within(t, 10*time.Second)); !phone.IsStatus(err, 401) {
		t.Errorf("Register returned %v, want a 401", err)
	}
	if p.Registered() {
		t.Error("the phone thinks that it is registered")
	}
}

func TestEachHearsTheOtherAndNobodyElse(t *testing.T) {
	for _, transport := range []string{phone.UDP, phone.TCP} {
		t.Run(transport, func(t *testing.T) {
			name := uniqueName()
			a, b := account(t, "a"+name, nil), account(t, "b"+name, nil)
			a.Transport, b.Transport = transport, transport
			a.Sound, b.Sound = phone.Tone(aliceHz, -15), phone.Tone(bobHz, -15)
			b.Codec = phone.ALaw // Asterisk converts
			alice, bob := phone.Ephemeral(t, a), phone.Ephemeral(t, b)
			out, in := connect(t, alice, bob)
			ctx := within(t, 10*time.Second)
			must(t, out.WaitTone(ctx, bobHz))
			must(t, in.WaitTone(ctx, aliceHz))
			if got := out.HeardBetween(time.Time{}, time.Time{}); !slices.Equal(got, []int{bobHz}) {
				t.Errorf("the caller heard %v, want only %d", got, bobHz)
			}
			if got := in.HeardBetween(time.Time{}, time.Time{}); !slices.Equal(got, []int{aliceHz}) {
				t.Errorf("the callee heard %v, want only %d", got, aliceHz)
			}
			if level := out.Level(bobHz); level < -16 || level > -14 {
				t.Errorf("the tone sent at -15 dBFS arrived at %v", level)
			}
			must(t, out.Hangup(ctx))
			end, err := in.WaitEnded(ctx)
			must(t, err)
			if end.By != phone.Remote || end.Q850 != 16 {
				t.Errorf("the callee's call ended as %+v, want by the remote side with cause 16", end)
			}
		})
	}
}

func TestCalleeHangsUp(t *testing.T) {
	alice, bob := pair(t)
	out, in := connect(t, alice, bob)
	ctx := within(t, 10*time.Second)
	must(t, in.Hangup(ctx))
	end, err := out.WaitEnded(ctx)
	must(t, err)
	if end.By != phone.Remote || end.Code != 200 {
		t.Errorf("the caller's call ended as %+v, want BYE from the remote side", end)
	}
	if err := out.Hangup(ctx); err != nil {
		t.Errorf("hanging up an ended call: %v", err)
	}
}

func TestCallerCancelsWhileRinging(t *testing.T) {
	alice, bob := pair(t)
	out, in := dial(t, alice, bob, "dial-", phone.InviteOpts{FromName: "Ann Example"})
	ctx := within(t, 10*time.Second)
	must(t, out.WaitState(ctx, phone.StateRinging))
	must(t, in.WaitState(ctx, phone.StateRinging))
	must(t, out.Hangup(ctx))
	end, _ := out.Ended()
	if end.By != phone.Local || end.Code != 487 {
		t.Errorf("the caller's call ended as %+v, want 487 by itself", end)
	}
	_, err := in.WaitEnded(ctx)
	must(t, err)
	if _, ok := in.Cancelled(); !ok || in.AnsweredElsewhere() {
		t.Errorf("%s: want a CANCEL, and not because of another phone", in)
	}
	codes := []int{}
	for _, p := range out.Progress() {
		codes = append(codes, p.Code)
	}
	if !slices.Contains(codes, 180) || codes[len(codes)-1] != 487 {
		t.Errorf("the caller saw %v, want 180 on the way and 487 at the end", codes)
	}
}

func TestACallerWhoGivesUpAsTheCallIsAnsweredHangsUp(t *testing.T) {
	alice, bob := pair(t)
	out, in := connect(t, alice, bob)
	ctx := within(t, 10*time.Second)
	must(t, out.GiveUp(ctx)) // a moment ago it rang
	end, err := in.WaitEnded(ctx)
	must(t, err)
	if end.By != phone.Remote || end.Q850 != 16 {
		t.Errorf("the callee's call ended as %+v, want by the remote side with cause 16", end)
	}
	for range 10 {
		out, in := dial(t, alice, bob, "dial-", phone.InviteOpts{})
		must(t, in.WaitState(ctx, phone.StateRinging))
		answered := make(chan error, 1)
		go func() { answered <- in.Answer(ctx) }()
		time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond) // the race that is tested
		must(t, out.Hangup(ctx))
		<-answered // it may be too late
		_, err := in.WaitEnded(ctx)
		must(t, err)
	}
}

func TestCancelSaysThatAnotherPhoneAnswered(t *testing.T) {
	name := uniqueName()
	a, b, c := account(t, "a"+name, nil), account(t, "b"+name, nil), account(t, "c"+name, nil)
	alice, bob, carol := phone.Ephemeral(t, a), phone.Ephemeral(t, b), phone.Ephemeral(t, c)
	carol.OnInvite(phone.AnswerAfterRinging(100 * time.Millisecond))
	ctx := within(t, 10*time.Second)
	out, err := alice.Invite(ctx, "both-"+b.User+"-"+c.User, phone.InviteOpts{})
	must(t, err)
	in, err := bob.WaitIncoming(ctx)
	must(t, err)
	must(t, out.WaitState(ctx, phone.StateUp))
	_, err = in.WaitEnded(ctx)
	must(t, err)
	if !in.AnsweredElsewhere() {
		cancel, _ := in.Cancelled()
		t.Errorf("CANCEL's reason is %q, want that the call was answered elsewhere", cancel.Reason)
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		name      string
		behaviour phone.Behaviour
		code      int // what the caller sees
	}{
		{"busy", phone.Busy(), 486},
		{"declined", phone.Decline(), 603},
		{"do not disturb", phone.DoNotDisturb(), 480},
		{"declined after ringing", phone.DeclineAfterRinging(100 * time.Millisecond), 603},
	} {
		t.Run(test.name, func(t *testing.T) {
			alice, bob := pair(t)
			bob.OnInvite(test.behaviour)
			out, in := dial(t, alice, bob, "dial-", phone.InviteOpts{})
			ctx := within(t, 10*time.Second)
			end, err := out.WaitEnded(ctx)
			must(t, err)
			if end.By != phone.Remote || end.Code < 400 {
				t.Errorf("the caller's call ended as %+v, want a refusal", end)
			}
			mine, err := in.WaitEnded(ctx) // the caller may hear of it before the callee's side has noted it
			must(t, err)
			if end := mine; end.By != phone.Local || end.Code != test.code {
				t.Errorf("the callee's call ended as %+v, want %d by itself", end, test.code)
			}
		})
	}
}

func TestRingsOutWithoutAnswer(t *testing.T) {
	alice, bob := pair(t)
	out, in := dial(t, alice, bob, "dial-", phone.InviteOpts{})
	ctx := within(t, 10*time.Second)
	must(t, in.WaitState(ctx, phone.StateRinging))
	if err := in.WaitState(within(t, 200*time.Millisecond), phone.StateUp); err == nil {
		t.Error("a phone that rings for ever answered")
	}
	must(t, out.Hangup(ctx))
	_, err := in.WaitEnded(ctx)
	must(t, err)
	if err := in.Answer(ctx); !errors.Is(err, phone.ErrEnded) {
		t.Errorf("answering a cancelled call: %v, want ErrEnded", err)
	}
}

func TestNoReplyAtAllAndVanishedPhonesGiveNothing(t *testing.T) {
	for name, silence := range map[string]func(*phone.Phone){
		"no reply": func(p *phone.Phone) { p.OnInvite(phone.NoReplyAtAll()) },
		"vanished": func(p *phone.Phone) { p.Vanish() },
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob := pair(t)
			silence(bob)
			ctx := within(t, 10*time.Second)
			out, err := alice.Invite(ctx, "dial-"+bob.User(), phone.InviteOpts{})
			must(t, err)
			// Longer than the 200 ms after which a living phone says 100, and than Asterisk's first repetition.
			if err := out.WaitState(within(t, 1200*time.Millisecond), phone.StateRinging); err == nil {
				t.Error("the caller heard ringing from a silent phone")
			}
			must(t, out.Hangup(ctx))
		})
	}
}

func TestVanishedPhoneSendsNoAudio(t *testing.T) {
	alice, bob := pair(t)
	out, in := connect(t, alice, bob)
	ctx := within(t, 10*time.Second)
	must(t, out.WaitTone(ctx, bobHz))
	bob.Vanish()
	must(t, out.WaitToneGone(ctx, bobHz))
	sent := in.Packets().Sent
	must(t, out.Hangup(ctx)) // Asterisk answers for itself
	if in.Packets().Sent != sent || in.State() != phone.StateUp {
		t.Errorf("%s: a vanished phone sent audio or noticed the hangup", in)
	}
	if err := in.Hangup(ctx); !errors.Is(err, phone.ErrVanished) {
		t.Errorf("hanging up on a vanished phone: %v, want ErrVanished", err)
	}
}
