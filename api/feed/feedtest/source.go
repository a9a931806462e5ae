// Package feedtest has a live store in memory for tests of the feed, with faults on demand.
package feedtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"switchroom/agent"
	"switchroom/api/feed"
	"switchroom/call"
	"switchroom/engine"
)

// Source is a feed.Source in memory.
type Source struct {
	mu      sync.Mutex
	changed chan struct{}
	epoch   string
	items   []feed.Item
	next    int
	agents  map[string]agent.Agent
	calls   map[string]*call.Call // by agent
	seqs    map[string]uint64
	live    []call.Call
	fault   error
}

var _ feed.Source = (*Source)(nil)

// New makes an empty one.
func New() *Source {
	return &Source{changed: make(chan struct{}), epoch: "epoch-1", agents: map[string]agent.Agent{}, calls: map[string]*call.Call{}, seqs: map[string]uint64{}}
}

// Feed is feed.Source's.
func (s *Source) Feed(ctx context.Context, after string) ([]feed.Item, error) {
	position, _ := strconv.Atoi(after)
	for {
		s.mu.Lock()
		changed, fault := s.changed, s.fault
		var out []feed.Item
		for _, it := range s.items {
			if n, _ := strconv.Atoi(it.ID); n > position {
				out = append(out, it)
			}
		}
		s.mu.Unlock()
		if fault != nil {
			return nil, fault
		}
		if len(out) > 0 {
			return out[:min(len(out), 256)], nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-changed:
		}
	}
}

// Snapshot is feed.Source's.
func (s *Source) Snapshot(_ context.Context, id string) (feed.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault != nil {
		return feed.Snapshot{}, s.fault
	}
	a, known := s.agents[id]
	return feed.Snapshot{Epoch: s.epoch, Seq: s.seqs[id], Known: known, Agent: a.Clone(), Call: s.calls[id]}, nil
}

// Agents is feed.Source's.
func (s *Source) Agents(context.Context) ([]agent.Agent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]agent.Agent, 0, len(s.agents))
	for _, a := range s.agents {
		out = append(out, a.Clone())
	}
	return out, s.fault
}

// Everything is feed.Source's: all agents and the calls that were set.
func (s *Source) Everything(ctx context.Context) ([]agent.Agent, []call.Call, error) {
	agents, err := s.Agents(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	return agents, slices.Clone(s.live), err
}

// SetCalls sets all live calls.
func (s *Source) SetCalls(calls ...call.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live = calls
}

// Ping tells the fault.
func (s *Source) Ping(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault
}

// Put sets an agent's record and tells the feed. It returns the message's number.
func (s *Source) Put(a agent.Agent) uint64 {
	data, err := json.Marshal(engine.Look(time.Now(), a, nil))
	if err != nil {
		panic(err)
	}
	return s.send(a.ID, engine.MessageView, data, &a)
}

// PutIn sets an agent's record with the call that holds them, without a word to the feed.
func (s *Source) PutIn(a agent.Agent, c call.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.agents[a.ID], s.calls[a.ID] = a.Clone(), &c
}

// Send tells the feed something.
func (s *Source) Send(agentID, kind string, data any) uint64 {
	b, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	return s.send(agentID, kind, b, nil)
}

func (s *Source) send(agentID, kind string, data json.RawMessage, a *agent.Agent) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a != nil {
		s.agents[agentID] = a.Clone()
	}
	s.next++
	s.seqs[agentID]++
	s.items = append(s.items, feed.Item{ID: fmt.Sprint(s.next), Epoch: s.epoch, Agent: agentID, Seq: s.seqs[agentID], Type: kind, Data: data})
	s.stir()
	return s.seqs[agentID]
}

// Fail makes everything fail until Mend.
func (s *Source) Fail() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = errors.New("the live store is away")
	s.stir()
}

// Mend ends Fail.
func (s *Source) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = nil
	s.stir()
}

// Forget loses all data, as a store does that was set up anew: numbers begin again under another epoch.
func (s *Source) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch += "'"
	s.items, s.seqs, s.agents = nil, map[string]uint64{}, map[string]agent.Agent{}
	s.stir()
}

// Rewind loses the agent's last n messages but not the epoch, as a store does that did not sync its last moments.
func (s *Source) Rewind(agentID string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = s.items[:len(s.items)-n]
	s.seqs[agentID] -= uint64(n)
}

// Trim forgets all messages but the last n.
func (s *Source) Trim(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = s.items[len(s.items)-n:]
}

func (s *Source) stir() {
	close(s.changed)
	s.changed = make(chan struct{})
}
