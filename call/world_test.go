package call

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"switchroom/agent"
)

// A model of the world around the core: callers, agents, phones, a switch, routing and the engine, in simulated time. It does
// what the real ones may do, only far more often the wrong way: facts come late, twice or never, effects fail, the controller dies
// between any two effects. invariants_test.go says what must hold all the same.
//
// The model engine does as the real one: one step of a call is apply, save with the agents, then the effects in order;
// what comes meanwhile waits in the call's mailbox.

// world is one random history. Everything in it follows from its seed.
type world struct {
	rng      *rand.Rand
	now      time.Time
	events   events
	seq      int
	agents   []*person
	runs     []*run // live calls, in the order of arrival
	names    int
	channels map[string]*channel
	dialled  map[string]bool   // every leg id that was ever dialled
	tickets  map[string]string // call → ticket
	down     bool              // the controller is away
	epoch    int               // counts the controller's lives: facts on their way in a former one may be lost
	closing  bool              // the end of the history: nobody calls any more, nothing fails any more
	mood     mood
	stats    *stats
	trace    []line
	poked    map[State]map[Kind]int
}

// mood says how bad this world is, as probabilities.
type mood struct {
	late, twice, effectFails, joinFails, slowJoin, badPhone, vanish, away, crash float64
	// chatty people answer at once and keep handling their calls: consulting, swapping, conferring.
	chatty bool
}

// line is one entry of the trace that a failure prints.
type line struct {
	at      time.Time
	call    string
	was     State
	in      Input
	became  State
	effects []Effect
}

func (l line) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%8s %s %-10s %s%+v → %s", l.at.Sub(epochStart).Truncate(time.Millisecond), l.call, l.was, l.in.Kind(), l.in, l.became)
	for _, e := range l.effects {
		fmt.Fprintf(&b, "\n              %s%+v", e.Effect(), e)
	}
	return b.String()
}

// broken is what a failed check panics with.
type broken string

func (w *world) must(ok bool, format string, args ...any) {
	if !ok {
		panic(broken(fmt.Sprintf(format, args...)))
	}
}

// run is the model engine's owner of one call.
type run struct {
	call     Call
	box      []Input
	todo     []Effect // of the step under way
	working  bool     // an effect, or the next input, is scheduled
	flying   int      // facts and results on their way
	doubts   int      // effects that failed and were not looked into yet
	caller   *channel
	own      []*channel // of agents who dialled on the phone itself
	bridge   bool       // exists at the switch
	owners   []string   // agents bridged with the customer so far
	handed   time.Time  // when the customer was given to the target of a consultation, who is heir
	heir     string
	shutdown bool
}

var epochStart = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

func newWorld(seed uint64, st *stats) *world {
	w := &world{
		rng: rand.New(rand.NewPCG(seed, 0x5317c4)), now: epochStart, channels: map[string]*channel{},
		dialled: map[string]bool{}, poked: map[State]map[Kind]int{}, tickets: map[string]string{}, stats: st,
	}
	w.mood = mood{late: .1, twice: .05, effectFails: .01, joinFails: .08, slowJoin: .35, badPhone: .2, vanish: .5, away: .1, crash: .5}
	if seed%2 == 1 {
		w.mood.vanish, w.mood.away, w.mood.joinFails, w.mood.slowJoin = .8, .8, .25, .5 // a storm
	}
	if seed%4 == 0 {
		w.mood = mood{badPhone: .05, vanish: .1} // a good day: what fails here is no accident
	}
	people, calls := 3+w.rng.IntN(3), w.between(1500*time.Millisecond, 4*time.Second)
	if seed%5 != 0 {
		w.mood.chatty, w.mood.badPhone = true, min(w.mood.badPhone, .08)
		w.mood.joinFails, w.mood.slowJoin, w.mood.vanish = min(w.mood.joinFails, .04), min(w.mood.slowJoin, .1), min(w.mood.vanish, .2)
		people, calls = 7+w.rng.IntN(3), w.between(5*time.Second, 10*time.Second)
	}
	for i := range people {
		w.hire(i)
	}
	w.every(calls, w.callIn)
	w.every(w.between(5*time.Second, 20*time.Second), w.dialOut)
	w.every(w.between(100*time.Millisecond, 500*time.Millisecond), w.route)
	w.every(w.between(200*time.Millisecond, time.Second), w.meddle)
	w.every(w.between(3*time.Second, 20*time.Second), w.crash)
	w.every(time.Second, w.guardRescue)
	return w
}

// play runs the history: a while of ordinary madness, then an evening in which everybody hangs up.
func (w *world) play(length time.Duration) {
	w.runUntil(w.now.Add(length))
	w.closing = true
	if w.down {
		w.recover()
	}
	for _, r := range slices.Clone(w.runs) {
		w.hangupAt(r.caller, w.upTo(3*time.Second), 16)
		if r.call.State == AgentsOnly {
			w.hangupAt(w.channels[r.call.Agent.Leg], w.upTo(3*time.Second), 16)
		}
	}
	w.runUntil(w.now.Add(2 * time.Minute))
	w.atRest()
}

func (w *world) runUntil(end time.Time) {
	for len(w.events) > 0 && !w.events[0].at.After(end) {
		e := heap.Pop(&w.events).(event)
		w.now = e.at
		e.do()
	}
	w.now = end
}

// feed is one input for a call: now, or after what is before it.
func (w *world) feed(r *run, in Input) {
	if w.down || r.shutdown {
		return
	}
	r.box = append(r.box, in)
	w.work(r)
}

// work goes on with a call: the next effect of the step under way, else the next input.
func (w *world) work(r *run) {
	for !r.working && !w.down && !r.shutdown {
		if len(r.todo) > 0 {
			r.working = true
			life := w.epoch
			w.after(w.upTo(20*time.Millisecond), func() {
				if life != w.epoch {
					return // the controller that would have done it is dead
				}
				r.working = false
				e := r.todo[0]
				r.todo = r.todo[1:]
				w.carryOut(r, e)
				w.work(r)
				w.listen(r)
			})
			return
		}
		if len(r.box) == 0 {
			w.close(r)
			return
		}
		in := r.box[0]
		r.box = r.box[1:]
		_ = w.take(r, in)
	}
}

// take is one step: apply, save. A refused step changes nothing.
func (w *world) take(r *run, in Input) error {
	was := r.call
	next, effects, err := w.apply(was, in)
	if err == nil {
		err = w.save(&next, effects)
	}
	if err != nil {
		return err
	}
	w.record(was, in, next, effects)
	switch in := in.(type) {
	case Recovered:
		r.doubts = 0 // all that failed before is said again by this very step
	case PhoneLost:
		for _, ch := range w.ofCall(r) {
			ch.known = ch.known || ch.deaf && ch.agent.a.ID == in.Agent
		}
	}
	next.Version++
	r.call = next
	w.checkStep(r, was, in, effects)
	if was.State != next.State {
		w.provoke(r)
	}
	for _, e := range effects {
		switch e.(type) {
		case ReserveAgent, AgentPhase, ReleaseAgent, TellTicket:
		default:
			r.todo = append(r.todo, e)
		}
	}
	w.arm(r)
	return nil
}

// save applies the effects on agents, all or nothing.
func (w *world) save(c *Call, effects []Effect) error {
	changed := map[*person]agent.Agent{}
	for _, e := range effects {
		var id, token string
		var in agent.Input
		switch e := e.(type) {
		case ReserveAgent:
			id, in = e.Agent, agent.Reserve{Call: c.ID, Token: e.Token, By: e.By}
		case AgentPhase:
			id, token, in = e.Agent, e.Token, agent.SetPhase{Token: e.Token, Phase: e.Phase}
		case TellTicket:
			id, in = e.Agent, agent.TicketOpened{Call: c.ID, Ticket: e.Ticket}
		case ReleaseAgent:
			id, token, in = e.Agent, e.Token, agent.Release{Token: e.Token, Outcome: e.Outcome}
		default:
			continue
		}
		p := w.person(id)
		a, ok := changed[p]
		if !ok {
			a = p.a
		}
		w.must(token == "" || a.Held != nil && a.Held.Token == token, "call %s speaks of agent %s by token %q, who is held by %+v", c.ID, id, token, a.Held)
		a, err := a.Apply(w.now, in)
		if err != nil {
			return err
		}
		changed[p] = a
	}
	for p, a := range changed {
		p.a = a
		w.tickAt(p)
	}
	return nil
}

// arm sets the timer for the call's deadline. Sometimes an older timer fires as well.
func (w *world) arm(r *run) {
	d := r.call.Deadline
	if d.IsZero() {
		return
	}
	if w.rng.Float64() < .05 {
		w.after(w.upTo(time.Second), func() { w.feed(r, Deadline{}) })
	}
	w.at(d, func() {
		if r.call.Deadline.Equal(d) {
			w.feed(r, Deadline{})
		}
	})
}

func (w *world) close(r *run) {
	if r.call.Closed() {
		w.checkClosed(r)
		r.shutdown = true
		w.runs = slices.DeleteFunc(w.runs, func(x *run) bool { return x == r })
	}
}

// crash kills the controller: effects that were not carried out never will be, facts on their way are lost.
func (w *world) crash() {
	if w.down || w.closing || w.rng.Float64() >= w.mood.crash {
		return
	}
	w.down = true
	w.epoch++
	for _, r := range w.runs {
		if w.rng.IntN(2) == 0 { // the last request was sent, its answer never read
			if len(r.todo) > 0 {
				w.carryOut(r, r.todo[0])
			}
		}
		r.todo, r.box, r.working, r.doubts = nil, nil, false, 0
	}
	for _, r := range slices.Clone(w.runs) {
		if r.call.Closed() {
			r.bridge = false // the live record is gone; the watchdogs for ownerless bridges and channels do the rest
			for _, ch := range w.ofCall(r) {
				if ch.agent != nil || ch.far || r.call.Outbound {
					ch.gone = true
				}
			}
			w.close(r)
		}
	}
	life := w.epoch
	w.after(w.upTo(3*time.Second), func() {
		if w.down && life == w.epoch {
			w.recover()
		}
	})
}

// recover is the controller's start: every call is compared with the switch before anything else.
func (w *world) recover() {
	w.down = false
	for _, r := range slices.Clone(w.runs) {
		if r.call.State == New {
			w.must(false, "call %s was never saved", r.call.ID)
		}
		w.arm(r)
		w.feed(r, w.inventory(r))
		for _, p := range w.agents {
			if _, ok := r.call.parts()[p.a.ID]; ok && !p.a.Phone.Reachable {
				w.feed(r, PhoneLost{Agent: p.a.ID})
			}
		}
	}
}

// doubt: an effect's fate is unknown, so the switch is looked at in a moment. The list may be old when it is read.
func (w *world) doubt(r *run) {
	r.flying++
	r.doubts++
	life := w.epoch
	w.after(w.upTo(500*time.Millisecond), func() {
		if life != w.epoch || w.down {
			r.flying--
			return
		}
		in := w.inventory(r)
		w.after(w.upTo(50*time.Millisecond), func() {
			r.flying--
			if life == w.epoch {
				w.feed(r, in)
			}
			w.listen(r)
		})
	})
}

// inventory lists what of the call is at the switch now.
func (w *world) inventory(r *run) Recovered {
	in := Recovered{At: w.now}
	for _, ch := range w.ofCall(r) {
		if ch.commandable() {
			known := ch.agent == nil && ch.state == Dialing && w.chance(.5) // the controller may have died before it could note that
			in.Channels = append(in.Channels, Seen{ID: ch.id, State: ch.state, Called: known})
		}
	}
	return in
}

// fact brings word of a leg to its call: late, twice, out of order between legs, or never where the controller dies meanwhile.
func (w *world) fact(ch *channel, in Input) {
	delay := w.upTo(10 * time.Millisecond)
	if w.rng.Float64() < w.mood.late {
		delay = w.upTo(2 * time.Second)
	}
	at := w.now.Add(delay)
	if !at.After(ch.told) {
		at = ch.told.Add(time.Microsecond) // one leg's facts keep their order
	}
	ch.told = at
	w.deliver(ch.run, at, in)
	if w.rng.Float64() < w.mood.twice {
		w.deliver(ch.run, at.Add(w.upTo(2*time.Second)), in)
	}
}

func (w *world) deliver(r *run, at time.Time, in Input) {
	r.flying++
	life := w.epoch
	w.at(at, func() {
		r.flying--
		if w.down || life != w.epoch && w.rng.Float64() < .7 {
			return
		}
		w.feed(r, in)
		w.listen(r)
	})
}

// guardRescue renews the callers' absolute timeouts, as the real engine does for who waits without a person.
func (w *world) guardRescue() {
	if w.down {
		return
	}
	for _, r := range w.runs {
		waits := slices.Contains([]State{Queued, Offering, Transferring, Recalling}, r.call.State) || r.call.State == Farewell && r.call.Closing != nil
		if waits && len(r.todo) == 0 {
			r.caller.rescue = true
		}
	}
}

// --- time and chance ---

type event struct {
	at  time.Time
	seq int
	do  func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	if !e[i].at.Equal(e[j].at) {
		return e[i].at.Before(e[j].at)
	}
	return e[i].seq < e[j].seq
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	last := old[len(old)-1]
	*e = old[:len(old)-1]
	return last
}

func (w *world) at(t time.Time, do func()) {
	if t.Before(w.now) {
		t = w.now
	}
	w.seq++
	heap.Push(&w.events, event{t, w.seq, do})
}

func (w *world) after(d time.Duration, do func()) { w.at(w.now.Add(d), do) }

// every repeats do at random intervals around d.
func (w *world) every(d time.Duration, do func()) {
	w.after(d/2+w.upTo(d), func() { do(); w.every(d, do) })
}

func (w *world) upTo(d time.Duration) time.Duration {
	return time.Duration(w.rng.Int64N(int64(d))) + time.Millisecond
}

func (w *world) between(a, b time.Duration) time.Duration { return a + w.upTo(b-a) }

func (w *world) chance(p float64) bool { return w.rng.Float64() < p }

func pick[T any](w *world, from []T) T { return from[w.rng.IntN(len(from))] }
