package record

import (
	"slices"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// Times is how long each part of a call took. Together they are the call, but for the message of a forced disconnect and what agents say without the customer.
type Times struct {
	Queue time.Duration `json:"queue,omitempty"` // waited, and nobody was rung
	Ring  time.Duration `json:"ring,omitempty"`  // an agent's phone, or an outbound call's customer, was called
	Talk  time.Duration `json:"talk,omitempty"`  // the customer talked with somebody
	Hold  time.Duration `json:"hold,omitempty"`  // the connected customer heard music
}

// Part is one agent's part in a call. Offers and misses count; the rest are lengths of time.
type Part struct {
	Agent   string        `json:"agent"`
	From    time.Time     `json:"from"`             // first rung
	Joined  bool          `json:"joined,omitempty"` // was in the conversation, not only called
	Offers  int           `json:"offers,omitempty"`
	Misses  int           `json:"misses,omitempty"`
	Ring    time.Duration `json:"ring,omitempty"`    // the agent's phone was called
	Talk    time.Duration `json:"talk,omitempty"`    // with the customer
	Hold    time.Duration `json:"hold,omitempty"`    // had the customer on hold
	Consult time.Duration `json:"consult,omitempty"` // with a colleague or somebody outside, the customer not hearing it
	// WrapUp is the ticket processing after it, known once that is over.
	WrapUp time.Duration `json:"wrap_up,omitempty"`
}

// Clock measures a call while its journal is replayed.
type Clock struct {
	Times
	Parts []Part    `json:"parts,omitempty"`
	At    time.Time `json:"at,omitzero"` // measured up to here
}

// Step takes one step of the journal: was the call before it, is what it became at the time at.
func (k *Clock) Step(was, is call.Call, effects []call.Effect, at time.Time) {
	if was.State != call.New && at.After(k.At) {
		k.spend(was, at.Sub(k.At))
	}
	if k.At.Before(at) {
		k.At = at
	}
	for _, e := range effects {
		switch e := e.(type) {
		case call.ReserveAgent:
			k.part(e.Agent, at).Offers++
		case call.ReleaseAgent:
			if e.Outcome.Kind == agent.Missed {
				k.part(e.Agent, at).Misses++
			}
		}
	}
	for _, p := range []*call.Participant{is.Agent, participant(is.Target)} {
		if p != nil && p.Agent != "" {
			part := k.part(p.Agent, at)
			_, talks := is.Talks(p.Agent)
			part.Joined = part.Joined || talks
		}
	}
}

// Names lists who was in the conversation, sorted.
func (k *Clock) Names() (out []string) {
	for _, p := range k.Parts {
		if p.Joined {
			out = append(out, p.Agent)
		}
	}
	slices.Sort(out)
	return out
}

// part is the agent's; one who was not there before comes now.
func (k *Clock) part(agentID string, at time.Time) *Part {
	for i := range k.Parts {
		if k.Parts[i].Agent == agentID {
			return &k.Parts[i]
		}
	}
	k.Parts = append(k.Parts, Part{Agent: agentID, From: at})
	return &k.Parts[len(k.Parts)-1]
}

func participant(t *call.Target) *call.Participant {
	if t == nil {
		return nil
	}
	return &t.Participant
}

// spend says what the call did for d.
func (k *Clock) spend(c call.Call, d time.Duration) {
	var mine, targets func(*Part)
	ring, talk, hold, consult := func(p *Part) { p.Ring += d }, func(p *Part) { p.Talk += d }, func(p *Part) { p.Hold += d }, func(p *Part) { p.Consult += d }
	switch c.State {
	case call.Queued:
		k.Queue += d
	case call.Offering, call.Connecting:
		k.Ring += d
		mine = ring
	case call.Recalling: // the customer was connected before
		k.Hold += d
		mine = ring
	case call.DialingOut:
		k.Ring += d
		mine, targets = ring, ring
	case call.Talking:
		k.Talk += d
		mine = talk
	case call.Forwarded:
		k.Talk += d
	case call.Swapped:
		k.Talk += d
		mine, targets = talk, consult
	case call.InConference:
		k.Talk += d
		mine, targets = talk, talk
	case call.Held, call.Rejoining:
		if c.Back == call.AgentsOnly { // without a customer
			mine, targets = consult, consult
			break
		}
		k.Hold += d
		mine = hold
	case call.ConsultRings, call.Transferring:
		k.Hold += d
		mine, targets = hold, ring
	case call.Consulting:
		k.Hold += d
		mine, targets = consult, consult
	case call.AgentsOnly:
		mine, targets = consult, consult
	}
	if mine != nil && c.Agent != nil && c.Agent.Agent != "" {
		mine(k.part(c.Agent.Agent, k.At))
	}
	if targets != nil && c.Target != nil && c.Target.Agent != "" {
		targets(k.part(c.Target.Agent, k.At))
	}
}
