package phone_test

import (
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"switchroom/lab/phone"
)

// TestFiftyCallsAtOnce is a hundred phones in one process, each hearing its own
// counterpart and nobody else, and says what they cost.
func TestFiftyCallsAtOnce(t *testing.T) {
	const calls = 50
	const talk = 3 * time.Second
	name := uniqueName()
	hz := func(i int) int { return phone.Tones[i%len(phone.Tones)] }
	phones := phone.EphemeralMany(t, 2*calls, func(i int) phone.Config {
		cfg := account(t, "m"+name+string(rune('a'+i/26))+string(rune('a'+i%26)), nil)
		cfg.Sound = phone.Tone(hz(i), -15)
		return cfg
	})
	ctx := within(t, 60*time.Second)
	begun := time.Now()
	outs, ins := make([]*phone.Call, calls), make([]*phone.Call, calls)
	var wg sync.WaitGroup
	for i := range calls {
		alice, bob := phones[2*i], phones[2*i+1]
		bob.OnInvite(phone.AutoAnswer(0))
		wg.Go(func() {
			var err error
			if outs[i], err = alice.Invite(ctx, "dial-"+bob.User(), phone.InviteOpts{}); err != nil {
				t.Error(err)
				return
			}
			if ins[i], err = bob.WaitIncoming(ctx); err != nil {
				t.Error(err)
				return
			}
			if err := outs[i].WaitTone(ctx, hz(2*i+1)); err != nil {
				t.Error(err)
			}
			if err := ins[i].WaitTone(ctx, hz(2*i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	t.Logf("%d calls up and heard both ways after %v", calls, time.Since(begun).Round(time.Millisecond))
	phone.ReadClock()
	before, from := processorTime(t), time.Now()
	<-time.After(talk) // the thing measured is this span itself
	spent, span := processorTime(t)-before, time.Since(from)
	clock := phone.ReadClock()
	t.Logf("processor time of %d calls (%d audio streams): %.1f%% of one core; clock: %+v",
		calls, 2*calls, 100*spent.Seconds()/span.Seconds(), clock)
	for i := range calls {
		for _, end := range []struct {
			call *phone.Call
			hz   int
		}{{outs[i], hz(2*i + 1)}, {ins[i], hz(2 * i)}} {
			if got := end.call.HeardBetween(from, time.Time{}); !slices.Equal(got, []int{end.hz}) {
				t.Errorf("%s heard %v, want only %d", end.call, got, end.hz)
			}
			if lost := end.call.Packets().Lost; lost > 0 && clock.Skipped == 0 {
				t.Errorf("%s lost %d packets on loopback", end.call, lost)
			}
		}
	}
	for _, c := range outs {
		wg.Go(func() {
			if err := c.Hangup(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// processorTime is what this process has used so far.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
