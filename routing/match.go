// Package routing decides which waiting caller gets which agent, purely, from a snapshot, and says for each agent looked at why
// not. The claim itself happens elsewhere (one save, both or neither); what is decided here may be stale by then and is then decided again.
package routing

import (
	"cmp"
	"slices"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// Match is one caller and the agent who shall be offered the call.
type Match struct {
	Call  string
	Agent agent.Agent
	// Considered lists who was looked at before and why not.
	Considered []call.Considered
}

// Result is a decision for one queue.
type Result struct {
	Matches []Match
	// Again is when a pause that held somebody back is over; zero: none did.
	Again time.Time
}

// Reasons why an agent who is available did not get a caller.
const (
	whyTaken       = "taken_by_earlier_caller"
	whyMissedNow   = "missed_this_call_just_now"
	whyMissedOther = "missed_this_call_and_another_is_ready"
)

// Decide gives each waiting caller, in the queue's order, the agent who has been idle longest (S13, S16). An agent who missed the
// call is passed over while another is there, and left alone for [call.ReofferPause] in any case. calls must all be of one queue and
// waiting; agents come in any order, and those who are not available are explained, not matched.
func Decide(now time.Time, calls []call.Call, agents []agent.Agent) Result {
	calls = slices.Clone(calls)
	slices.SortStableFunc(calls, func(a, b call.Call) int {
		return cmp.Or(cmp.Compare(a.Place(), b.Place()), cmp.Compare(a.ID, b.ID))
	})
	agents = slices.Clone(agents)
	slices.SortStableFunc(agents, func(a, b agent.Agent) int {
		return cmp.Or(a.IdleSince.Compare(b.IdleSince), cmp.Compare(a.ID, b.ID))
	})
	r := Result{}
	taken := map[string]bool{}
	for _, c := range calls {
		m, again := pick(now, c, agents, taken)
		if !again.IsZero() && (r.Again.IsZero() || again.Before(r.Again)) {
			r.Again = again
		}
		if m != nil {
			taken[m.Agent.ID] = true
			r.Matches = append(r.Matches, *m)
		}
	}
	return r
}

// pick finds the agent for one caller among those not taken. again is when an agent who is left alone now may be asked again.
func pick(now time.Time, c call.Call, agents []agent.Agent, taken map[string]bool) (m *Match, again time.Time) {
	var considered []call.Considered
	var second *agent.Agent // missed this call, but nobody else is there
	for i := range agents {
		a := &agents[i]
		ok, why := a.Available(now)
		tried, tooSoon := c.Tried(a.ID, now)
		switch {
		case !ok:
		case taken[a.ID]:
			why = whyTaken
		case tooSoon:
			why = whyMissedNow
			again = earlier(again, triedAt(c, a.ID).Add(call.ReofferPause))
		case tried:
			why = whyMissedOther
			if second == nil {
				second = a
				continue
			}
		default:
			if second != nil {
				considered = append(considered, call.Considered{Agent: second.ID, Why: whyMissedOther})
			}
			return &Match{Call: c.ID, Agent: *a, Considered: considered}, again
		}
		considered = append(considered, call.Considered{Agent: a.ID, Why: why})
	}
	if second != nil {
		return &Match{Call: c.ID, Agent: *second, Considered: considered}, again
	}
	return nil, again
}

// triedAt is when the agent last missed or declined the call.
func triedAt(c call.Call, agentID string) (at time.Time) {
	for _, t := range c.Tries {
		if t.Agent == agentID && t.At.After(at) {
			at = t.At
		}
	}
	return at
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
