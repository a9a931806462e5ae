package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// lookAtQueues is how often live calls are held against their queues' settings, which are in memory.
const lookAtQueues = time.Second

// SettingsChanged makes changed settings count for what runs: phone accounts at Asterisk, and agents who are logged in to CTI, with their queues, phones and
// permissions. Who may not be logged in any more is logged out, after the call if there is one. It returns at once.
func (e *Engine) SettingsChanged() {
	for _, c := range []chan struct{}{e.changed, e.accountsChanged} {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// followSettings brings the agents up to changed settings.
func (e *Engine) followSettings(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.changed:
		}
		for _, a := range e.agents.all() {
			if a.Chosen == agent.LoggedOut || a.Chosen == "" {
				continue
			}
			for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
				err := e.refresh(ctx, a.ID)
				if ctx.Err() != nil {
					return
				}
				if err == nil {
					break
				}
				e.log.Warn("bring an agent up to changed settings; will try again", "agent", a.ID, "err", err)
				if pause(ctx, wait) != nil {
					return
				}
			}
		}
	}
}

func (e *Engine) refresh(ctx context.Context, id string) error {
	read, cancel := context.WithTimeout(ctx, databaseWithin)
	defer cancel()
	p, err := e.opt.Settings.Person(read, id)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return fmt.Errorf("read the settings of agent %s: %w", id, err)
	}
	var in agent.Input = agent.SetProfile{Profile: p.Profile}
	if err != nil || !p.Permitted || p.Profile.Phone.Endpoint == "" {
		in = agent.Bar{}
	}
	_, err = e.agents.change(ctx, id, func(a agent.Agent) []agent.Input {
		if a.Chosen == agent.LoggedOut {
			return nil
		}
		return []agent.Input{in}
	})
	return err
}

// followQueues tells live calls what their queue's settings say now, and those who wait that their service closed, where it wants that, or that their
// queue is no more.
func (e *Engine) followQueues(ctx context.Context) {
	tick := time.NewTicker(lookAtQueues)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !e.working() {
			continue
		}
		for _, o := range e.live() {
			o.followQueue(ctx)
		}
	}
}

// followQueue: while the database is away, the call goes on by the settings it has.
func (o *owner) followQueue(ctx context.Context) {
	c := o.snapshot()
	if c.State != call.Queued && c.State != call.Talking || c.Queue == call.NoQueue {
		return
	}
	q, err := o.settings(ctx, c.Queue)
	switch {
	case errors.Is(err, ErrUnknown) && c.State == call.Queued:
		o.post(call.Nobody{Deleted: true})
	case err != nil:
	case c.State == call.Queued && c.ConnectedAt.IsZero() && o.closes(ctx, q):
	case q.Scenario != c.Scenario:
		o.post(call.QueueChanged{Scenario: q.Scenario})
	}
}
