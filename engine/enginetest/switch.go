package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"switchroom/call"
	"switchroom/engine"
)

// Fault is what goes wrong with one request to the switch. Zero: nothing.
type Fault struct {
	Before, After time.Duration // how long the request takes before and after it is carried out
	Lose          bool          // not carried out; the caller gets an error
	Late          time.Duration // carried out so long after the caller got an error
	Blind         bool          // carried out; the caller gets an error all the same
}

// ErrFault is what a request with a Fault that asks for an error returns.
var ErrFault = errors.New("the switch did not answer in time")

// DialplanRescue is how soon the dialplan takes a caller back whom no controller has taken care of.
const DialplanRescue = 60 * time.Second

// Switch is an Asterisk in memory: channels, one bridge per call, phones that react as they are told, callers with a dialplan that brings
// them in again. Events are delivered in order while somebody listens and are lost otherwise. Safe for concurrent use.
type Switch struct {
	// Faults, if set, is asked about each request: op is the effect's name, or inventory, guard_rescue, drop, drop_bridge, provision.
	// Set it before use; it must not call back.
	Faults func(op string) Fault
	// Late, if set, says how long the next event is on its way. Order is kept. Set it before use; it must not call back.
	Late func() time.Duration
	// Customers, if set, says what a customer does whom an agent calls. Nil: they answer after a second. Set it before use; it must not call back.
	Customers func(call.CallOut) Reaction
	// Broken, if set, is told what must never happen. Set it before use; it must not call back.
	Broken func(format string, args ...any)

	mu        sync.Mutex
	channels  map[string]*channel
	bridges   map[string]bool
	phones    map[string]*phone
	dialled   map[string]bool
	callers   int
	listener  *listener
	cut       bool // nobody can listen
	muted     bool
	epoch     uint64 // counts connects
	done      map[string]int
	retrieved []call.GiveBack
}

var _ engine.Switch = (*Switch)(nil)

// channel is one channel.
type channel struct {
	id      string
	caller  *caller // nil: a phone's leg
	phone   *phone
	dialled string // what was dialled on the phone itself; empty: the phone was called
	state   call.LegState
	created time.Time
	inApp   bool
	bridge  string
	// What a caller's channel is told.
	answered, ringing bool
	message           *message // the forced disconnect's; nil: never asked for
	// What any channel is told.
	music, tone, muted bool
	digits             string
	out                bool // a customer whom an agent called
	held               bool // by the phone's own key
}

// listener is who gets the events.
type listener struct {
	events []event
	wake   chan struct{}
	over   chan struct{} // closed when another took over
}

type event struct {
	at   time.Time
	tell func(engine.Facts)
}

// NewSwitch makes one that can be reached.
func NewSwitch() *Switch {
	return &Switch{channels: map[string]*channel{}, bridges: map[string]bool{}, phones: map[string]*phone{}, dialled: map[string]bool{}, done: map[string]int{}}
}

// ErrReplaced is the end of a Run whose app another controller took over.
var ErrReplaced = errors.New("another controller took over the app")

// Run tells facts what happens until ctx ends or another Run takes over, as node.Node.Run does.
func (s *Switch) Run(ctx context.Context, facts engine.Facts) error {
	l := &listener{wake: make(chan struct{}, 1), over: make(chan struct{})}
	s.mu.Lock()
	if s.listener != nil {
		close(s.listener.over)
	}
	s.listener = l
	if !s.cut {
		s.connect()
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.listener == l {
			s.listener = nil
		}
	}()
	for {
		tell, wait := s.next(l)
		if tell != nil {
			tell(facts)
			continue
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-l.over:
			t.Stop()
			return ErrReplaced
		case <-l.wake:
		case <-t.C:
		}
		t.Stop()
	}
}

// next takes out the event that is due, or tells how long to wait.
func (s *Switch) next(l *listener) (tell func(engine.Facts), wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(l.events) == 0 {
		return nil, time.Hour
	}
	e := l.events[0]
	if wait := time.Until(e.at); wait > 0 {
		return nil, wait
	}
	l.events = l.events[1:]
	return e.tell, 0
}

// Cut ends the connection for controllers' events; those under way are lost. Requests still work.
func (s *Switch) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut {
		return
	}
	s.cut = true
	if l := s.listener; l != nil {
		l.events = nil
		s.push(event{time.Now(), func(f engine.Facts) { f.Disconnected("fake") }})
	}
}

// Mend lets controllers connect again.
func (s *Switch) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut {
		s.cut = false
		s.connect()
	}
}

// Mute runs f, whose events nobody gets: they are lost, and nobody learns that.
func (s *Switch) Mute(f func()) {
	s.mu.Lock()
	s.muted = true
	s.mu.Unlock()
	f()
	s.mu.Lock()
	s.muted = false
	s.mu.Unlock()
}

func (s *Switch) connect() {
	s.epoch++
	epoch := s.epoch
	s.push(event{time.Now(), func(f engine.Facts) { f.Connected("fake", epoch) }})
}

// tell sends an event to whoever listens. s.mu is held.
func (s *Switch) tell(f func(engine.Facts)) {
	if s.cut || s.muted {
		return
	}
	var late time.Duration
	if s.Late != nil {
		late = s.Late()
	}
	s.push(event{time.Now().Add(late), f})
}

func (s *Switch) push(e event) {
	l := s.listener
	if l == nil {
		return
	}
	if n := len(l.events); n > 0 && e.at.Before(l.events[n-1].at) {
		e.at = l.events[n-1].at
	}
	l.events = append(l.events, e)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (s *Switch) leg(id string, fact call.Input) {
	s.tell(func(f engine.Facts) { f.Leg(id, fact) })
}

func (s *Switch) broken(format string, args ...any) {
	if s.Broken != nil {
		s.Broken(format, args...)
	}
}

// request carries f out under the lock, with whatever goes wrong.
func (s *Switch) request(ctx context.Context, op string, f func()) error {
	var fault Fault
	if s.Faults != nil {
		fault = s.Faults(op)
	}
	if err := sleep(ctx, fault.Before); err != nil {
		return err
	}
	if fault.Late > 0 {
		s.after(fault.Late, func() {
			s.done[op]++
			f()
		})
		return fmt.Errorf("%s: %w", op, ErrFault)
	}
	if fault.Lose {
		return fmt.Errorf("%s: %w", op, ErrFault)
	}
	s.mu.Lock()
	s.done[op]++
	f()
	s.mu.Unlock()
	if err := sleep(ctx, fault.After); err != nil {
		return err
	}
	if fault.Blind {
		return fmt.Errorf("%s: %w", op, ErrFault)
	}
	return nil
}

// sleep waits, also for nothing: a context that is over counts.
func sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d == 0 {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Done counts the requests of a kind that were carried out.
func (s *Switch) Done(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done[op]
}

// Inventory implements engine.Switch. A Fault's After makes the list stale.
func (s *Switch) Inventory(ctx context.Context) (engine.Inventory, error) {
	var inv engine.Inventory
	err := s.request(ctx, "inventory", func() {
		inv.Phones = map[string]bool{}
		for id, p := range s.phones {
			inv.Phones[id] = p.reachable
		}
		for id := range s.bridges {
			inv.Bridges = append(inv.Bridges, id)
		}
		for _, ch := range s.channels {
			seen := engine.Channel{ID: ch.id, State: ch.state, Created: ch.created, Ours: ch.inApp || ch.phone != nil || ch.out, Called: ch.out && ch.state == call.Dialing}
			if ch.caller != nil && ch.inApp {
				a := ch.caller.arrival
				a.Answered = ch.answered
				seen.Arrival = &a
			}
			if ch.dialled != "" {
				a := ch.dials()
				seen.Arrival = &a
			}
			inv.Channels = append(inv.Channels, seen)
		}
	})
	if err != nil {
		return engine.Inventory{}, err
	}
	return inv, nil
}

// GuardRescue implements engine.Switch.
func (s *Switch) GuardRescue(ctx context.Context, id string, after time.Duration) error {
	return s.request(ctx, "guard_rescue", func() {
		if ch := s.channels[id]; ch != nil && ch.caller != nil && ch.inApp {
			s.armRescue(ch, after)
		}
	})
}

// AnswerReferral implements engine.Switch.
func (s *Switch) AnswerReferral(ctx context.Context, id string, accepted bool) error {
	return s.request(ctx, "answer_referral", func() {
		ch := s.channels[id]
		if ch == nil || !accepted {
			return
		}
		for _, line := range s.channels { // the phone hangs up, all its lines
			if line.phone == ch.phone {
				s.end(line, 16)
			}
		}
	})
}

// Drop implements engine.Switch.
func (s *Switch) Drop(ctx context.Context, id string) error {
	return s.request(ctx, "drop", func() {
		if ch := s.channels[id]; ch != nil {
			if ch.caller != nil {
				s.broken("the caller's channel %s was hung up as ownerless (invariant 3)", id)
			}
			s.end(ch, 16)
		}
	})
}

// DropBridge implements engine.Switch.
func (s *Switch) DropBridge(ctx context.Context, id string) error {
	return s.request(ctx, "drop_bridge", func() { s.destroy(id) })
}

func (s *Switch) destroy(id string) {
	delete(s.bridges, id)
	for _, ch := range s.channels {
		if ch.bridge == id {
			ch.bridge = ""
		}
	}
}

// Provision implements engine.Switch.
func (s *Switch) Provision(ctx context.Context, a engine.Account) error {
	return s.request(ctx, "provision", func() {
		if a.Retired {
			delete(s.phones, a.Endpoint)
			return
		}
		s.phone(a.Endpoint)
	})
}

// end makes a channel go. s.mu is held.
func (s *Switch) end(ch *channel, cause int) {
	if s.channels[ch.id] != ch {
		return
	}
	if ch.caller != nil && ch.inApp {
		s.leave(ch)
	}
	delete(s.channels, ch.id)
	ch.state, ch.bridge = call.Gone, ""
	s.leg(ch.id, call.LegGone{Leg: ch.id, Cause: cause})
}

// GivenBack lists what callers went back to the dialplan with.
func (s *Switch) GivenBack() []call.GiveBack {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.retrieved)
}

// Leftovers lists the channels and bridges that exist.
func (s *Switch) Leftovers() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.channels {
		ids = append(ids, "channel "+id)
	}
	for id := range s.bridges {
		ids = append(ids, "bridge "+id)
	}
	slices.Sort(ids)
	return ids
}
