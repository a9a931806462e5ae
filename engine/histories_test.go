package engine_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

var (
	seeds = flag.Int("seeds", 40, "how many random histories of the whole engine to run")
	seed  = flag.Uint64("seed", 1, "seed of the first history")
)

// TestHistories lives through random days of a house: callers, agents and phones do what they like, requests and events are late or lost,
// the store and the connection go away, and the controller is killed at any boundary of a save or an effect and started anew. What is saved
// is checked at each save (agree); in the evening everybody hangs up and nothing may be left.
//
// go test ./engine -run TestHistories -seed N -seeds 1 plays one again; goroutines may then take turns in another order.
func TestHistories(t *testing.T) {
	var total tally
	for i := range *seeds {
		n := *seed + uint64(i)
		synctest.Test(t, func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("seed %d", n)
				}
			}()
			newDay(t, n, &total).live()
		})
	}
	t.Logf("%d histories: %d calls, %d conversations, %d commands, %d kills, %d cuts, %d outages, %d faults", *seeds,
		total.calls.Load(), total.talks.Load(), total.commands.Load(), total.kills.Load(), total.cuts.Load(), total.outages.Load(), total.faults.Load())
	if *seeds >= 40 && (total.talks.Load() < int64(*seeds) || total.kills.Load() < int64(*seeds)) {
		t.Error("the histories are too quiet to prove anything")
	}
}

type tally struct{ commands, calls, talks, kills, cuts, outages, faults atomic.Int64 }

// day is one history.
type day struct {
	*house
	total  *tally
	mu     sync.Mutex // guards rng: everybody draws from it
	rng    *rand.Rand
	stormy atomic.Bool // faults happen
	bad    float64     // how often
	agents []string
	now    atomic.Pointer[life]
}

func newDay(t *testing.T, n uint64, total *tally) *day {
	d := &day{house: build(t), total: total, rng: rand.New(rand.NewPCG(n, 0xe9)), bad: []float64{0, .01, .05, .2}[n%4]}
	d.sw.Faults = d.fault
	d.sw.Broken = func(format string, args ...any) {
		what := fmt.Sprintf(format, args...)
		channel := regexp.MustCompile(`1790000000\.\d+`).FindString(what)
		d.Errorf("%s: %s%s", time.Now().Format("04:05.000"), what, d.story(channel))
	}
	d.sw.Late = func() time.Duration {
		if d.stormy.Load() && d.chance(.1) {
			return d.upTo(time.Second)
		}
		return d.upTo(5 * time.Millisecond)
	}
	d.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, Scenario: call.Scenario{
		Pickup: 6 * time.Second, Music: "m", AnswerNow: n%3 == 0, MissLimit: int(n % 2), WrapUp: 5 * time.Second, MaxWait: 90 * time.Second * time.Duration(n%2),
	}})
	for i := range 3 + d.n(3) {
		id := fmt.Sprintf("a%d", i)
		d.agents = append(d.agents, id)
		d.home.Hire(id, []agent.Device{agent.Desk, agent.WebRTC}[i%2], "sales")
		d.sw.Register("p-"+id, true)
		d.sw.React("p-"+id, d.react)
	}
	return d
}

func (d *day) n(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rng.IntN(n)
}

func (d *day) chance(p float64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rng.Float64() < p
}

func (d *day) upTo(t time.Duration) time.Duration { return time.Duration(d.n(int(t))) }

func (d *day) fault(op string) (f enginetest.Fault) {
	f.Before, f.After = d.upTo(2*time.Millisecond), d.upTo(2*time.Millisecond)
	if !d.stormy.Load() || !d.chance(d.bad) {
		return f
	}
	d.total.faults.Add(1)
	switch d.n(4) {
	case 0:
		f.Lose = op != "dial" || d.chance(.5)
		if !f.Lose { // Asterisk is stuck, and calls the phone when nobody waits for it any more
			f.Late = d.upTo(6 * time.Second)
		}
	case 1:
		f.Blind = true
	case 2:
		f.Before = d.upTo(6 * time.Second)
	case 3:
		f.After = d.upTo(6 * time.Second)
	}
	return f
}

func (d *day) react(e call.Dial) enginetest.Reaction {
	switch d.n(12) {
	case 0:
		return enginetest.Busy
	case 1:
		return enginetest.Dead
	case 2:
		return enginetest.Ignores
	case 3:
		return enginetest.DeclinesAfter(d.upTo(4 * time.Second))
	case 4: // at the very moment of the pickup time
		return enginetest.AnswersAfter(6 * time.Second)
	case 5: // talks, and the phone is lost
		return enginetest.Reaction{Rings: 0, Answers: d.upTo(3 * time.Second), Ends: 3*time.Second + d.upTo(20*time.Second), Cause: 44}
	case 6: // talks, and hangs up
		return enginetest.Reaction{Rings: 0, Answers: d.upTo(3 * time.Second), Ends: 3*time.Second + d.upTo(20*time.Second), Cause: 16}
	}
	return enginetest.AnswersAfter(d.upTo(5 * time.Second))
}

// live is the day.
func (d *day) live() {
	d.boot()
	var people sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	do := func(every time.Duration, f func()) {
		people.Go(func() {
			for pauseFor(ctx, d.upTo(2*every)) {
				f()
			}
		})
	}
	d.stormy.Store(true)
	do(4*time.Second, d.callIn)
	do(700*time.Millisecond, d.work)
	do(8*time.Second, d.phones)
	if d.bad > 0 {
		do(15*time.Second, d.weather)
		do(10*time.Second, func() { d.now.Load().killIn(1 + d.n(40)) })
	}
	people.Go(func() {
		for pauseFor(ctx, 20*time.Millisecond) {
			if d.now.Load().dead.Load() {
				d.reboot()
			}
		}
	})
	time.Sleep(2 * time.Minute)
	cancel()
	people.Wait()
	d.evening()
}

func pauseFor(ctx context.Context, t time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(t):
		return true
	}
}

// boot starts a controller's life.
func (d *day) boot() {
	d.opt.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	if testing.Verbose() && *seeds == 1 {
		d.opt.Log = slog.New(slog.NewTextHandler(d.log, nil))
	}
	l := &life{store: d.store, sw: d.sw, home: d.home, ended: make(chan error, 1)}
	opt := d.opt
	opt.Store, opt.Switch, opt.Ledger = l, l, l
	l.e = engine.New(opt)
	var ctx context.Context
	ctx, l.end = context.WithCancel(context.Background())
	go func() {
		l.ended <- l.e.Run(ctx, func(ctx context.Context) error { return d.sw.Run(ctx, l.e) })
	}()
	d.now.Store(l)
}

func (d *day) reboot() {
	d.total.kills.Add(1)
	<-d.now.Load().ended
	time.Sleep(d.upTo(5 * time.Second))
	d.boot()
}

func (d *day) callIn() {
	d.total.calls.Add(1)
	id := d.sw.CallIn("sales")
	if d.chance(.7) {
		time.AfterFunc(d.upTo(60*time.Second), func() { d.sw.HangUp(id) })
	}
}

// work is what agents do; refusals are part of it.
func (d *day) work() {
	id := d.agents[d.n(len(d.agents))]
	e := d.now.Load().e
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	a, ok := e.Agent(id)
	if !ok || a.Chosen == agent.LoggedOut {
		e.Login(ctx, id)
		return
	}
	if a.Held == nil {
		e.Choose(ctx, id, []agent.Choice{agent.Ready, agent.Ready, agent.Ready, agent.Ready, agent.Rest, agent.LoggedOut}[d.n(6)], "")
		return
	}
	c, _ := e.Call(a.Held.Call)
	if c.State == call.Talking {
		d.total.talks.Add(1)
	}
	possible := c.Possible(id)
	if len(possible) == 0 || d.chance(.3) {
		return
	}
	k := possible[d.n(len(possible))]
	if (k == call.KHangup || k == call.KDisconnect) && d.chance(.8) {
		return
	}
	d.command(ctx, e, c.ID, id, k)
}

// command gives a command; a refusal is part of life.
func (d *day) command(ctx context.Context, e *engine.Engine, callID, id string, k call.Kind) {
	d.total.commands.Add(1)
	aim := engine.Aim{Agent: d.agents[d.n(len(d.agents))]}
	switch d.n(4) {
	case 0:
		aim = engine.Aim{Queue: "sales"}
	case 1:
		aim = engine.Aim{Number: "1" + aim.Agent}
	}
	switch k {
	case call.KTransfer:
		e.Transfer(ctx, callID, id, aim)
	case call.KConsult:
		e.Consult(ctx, callID, id, aim)
	default:
		e.Command(ctx, callID, command(id, k))
	}
}

// command makes a command of that kind.
func command(id string, k call.Kind) call.Input {
	return map[call.Kind]call.Input{
		call.KAnswer: call.Answer{Agent: id}, call.KDecline: call.Decline{Agent: id}, call.KHangup: call.Hangup{Agent: id}, call.KRejoin: call.Rejoin{Agent: id},
		call.KMute: call.Mute{Agent: id, On: true}, call.KDigits: call.Digits{Agent: id, Digits: "1"}, call.KHold: call.Hold{Agent: id}, call.KResume: call.Resume{Agent: id},
		call.KComplete: call.Complete{Agent: id}, call.KCancel: call.Cancel{Agent: id}, call.KSwap: call.Swap{Agent: id}, call.KConfer: call.Confer{Agent: id},
		call.KDisconnect: call.ForceDisconnect{Agent: id, Reason: "abuse"},
	}[k]
}

func (d *day) phones() {
	endpoint := "p-" + d.agents[d.n(len(d.agents))]
	switch d.n(4) {
	case 0:
		d.sw.Register(endpoint, false)
		time.Sleep(d.upTo(10 * time.Second))
		d.sw.Register(endpoint, true)
	case 1:
		d.sw.Register(endpoint, true)
	case 2:
		d.sw.HangUpPhone(endpoint, []int{16, 44, 20}[d.n(3)])
	}
}

func (d *day) weather() {
	switch d.n(3) {
	case 0:
		d.total.cuts.Add(1)
		d.sw.Cut()
		time.Sleep(d.upTo(8 * time.Second))
		d.sw.Mend()
	case 1:
		d.total.outages.Add(1)
		d.store.Away(errAway)
		time.Sleep(d.upTo(10 * time.Second))
		d.store.Away(nil)
	}
}

// evening: nothing fails any more. First every customer must hear something; then all hang up, and nothing may be left.
func (d *day) evening() {
	d.stormy.Store(false)
	d.sw.Mend()
	d.store.Away(nil)
	d.now.Load().killIn(0)
	if d.now.Load().dead.Load() {
		d.reboot()
	}
	for _, id := range d.agents {
		d.sw.React("p-"+id, enginetest.Always(enginetest.AnswersAfter(time.Second)))
		d.sw.Register("p-"+id, true)
	}
	time.Sleep(40 * time.Second) // doubts come back within 30 s
	for _, id := range d.sw.Callers() {
		if what, ok := d.sw.Hears(id); ok && what == call.Nothing {
			time.Sleep(2 * time.Second) // a step under way
			if what, ok := d.sw.Hears(id); ok && what == call.Nothing {
				d.Errorf("customer %s hears nothing (invariant 2)%s", id, d.story(id))
			}
		}
	}
	for _, id := range d.sw.Callers() {
		d.sw.HangUp(id)
	}
	time.Sleep(2 * time.Second)
	for _, id := range d.agents { // colleagues whom a customer left would talk on for ever
		d.sw.HangUpPhone("p-"+id, 16)
	}
	d.leftovers()
	for _, id := range d.agents {
		if a, ok, _ := d.store.Agent(context.Background(), id); ok && a.Held != nil {
			d.Errorf("agent %s is still held: %+v", id, a.Held)
		}
	}
	d.tickets()
	d.numbered()
	d.now.Load().end()
	if err := <-d.now.Load().ended; err != nil {
		d.Errorf("the controller ended with %v%s", err, d.story(""))
	}
}

// leftovers: a minute after the last customer hung up nothing is left.
func (d *day) leftovers() {
	for range 60 {
		time.Sleep(time.Second)
		if calls, _ := d.store.Calls(context.Background(), "fake"); len(calls) == 0 && len(d.sw.Leftovers()) == 0 {
			return
		}
	}
	d.Errorf("left at the switch: %v", d.sw.Leftovers())
	calls, _ := d.store.Calls(context.Background(), "fake")
	for _, c := range calls {
		d.Errorf("call %s is still %s%s", c.ID, c.State, d.story(c.Customer.ID))
	}
}

// story is the journal of the calls of a customer's channel.
func (d *day) story(channel string) string {
	var out strings.Builder
	mine := map[string]bool{}
	for _, e := range d.store.Journal() {
		if strings.Contains(string(e.Input), `"channel":"`+channel+`"`) {
			mine[e.Call] = true
		}
		if mine[e.Call] {
			fmt.Fprintf(&out, "\n%s %s v%d %s → %s: %s", e.At.Format("04:05.000"), e.Call[20:], e.Version, e.Input, e.State, e.Effects)
		}
	}
	return out.String()
}

// tickets: each call that was connected has one (invariant 5); the house has them by call, so there cannot be two.
func (d *day) tickets() {
	for _, entry := range d.store.Journal() {
		if entry.State == call.Talking && d.home.Ticket(entry.Call) == "" {
			d.Errorf("call %s was connected and has no ticket", entry.Call)
		}
	}
}

// numbered: what clients were told has no gaps and no repetitions.
func (d *day) numbered() {
	last := map[string]uint64{}
	for _, m := range d.store.Feed() {
		if m.Seq != last[m.Agent]+1 {
			d.Errorf("agent %s: message %d after %d", m.Agent, m.Seq, last[m.Agent])
		}
		last[m.Agent] = m.Seq
	}
}
