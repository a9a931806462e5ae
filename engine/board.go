package engine

import (
	"slices"
	"strings"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// Board is what happens now, for who watches and takes no part: counts of calls, and agents who are logged in. No caller's number or name is in it: it hangs on walls.
type Board struct {
	Lines  map[BoardLine]Traffic
	Agents []AgentNow // by ID
}

// BoardLine is a queue; with an empty one, a service's calls that are in no queue.
type BoardLine struct{ Service, Queue string }

// Traffic is what is on a line.
type Traffic struct {
	Waiting int // in the queue, nobody's phone rings for them
	Ringing int // an agent's phone rings for them
	InCall  int // from the agent's answer to the end, however long on hold
	// Since when the one who has waited longest waits, offered or not; zero: nobody waits.
	Since time.Time
}

// AgentNow is an agent who is logged in to CTI.
type AgentNow struct {
	ID, Name, Number string
	Queues           []string
	Status           agent.Status
	Call             *CallNow // nil: none
}

// CallNow is the call that holds an agent.
type CallNow struct {
	ID, Service, Queue string
	State              call.State
	Outbound, Internal bool
	Since              time.Time // when it came
}

// Overlook makes a board of all agents and all live calls.
func Overlook(now time.Time, agents []agent.Agent, calls []call.Call) Board {
	b := Board{Lines: map[BoardLine]Traffic{}}
	byID := make(map[string]*call.Call, len(calls))
	for i := range calls {
		c := &calls[i]
		byID[c.ID] = c
		b.count(c)
	}
	for _, a := range agents {
		if (a.Chosen == agent.LoggedOut || a.Chosen == "") && a.Held == nil {
			continue
		}
		n := AgentNow{ID: a.ID, Name: a.Name, Number: a.Phone.Number, Queues: a.Queues, Status: a.Status(now)}
		if a.Held != nil {
			if c := byID[a.Held.Call]; c != nil {
				n.Call = &CallNow{ID: c.ID, Service: c.Service, Queue: c.Queue, State: c.State, Outbound: c.Outbound, Internal: c.Internal, Since: c.EnteredAt}
			}
		}
		b.Agents = append(b.Agents, n)
	}
	slices.SortFunc(b.Agents, func(x, y AgentNow) int { return strings.Compare(x.ID, y.ID) })
	return b
}

func (b Board) count(c *call.Call) {
	if c.Internal {
		return // two agents, and no customer
	}
	line := BoardLine{c.Service, c.Queue}
	t := b.Lines[line]
	since := c.QueuedAt
	if !c.WaitsFrom.IsZero() {
		since = c.WaitsFrom
	}
	switch c.State {
	case call.New, call.Ended, call.DialingOut, call.Farewell:
		return
	case call.Queued:
		t.Waiting++
		t.waits(since)
	case call.Offering:
		t.Ringing++
		t.waits(since)
	default:
		t.InCall++
	}
	b.Lines[line] = t
}

func (t *Traffic) waits(since time.Time) {
	if t.Since.IsZero() || since.Before(t.Since) {
		t.Since = since
	}
}
