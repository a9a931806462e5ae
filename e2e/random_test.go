package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
	"switchroom/record"
)

var (
	randomLength = flag.Duration("random", time.Minute, "how long the random scenario lasts")
	randomSeed   = flag.Uint64("random-seed", 0, "seed of the random scenario; 0: another one each time")
)

// The random scenario's people.
const (
	randomAgents  = 20
	randomCallers = 8
)

// TestEverybodyDoesWhatTheyLike: agents and customers do random things, each for themselves, the controller is killed twice a minute and its
// connection to Asterisk cut once. In the end everybody hangs up, and nothing may be left, no customer may have been in silence, and nothing
// may have been complained of.
//
// go test ./e2e -run EverybodyDoes -random 10m -random-seed N plays with the same dice; who is faster is not theirs to say.
func TestEverybodyDoesWhatTheyLike(t *testing.T) {
	seed := *randomSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-random-seed %d", seed)
	names := make([]string, randomAgents)
	for i := range names {
		names[i] = fmt.Sprintf("agent%02d", i)
	}
	h := newHouse(t, options{detector: always, agents: names, proxied: true, sales: func(s *call.Scenario) {
		s.Pickup, s.WrapUp, s.MissLimit, s.TargetRing, s.HoldWarn, s.AnswerNow = 5*time.Second, 500*time.Millisecond, 0, 5*time.Second, time.Second, seed%2 == 0
	}})
	for _, line := range []string{
		"write the phone accounts; will try again", "Stasis app 'switchroom' not active", brokenSocket,
		"Could not create dialog to invalid URI", "Failed to create outgoing session", // a phone that went a moment before it was called
	} {
		h.expect(line)
	}
	r := &scenario{house: h, seed: seed, names: names, did: map[string]int{}, lines: map[*desk]*phone.Call{}, excused: map[string][]span{}}
	for i, name := range names {
		d := h.desk(name)
		d.obeysAutoAnswer().does(r.behaviour(r.dice(1000 + i))).login()
	}
	r.play(*randomLength)
	r.everybodyHangsUp()
	r.check()
}

// scenario is one run.
type scenario struct {
	*house
	seed  uint64
	names []string

	mu      sync.Mutex
	did     map[string]int        // what was done, and how often
	lines   map[*desk]*phone.Call // dialled on the phones themselves
	excused map[string][]span     // when a customer may have heard nothing, by number: the agent was muted
	away    []span                // when the controller was away, or learned late of what happened
}

type span struct{ from, to time.Time }

// dice are one person's own.
func (r *scenario) dice(who int) *rand.Rand { return rand.New(rand.NewPCG(r.seed, uint64(who))) }

func (r *scenario) note(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.did[what]++
}

func upTo(dice *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(dice.Int64N(int64(d)))
}

func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// play lets everybody do what they like for that long.
func (r *scenario) play(length time.Duration) {
	r.Helper()
	ctx, stop := context.WithTimeout(r.Context(), length)
	defer stop()
	var people sync.WaitGroup
	for i, d := range r.desks {
		people.Go(func() { r.works(ctx, d, r.dice(i)) })
	}
	for i := range randomCallers {
		people.Go(func() { r.phonesIn(ctx, r.dice(2000+i), i) })
	}
	r.weather(ctx, length)
	people.Wait()
}

// weather kills the controller twice a minute and cuts its connection once, each at a random moment of its third of the minute.
func (r *scenario) weather(ctx context.Context, length time.Duration) {
	r.Helper()
	dice := r.dice(3000)
	third := 20 * time.Second
	for begin, n := time.Now(), 0; ; n++ {
		at := begin.Add(time.Duration(n)*third + third/4 + upTo(dice, third/2))
		if at.After(begin.Add(length-2*time.Second)) || !rest(ctx, time.Until(at)) {
			return
		}
		away := time.Now()
		if n%3 == 1 {
			r.note("cut")
			r.proxy.cut()
			r.control.waitReady()
		} else {
			r.note("kill")
			r.noViolations()
			r.control.kill()
			time.Sleep(upTo(dice, time.Second))
			r.control.start()
		}
		r.away = append(r.away, span{away, time.Now().Add(longestSilence)})
		r.maySilence = max(r.maySilence, time.Since(away))
	}
}

// noViolations asks the controller whether it ever broke an invariant.
func (r *scenario) noViolations() {
	r.Helper()
	resp, err := web.Get(r.control.url() + "/metrics")
	if err != nil {
		r.Errorf("the metrics: %v", err)
		return
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(b), "\nswitchroom_invariant_violations_total 0\n") {
		r.Errorf("the metrics (%d, %v) do not say that no invariant was broken", resp.StatusCode, err)
	}
}

// behaviour is what a phone does when it rings.
func (r *scenario) behaviour(dice *rand.Rand) phone.Behaviour {
	var mu sync.Mutex
	return func(c *phone.Call) {
		mu.Lock()
		what, when := dice.IntN(100), upTo(dice, 2*time.Second)
		mu.Unlock()
		switch {
		case what < 70:
			phone.AnswerAfterRinging(when)(c)
		case what < 80:
			phone.DeclineAfterRinging(when)(c)
		case what < 85:
			phone.Busy()(c)
		case what < 88:
			phone.NoReplyAtAll()(c)
		default:
			phone.RingForever()(c)
		}
	}
}

// works is an agent's day.
func (r *scenario) works(ctx context.Context, d *desk, dice *rand.Rand) {
	for rest(ctx, upTo(dice, time.Second)) {
		v, err := d.page.view(ctx)
		switch {
		case err != nil:
		case v.Call == nil:
			r.betweenCalls(ctx, d, dice, v)
		case dice.IntN(100) < 12 || r.line(d) != nil && dice.IntN(2) == 0:
			r.handset(ctx, d, dice)
		default:
			r.orders(ctx, d, dice, v)
		}
	}
}

func (r *scenario) betweenCalls(ctx context.Context, d *desk, dice *rand.Rand, v view) {
	switch what := dice.IntN(100); {
	case v.Status.Code == agent.ShowLoggedOut:
		r.tried("login", d.page.login(ctx))
	case v.Status.Code != agent.ShowReady && what < 70:
		r.tried("ready", d.page.choose(ctx, agent.Ready, ""))
	case what < 5:
		r.tried("rest", d.page.choose(ctx, agent.Rest, ""))
	case what < 10:
		r.tried("business", d.page.choose(ctx, agent.Business, ""))
	case what < 12:
		r.tried("logout", d.page.choose(ctx, agent.LoggedOut, ""))
	case what < 15:
		r.unplugs(ctx, d, dice)
	case what < 20:
		r.dials(ctx, d, dice, "dialled on the phone")
	case what < 23:
		_, err := d.page.dialUp(ctx, r.colleague(dice), "")
		r.tried("dial up", err)
	}
}

func (r *scenario) colleague(dice *rand.Rand) string {
	return fmt.Sprint(2001 + dice.IntN(len(r.names)))
}

// dials is a colleague's number dialled on the phone: in a call, on its second line. What is refused is told to the phone.
func (r *scenario) dials(ctx context.Context, d *desk, dice *rand.Rand, what string) {
	within, cancel := r.limit(soon)
	defer cancel()
	line, err := d.phone.Invite(within, r.colleague(dice), phone.InviteOpts{})
	if err != nil && ctx.Err() == nil {
		r.Errorf("%s: %s: %v", d.name, what, err)
	}
	r.mu.Lock()
	r.lines[d] = line
	r.mu.Unlock()
	r.note(what)
}

// line is what was dialled on the phone last, or nil where that is over.
func (r *scenario) line(d *desk) *phone.Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	if line := r.lines[d]; line != nil {
		if _, over := line.Ended(); !over {
			return line
		}
	}
	return nil
}

// keys are a phone's with a line that was dialled on it, and perhaps another.
func (r *scenario) keys(ctx context.Context, d *desk, dice *rand.Rand, first, line *phone.Call) {
	within, cancel := r.limit(soon)
	defer cancel()
	what, do := "dialled line hung up", line.Hangup
	two := first != nil && first.State() == phone.StateUp && line.State() == phone.StateUp
	switch n := dice.IntN(100); {
	case n < 25 || !two && n < 80:
		return
	case !two:
	case n < 55:
		what, do = "lines swapped", func(ctx context.Context) error { return swapLines(ctx, first, line) }
	case n < 65:
		what, do = "both lines spoken on", func(ctx context.Context) error {
			if err := first.Resume(ctx); err != nil {
				return err
			}
			return line.Resume(ctx)
		}
	case n < 85:
		what, do = "lines connected", func(ctx context.Context) error { return line.ReferAttended(ctx, first) }
	}
	err := do(within)
	over := line.State() == phone.StateEnded || first != nil && first.State() == phone.StateEnded
	if err != nil && !over && ctx.Err() == nil {
		r.Errorf("%s: %s: %v", d.name, what, err)
	}
	r.note(what)
}

// swapLines holds the line that is spoken on and speaks on the other.
func swapLines(ctx context.Context, a, b *phone.Call) error {
	if a.Held() {
		a, b = b, a
	}
	if err := a.Hold(ctx); err != nil {
		return err
	}
	return b.Resume(ctx)
}

// unplugs takes the phone's registration away for a while. Its calls are not touched.
func (r *scenario) unplugs(ctx context.Context, d *desk, dice *rand.Rand) {
	within, cancel := r.limit(soon)
	defer cancel()
	if err := d.phone.Unregister(within); err != nil {
		r.Errorf("%s's phone unregisters: %v", d.name, err)
	}
	rest(ctx, upTo(dice, 3*time.Second))
	if err := d.phone.Register(within); err != nil {
		r.Errorf("%s's phone registers: %v", d.name, err)
	}
	r.note("phone unregistered and registered")
}

// handset is what is done at the phone itself.
func (r *scenario) handset(ctx context.Context, d *desk, dice *rand.Rand) {
	leg := d.lastLeg()
	if line := r.line(d); line != nil {
		r.keys(ctx, d, dice, leg, line)
		return
	}
	if leg == nil || leg.State() != phone.StateUp {
		return
	}
	if leg.Held() && dice.IntN(2) == 0 {
		r.dials(ctx, d, dice, "second line dialled")
		return
	}
	within, cancel := r.limit(soon)
	defer cancel()
	what, do := "handset hung up", leg.Hangup
	switch {
	case leg.Held():
		what, do = "hold key released", leg.Resume
	case dice.IntN(2) == 0:
		what, do = "hold key pressed", leg.Hold
	}
	err := do(within)
	if err != nil && leg.State() != phone.StateEnded && ctx.Err() == nil {
		r.Errorf("%s: %s: %v", d.name, what, err)
	}
	r.note(what)
}

// orders gives one of the commands that the page offers.
func (r *scenario) orders(ctx context.Context, d *desk, dice *rand.Rand, v view) {
	if len(v.Call.Commands) == 0 {
		return
	}
	k := v.Call.Commands[dice.IntN(len(v.Call.Commands))]
	switch k {
	case call.KHangup, call.KDisconnect, call.KRejoin, call.KDecline:
		if dice.IntN(100) < 80 {
			return
		}
	case call.KDigits:
		if dice.IntN(100) < 50 {
			return
		}
	case call.KMute:
		if dice.IntN(100) < 50 {
			return
		}
		r.mutes(ctx, d, dice, v)
		return
	}
	r.tried(string(k), d.page.onceWith(ctx, v.Call.ID, k, r.fields(k, dice)))
}

func (r *scenario) fields(k call.Kind, dice *rand.Rand) map[string]any {
	switch k {
	case call.KTransfer, call.KConsult:
		i := dice.IntN(len(r.names))
		return []map[string]any{toAgent(r.names[i]), {"number": fmt.Sprint(2001 + i)}, {"queue": sales}}[dice.IntN(3)]
	case call.KDigits:
		return map[string]any{"digits": "1#"}
	case call.KDisconnect:
		return map[string]any{"reason": "threats"}
	}
	return nil
}

// mutes lets nobody hear the agent for a moment; the customer may be the one who does not.
func (r *scenario) mutes(ctx context.Context, d *desk, dice *rand.Rand, v view) {
	began := time.Now()
	r.tried("mute", d.page.onceWith(ctx, v.Call.ID, call.KMute, map[string]any{"muted": true}))
	rest(ctx, upTo(dice, time.Second))
	for id := v.Call.ID; ; time.Sleep(50 * time.Millisecond) {
		err := d.page.onceWith(r.Context(), id, call.KMute, map[string]any{"muted": false})
		if now, seen := d.page.view(ctx); err == nil || seen == nil && (now.Call == nil || now.Call.ID != id) {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.excused[v.Call.Caller.Number] = append(r.excused[v.Call.Caller.Number], span{began, time.Now().Add(500 * time.Millisecond)})
}

// tried notes what came of a command: it was carried out, refused with a code, or found no controller. Anything else is a fault.
func (r *scenario) tried(what string, err error) {
	var refused *refusal
	switch {
	case err == nil:
		r.note(what)
	case errors.As(err, &refused) && refused.Code != "" && refused.Status != http.StatusInternalServerError:
		r.note("refused: " + refused.Code)
	case errors.As(err, &refused):
		r.Errorf("%s: %v", what, err)
	default:
		r.note("found no controller")
	}
}

// phonesIn is one customer after the other: each call has a number of its own.
func (r *scenario) phonesIn(ctx context.Context, dice *rand.Rand, nth int) {
	tone := customerTones[nth%len(customerTones)]
	for n := 0; rest(ctx, upTo(dice, 3*time.Second)); n++ {
		number := fmt.Sprintf("030%02d%05d", nth, n)
		p, err := phone.New(context.WithoutCancel(ctx), phone.Config{User: number, Server: r.asterisk.SIPAddr, Sound: phone.Tone(tone, loudness), Listen: musicTones()})
		if err != nil {
			r.Errorf("a customer's phone: %v", err)
			return
		}
		r.Cleanup(func() { _ = p.Close() })
		c := &customer{h: r.house, tone: tone, phone: p}
		within, cancel := r.limit(soon)
		c.call, err = p.Invite(within, "1000", phone.InviteOpts{})
		cancel()
		if err != nil {
			r.Errorf("customer %s calls: %v", number, err)
			continue
		}
		r.house.mu.Lock()
		r.customers = append(r.customers, c)
		r.house.mu.Unlock()
		r.note("calls")
		patience := 2*time.Second + upTo(dice, 25*time.Second)
		if dice.IntN(4) == 0 {
			patience = time.Minute // hangs on until hung up
		}
		select {
		case <-ctx.Done():
			return
		case <-c.call.Context().Done():
		case <-time.After(patience):
			r.hangsUp(c.call, "customer "+number)
		}
		_ = p.Close() // its call is over
	}
}

func (r *scenario) hangsUp(c *phone.Call, who string) {
	within, cancel := r.limit(soon)
	defer cancel()
	if err := c.Hangup(within); err != nil {
		r.Errorf("%s hangs up: %v", who, err)
	}
}

func (r *scenario) everybodyHangsUp() {
	r.Helper()
	for _, c := range r.customers {
		if _, ended := c.call.Ended(); !ended {
			r.hangsUp(c.call, "customer "+c.phone.User())
		}
	}
	r.until(patience, "all handsets are down", func(context.Context) (bool, string) { // agents whom a customer left talk on
		up := ""
		for _, d := range r.desks {
			for _, leg := range []*phone.Call{r.line(d), d.lastLeg()} {
				if leg != nil && leg.State() == phone.StateUp {
					up = leg.String()
					r.hangsUp(leg, d.name)
				}
			}
		}
		return up == "" && r.leftovers() == "", up + " " + r.leftovers()
	})
}

// check looks at what is not checked of every house, and tells the story of each call that something was wrong with.
func (r *scenario) check() {
	r.Helper()
	r.noViolations()
	lag := clock.worst(r.since)
	for _, c := range r.customers {
		number := c.phone.User()
		c.mayHearNothing = len(r.excused[number]) > 0 // in part, which is looked at here; for the rest every house does
		if quiet := longestOutside(c, slices.Concat(r.excused[number], r.away)); quiet > longestSilence+lag {
			r.Errorf("the customer %s was in silence for %v (the test's clock lagged by %v), the controller away %s: %s%s", number, quiet, lag, times(r.away), c.quiet(), r.story(number))
		}
	}
	var did strings.Builder
	for _, what := range slices.Sorted(maps.Keys(r.did)) {
		fmt.Fprintf(&did, "\n%6d %s", r.did[what], what)
	}
	r.Logf("%d tickets; without the controller for up to %v; the test's clock lagged by up to %v%s", r.tickets(), r.maySilence, lag, did.String())
	if r.tickets() < randomCallers || r.did[string(call.KConsult)]+r.did[string(call.KTransfer)] < randomCallers {
		r.Error("the scenario is too quiet to prove anything")
	}
}

// longestOutside is the longest silence of a customer, once answered, outside of the excused times.
func longestOutside(c *customer, excused []span) time.Duration {
	from, end := c.call.Since(phone.StateUp), c.call.Since(phone.StateEnded)
	if from.IsZero() {
		return 0
	}
	slices.SortFunc(excused, func(a, b span) int { return a.from.Compare(b.from) })
	var out time.Duration
	for _, s := range append(excused, span{from: end}) {
		to := s.from
		if to.After(end) {
			to = end
		}
		if to.After(from) {
			out = max(out, c.call.LongestSilence(from, to, -45))
		}
		if s.to.After(from) {
			from = s.to
		}
	}
	return out
}

func times(spans []span) (out string) {
	for _, s := range spans {
		out += fmt.Sprintf(" %s–%s", s.from.Format("15:04:05.000"), s.to.Format("15:04:05.000"))
	}
	return out
}

// story is the journal of the calls that a number made.
func (r *scenario) story(number string) string {
	ctx := context.Background()
	calls, err := r.db.Calls(ctx, record.Viewer{All: true}, record.CallQuery{Asked: record.Asked{Limit: record.MaxPage}})
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	for _, c := range slices.Backward(calls.Items) {
		if c.Caller.Number != number {
			continue
		}
		entries, err := r.db.Journal(ctx, c.ID)
		if err != nil {
			return err.Error()
		}
		for _, e := range entries {
			fmt.Fprintf(&out, "\n%s v%d %s → %s: %s", e.At.Format("15:04:05.000"), e.Version, e.Input, e.State, e.Effects)
		}
	}
	return out.String()
}
