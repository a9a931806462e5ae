package feed

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// presence tells when an agent's last socket has been gone for the grace period. One goroutine, run, works; the other methods note what happened.
type presence struct {
	grace  time.Duration
	absent func(ctx context.Context, agentID string) error
	log    *slog.Logger
	wake   chan struct{}

	mu   sync.Mutex
	here map[string]bool
	due  map[string]time.Time // when the agent is absent
}

// tellTimeout bounds one word to the engine; retryAbsent is when it is tried again.
const (
	tellTimeout = 5 * time.Second
	retryAbsent = 2 * time.Second
)

func newPresence(grace time.Duration, absent func(context.Context, string) error, log *slog.Logger) *presence {
	return &presence{grace: grace, absent: absent, log: log, wake: make(chan struct{}, 1), here: map[string]bool{}, due: map[string]time.Time{}}
}

func (p *presence) came(agentID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.here[agentID] = true
	delete(p.due, agentID)
}

func (p *presence) went(agentID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.here, agentID)
	p.due[agentID] = time.Now().Add(p.grace)
	p.poke()
}

// missing is for an agent who should have a socket: the grace period starts unless one is there.
func (p *presence) missing(agentID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, waiting := p.due[agentID]; !p.here[agentID] && !waiting {
		p.due[agentID] = time.Now().Add(p.grace)
		p.poke()
	}
}

func (p *presence) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *presence) run(ctx context.Context) {
	for {
		var timer <-chan time.Time
		if at, some := p.next(); some {
			timer = time.After(time.Until(at))
		}
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		case <-timer:
			for _, id := range p.over(time.Now()) {
				p.tell(ctx, id)
			}
		}
	}
}

func (p *presence) next() (at time.Time, some bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.due {
		if !some || d.Before(at) {
			at, some = d, true
		}
	}
	return at, some
}

// over takes out who has been gone for the whole period.
func (p *presence) over(now time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for id, d := range p.due {
		if !d.After(now) {
			out = append(out, id)
			delete(p.due, id)
		}
	}
	return out
}

func (p *presence) tell(ctx context.Context, agentID string) {
	bound, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	if err := p.absent(bound, agentID); err != nil && ctx.Err() == nil {
		p.log.LogAttrs(ctx, slog.LevelWarn, "agent's absence could not be noted, trying again", slog.String("agent", agentID), slog.String("error", err.Error()))
		p.mu.Lock()
		if !p.here[agentID] {
			p.due[agentID] = time.Now().Add(retryAbsent)
		}
		p.mu.Unlock()
	}
}
