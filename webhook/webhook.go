// Package webhook sends events from the outbox to other systems, by the specification Standard Webhooks: at least once, those of a call in order, again for about a day.
//
// [Sender.Run] is the one goroutine that decides; lane.go says how fast a receiver is sent to, client.go is one request, package reach where it may go.
package webhook

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"switchroom/event"
	"switchroom/reach"
	"switchroom/trace"
)

// Outbox is what the sender wants of the database. Every method is bounded in time by itself.
type Outbox interface {
	// Targets lists the receivers that are switched on.
	Targets(ctx context.Context) ([]event.Target, error)
	// LeaseTarget makes owner the only one who sends to a receiver until then, or prolongs that; false: somebody else does.
	LeaseTarget(ctx context.Context, id, owner string, until time.Time) (bool, error)
	// ReleaseTargets ends the owner's leases.
	ReleaseTargets(ctx context.Context, owner string) error
	// Due lists what is to be sent now, of each call only the first that waits.
	Due(ctx context.Context, id string, limit int) ([]event.Delivery, error)
	// Settle writes down what came of an attempt.
	Settle(ctx context.Context, o event.Outcome) error
	// Wake makes all that waits for a receiver due.
	Wake(ctx context.Context, id string) error
	// SwitchOff disables a receiver.
	SwitchOff(ctx context.Context, id, why string) error
	Backlog(ctx context.Context) (event.Backlog, error)
	// Tidy deletes one batch of what is over long ago, and tells how many there were.
	Tidy(ctx context.Context) (int, error)
	// Outgoing tells that there may be something new.
	Outgoing() <-chan struct{}
}

// Config of a sender. Only Outbox and Owner are required.
type Config struct {
	Outbox Outbox
	// Owner is this controller's name, the same over its restarts: then it goes on at once. Others wait for the end of a dead one's lease.
	Owner string
	Guard reach.Guard
	// Timeout of one request, to the last byte of the answer that is read. Zero: 15 s.
	Timeout time.Duration
	// Lease is how long a receiver stays with a controller that says nothing more. Zero: 1 min. It is longer than Timeout.
	Lease time.Duration
	// Look is how often the outbox is looked at without being asked to. Zero: 1 s.
	Look time.Duration
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
	// Chance makes delays differ; in [0, 1). Nil: math/rand.
	Chance func() float64
	// Point is told where a test may want the process to end: before a message is sent, and before what came of it is written down. Nil: nobody.
	Point   func(string)
	Log     *slog.Logger          // nil: slog.Default()
	Metrics prometheus.Registerer // nil: none
	Trace   *trace.Tracer         // nil: off
}

// Sender sends. Its fields belong to the goroutine of Run.
type Sender struct {
	config  Config
	client  *http.Client
	metrics *metrics
	lanes   map[string]*lane
	results chan result
	sending int
}

// New makes a sender.
func New(c Config) *Sender {
	if c.Timeout <= 0 {
		c.Timeout = 15 * time.Second
	}
	if c.Lease <= 0 {
		c.Lease = time.Minute
	}
	if c.Look <= 0 {
		c.Look = time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Chance == nil {
		c.Chance = rand.Float64
	}
	if c.Point == nil {
		c.Point = func(string) {}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Sender{config: c, client: newClient(c.Guard), metrics: newMetrics(c.Metrics), lanes: map[string]*lane{}, results: make(chan result, 16)}
}

// How often what is not urgent is done, in looks: the backlog is counted, and what is over is deleted.
const (
	countEvery = 10
	tidyEvery  = 3600
)

// Run sends until ctx ends; requests that are under way are then broken off, and sent again by whoever goes on.
func (s *Sender) Run(ctx context.Context) {
	tick := time.NewTicker(s.config.Look)
	defer tick.Stop()
	for looks := 0; ; {
		select {
		case <-ctx.Done():
			s.stop(ctx)
			return
		case r := <-s.results:
			s.done(ctx, r)
		case <-s.config.Outbox.Outgoing():
			s.look(ctx)
		case <-tick.C:
			s.refresh(ctx)
			s.look(ctx)
			if looks%countEvery == 0 {
				s.count(ctx)
			}
			if looks%tidyEvery == 0 {
				s.tidy(ctx)
			}
			looks++
		}
	}
}

// refresh brings along who is to be sent to, and keeps their leases.
func (s *Sender) refresh(ctx context.Context) {
	targets, err := s.config.Outbox.Targets(ctx)
	if err != nil {
		s.trouble(ctx, "list webhooks", "", err)
		return
	}
	there := map[string]bool{}
	for _, t := range targets {
		there[t.ID] = true
		l := s.lanes[t.ID]
		if l == nil {
			l = newLane()
			s.lanes[t.ID] = l
		}
		if l.target.URL != t.URL { // perhaps it is better there
			l.failures, l.pause = 0, time.Time{}
		}
		l.target = t
		s.lease(ctx, l)
	}
	for id, l := range s.lanes {
		if !there[id] && len(l.busy) == 0 {
			delete(s.lanes, id)
		}
		l.gone = !there[id]
	}
}

// lease keeps a receiver ours, or tries to make it so.
func (s *Sender) lease(ctx context.Context, l *lane) {
	now := s.config.Now()
	if now.Before(l.leaseUntil.Add(-s.config.Lease * 2 / 3)) {
		return
	}
	until := now.Add(s.config.Lease)
	ours, err := s.config.Outbox.LeaseTarget(ctx, l.target.ID, s.config.Owner, until)
	switch {
	case err != nil:
		s.trouble(ctx, "lease a webhook", l.target.ID, err)
	case ours:
		l.leaseUntil = until
	default:
		l.leaseUntil = time.Time{}
	}
}

// look begins to send what is due.
func (s *Sender) look(ctx context.Context) {
	for _, l := range s.lanes {
		s.send(ctx, l)
	}
}

// send begins to send what is due to one receiver, as much as it takes now.
func (s *Sender) send(ctx context.Context, l *lane) {
	now := s.config.Now()
	room := l.room(now)
	if l.gone || room == 0 || now.Add(s.config.Timeout).After(l.leaseUntil) { // whatever is sent is over before the lease is
		return
	}
	if l.target.Trouble != nil {
		s.trouble(ctx, "open a webhook's secret", l.target.ID, l.target.Trouble)
		l.pause = now.Add(pauseMost)
		return
	}
	due, err := s.config.Outbox.Due(ctx, l.target.ID, room+len(l.busy))
	if err != nil {
		s.trouble(ctx, "look for events to send", l.target.ID, err)
		return
	}
	for _, d := range due {
		if l.busy[d.Call] {
			continue
		}
		if room == 0 {
			return
		}
		room--
		l.busy[d.Call] = true
		s.sending++
		go func(t event.Target) {
			s.config.Point("webhook/before-send")
			s.results <- result{d, s.post(ctx, t, d)}
		}(l.target)
	}
}

// result is what came of one request.
type result struct {
	delivery event.Delivery
	answer   answer
}

// done writes down what came of a request, and goes on.
func (s *Sender) done(ctx context.Context, r result) {
	l, d := s.lanes[r.delivery.Target], r.delivery
	s.sending--
	now := s.config.Now()
	o := event.Outcome{Target: d.Target, Position: d.Position, Attempts: d.Attempts, At: now, Status: r.answer.status, Problem: r.answer.problem}
	first := d.First
	if first.IsZero() {
		first = now
	}
	s.metrics.attempt(r.answer)
	switch next, again := event.After(d.Attempts+1, first, now, s.config.Chance()); {
	case r.answer.problem == "":
		o.State = event.Delivered
	case again:
		o.State, o.Next = event.Waiting, next
	default:
		o.State = event.Dead
		s.config.Log.LogAttrs(ctx, slog.LevelWarn, "an event was given up; an administrator can send it again", slog.String("webhook", d.Target), slog.String("event", d.Event),
			slog.String("type", string(d.Type)), slog.String("problem", o.Problem))
	}
	s.config.Point("webhook/before-settle")
	if err := s.config.Outbox.Settle(ctx, o); err != nil {
		s.trouble(ctx, "note what came of an event; it will be sent again", d.Target, err)
	}
	delete(l.busy, d.Call)
	if l.settled(now, r.answer, s.config.Chance()) {
		if err := s.config.Outbox.Wake(ctx, d.Target); err != nil {
			s.trouble(ctx, "make events due", d.Target, err)
		}
	}
	if r.answer.status == http.StatusGone {
		s.switchOff(ctx, l)
	}
	s.send(ctx, l)
}

// switchOff: who answers 410 wants nothing any more.
func (s *Sender) switchOff(ctx context.Context, l *lane) {
	l.gone = true
	if err := s.config.Outbox.SwitchOff(ctx, l.target.ID, problemGone); err != nil {
		s.trouble(ctx, "switch a webhook off", l.target.ID, err)
		return
	}
	s.config.Log.LogAttrs(ctx, slog.LevelWarn, "a webhook was switched off: its receiver answers 410", slog.String("webhook", l.target.ID))
}

// stop waits for what is under way, which the end of Run's context has broken off. Only what arrived for certain is settled; the rest is sent again.
func (s *Sender) stop(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for ; s.sending > 0; s.sending-- {
		r := <-s.results
		if d := r.delivery; r.answer.problem == "" {
			o := event.Outcome{Target: d.Target, Position: d.Position, Attempts: d.Attempts, At: s.config.Now(), State: event.Delivered, Status: r.answer.status}
			if err := s.config.Outbox.Settle(ctx, o); err != nil {
				s.trouble(ctx, "note what came of an event; it will be sent again", d.Target, err)
			}
		}
	}
	if err := s.config.Outbox.ReleaseTargets(ctx, s.config.Owner); err != nil {
		s.config.Log.LogAttrs(ctx, slog.LevelWarn, "webhooks stay leased for a while", slog.Any("error", err))
	}
}

func (s *Sender) count(ctx context.Context) {
	b, err := s.config.Outbox.Backlog(ctx)
	if err != nil {
		s.trouble(ctx, "count events", "", err)
		return
	}
	s.metrics.backlog(b, s.config.Now())
}

func (s *Sender) tidy(ctx context.Context) {
	for {
		n, err := s.config.Outbox.Tidy(ctx)
		if err != nil {
			s.trouble(ctx, "tidy the outbox", "", err)
		}
		if err != nil || n == 0 {
			return
		}
	}
}

// trouble is the database's, or a setting's; what was to be done is tried again.
func (s *Sender) trouble(ctx context.Context, what, webhook string, err error) {
	if ctx.Err() == nil {
		s.config.Log.LogAttrs(ctx, slog.LevelWarn, "webhooks: "+what, slog.String("webhook", webhook), slog.Any("error", err))
	}
}
